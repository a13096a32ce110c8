"""Records as JSON for one reader, and JSON as values that an action takes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kehu.core import clock, registry
from kehu.core.access import tokens
from kehu.core.errors import Refused
from kehu.core.reading import WITHHELD, Choice, Chosen, Reading
from kehu.core.registry import ObjectType
from kehu.core.validation import OUTSIDE_TIME, is_within_time

if TYPE_CHECKING:
    from kehu.core.models import User

# In every answer, whatever the object.
FRAME = ("id", "created_at", "updated_at", "deleted_at")


def as_json(
    kind: ObjectType, found: Sequence[Any], user: User, paths: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Records as this user may read them; with `paths` only those (and the id)."""
    reading = Reading(kind, found, user)
    frame = FRAME if paths is None else [name for name in FRAME if name in paths or name == "id"]
    shown = reading.readable() if paths is None else [path for path in paths if path not in FRAME]
    return [
        {
            **{name: json_value(getattr(record, name)) for name in frame},
            **{path: json_value(reading.value(record, path)) for path in shown},
        }
        for record in found
    ]


def selected(kind: ObjectType, given: str, request: HttpRequest) -> list[str] | None:
    """The paths that `fields=` names; refuses what is not there or may not be read. Nothing where it is empty."""
    if not given.strip():
        return None
    names = list(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    for name in names:
        if name not in FRAME and (not _leads(kind, name) or registry.hides(kind, name, request.user)):
            sentence = _("There is no field “%(name)s” here. There are: %(known)s.")
            known = ", ".join([*FRAME, *kind.readable(request.user)])
            raise Refused(sentence % {"name": name, "known": known}, fields={"fields": ""})
    tokens.require_paths(request, kind, names)
    return names


def _leads(kind: ObjectType, path: str) -> bool:
    """Whether a path leads over declared values to a declared value."""
    if path in kind.paths:
        return True
    first, rest = registry.first_step(path)
    field: Any = kind.field(first)
    if not rest or first not in kind.paths or field is None or not field.is_relation:
        return False
    target = field.related_model
    return registry.declares_model(target) and rest.count(".") < 2 and _leads(registry.of(target), rest)


def json_value(value: Any) -> Any:
    if value is WITHHELD:
        return None
    if isinstance(value, Choice):
        return value.code
    if isinstance(value, Chosen):
        return value.codes
    if registry.declares(value):
        return {"id": value.pk, "title": str(value)}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


def moment(value: datetime) -> str:
    """Every moment of the API is written alike: 2010-12-31T01:45:00.000Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Incoming:
    """Given values brought to what actions take: references are looked up among what the user may see.

    A reference that many rows name is looked up once.
    """

    def __init__(self, kind: ObjectType, user: User) -> None:
        self.kind, self.user = kind, user
        self._found: dict[tuple[str, Any], Any] = {}

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        return {name: self._value(name, value) for name, value in given.items()}

    def _value(self, name: str, value: Any) -> Any:
        field: Any = self.kind.field(name)
        if field is not None and field.is_relation:
            if value is None:
                return None
            place = name, value
            if place not in self._found:
                self._found[place] = reference_to(registry.of(field.related_model), value, name, self.user)
            return self._found[place]
        if value is None and field is not None and not field.null:
            return [] if isinstance(field, models.JSONField) else ""
        if isinstance(value, datetime):
            return placed(value, name)
        return value


def placed(value: datetime, name: str) -> datetime:
    """A moment in a zone: without one it is the company's, as on the pages. The ends of time have no other zones."""
    if not is_within_time(value):
        sentence = str(OUTSIDE_TIME)
        raise Refused(sentence, fields={name: sentence})
    return value if value.tzinfo is not None else value.replace(tzinfo=clock.zone())


def reference_to(target: ObjectType, given: int | str, name: str, user: User) -> Any:
    """The record that an id names, or the text that imports name it by too, among what the user may see."""
    visible = target.model.objects.visible_to(user)
    found: list[Any] = []
    if isinstance(given, str) and "\x00" not in given and target.lookup and not closed(target, user):
        with suppress(ValidationError):  # of a number nothing is named by words
            found = list(visible.filter(**{target.lookup: named_by(target).to_python(given)})[:2])
    if len(found) > 1:
        sentence = _("“%(text)s” names more than one %(kind)s.") % {"text": given, "kind": target.label}
        raise Refused(sentence, fields={name: sentence})
    if not found and (isinstance(given, int) or (given.isascii() and given.isdigit() and len(given) < 20)):
        found = list(visible.filter(pk=int(given))) if abs(int(given)) < 2**63 else []
    if not found:
        sentence = _("There is no such record, or you may not see it.")
        raise Refused(sentence, fields={name: sentence})
    return found[0]


def named_by(target: ObjectType) -> Any:
    return target.model._meta.get_field(target.lookup)


def closed(target: ObjectType, user: User) -> bool:
    """Whether looking up by text would tell what the user may not read."""
    return registry.hides(target, target.lookup, user) or registry.masks(target, target.lookup, user)
