"""Values of records as one user may read them. Pages, API, exports and search results all go through here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehu.core import access, registry, tags
from kehu.core.access import EVERYTHING
from kehu.core.custom.page import Page
from kehu.core.models.values import PREFIX, code_of
from kehu.core.words import WITHHELD, Choice, Chosen
from kehu.kit import amounts

if TYPE_CHECKING:
    from kehu.core.models import Record, User
    from kehu.core.registry import ObjectType

__all__ = ["WITHHELD", "Cell", "Choice", "Chosen", "Reading", "text_of", "title"]


@dataclass(frozen=True)
class Cell:
    """One value ready to be shown: `kind` picks the drawing, `value` is what it was made from."""

    kind: str
    text: str
    value: Any = None
    url: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in {"number", "money", "percent", "score"}


class Reading:
    """Some records of one object type, as one user may read them.

    References are looked up once for all records: one query per referenced object type that the user sees only
    in part. A reference to a record that the user may not see shows nothing of it.
    """

    def __init__(self, kind: ObjectType, records: Sequence[Any], user: User) -> None:
        self.kind, self.records, self.user = kind, records, user
        self._visible: dict[str, set[int] | None] = {}
        self._rights: dict[str, tuple[bool, bool]] = {}
        self._kind_of: dict[str, str] = {}
        self._urls: dict[tuple[type, int], str] = {}
        self._batches: dict[str, dict[int, Any]] = {}
        self._custom = Page(kind, records, user)
        self._further: dict[str, Reading] = {}

    def readable(self, paths: Iterable[str] | None = None) -> list[str]:
        return self.kind.readable(self.user, paths)

    def value(self, record: Any, path: str) -> Any:
        """The raw value, `WITHHELD` where the user may not read it whole or not see what it refers to."""
        hidden, masked = self._right(path)
        if hidden or (path in self.kind.pointer and not self.sees_pointed(record)):
            return WITHHELD
        if path in self._together:
            value = self._found_together(path)[record.pk]
        else:
            computed = self._computed.get(path)
            value = computed(record) if computed else self._follow(record, path)
        return access.mask(value) if masked else value

    def computes(self, path: str) -> bool:
        """Whether a column's value is worked out from the record, not held by a field."""
        return path in self._computed or path in self._together

    def sees_pointed(self, record: Any) -> bool:
        """Whether a record points at nothing, or at one that the user may see and that is there."""
        key, pk = (getattr(record, name) for name in self.kind.pointer)
        return (not key and pk is None) or pk in self._pointed.get(key, ())

    @cached_property
    def _pointed(self) -> dict[str, set[int]]:
        """The ids that the records point at and the user may see, by object type: one query for each."""
        wanted: dict[str, set[int]] = {}
        for record in self.records:
            key, pk = (getattr(record, name) for name in self.kind.pointer)
            if pk is not None and registry.known(key):
                wanted.setdefault(key, set()).add(pk)
        return {key: set(self._visible_among(registry.get(key), ids)) for key, ids in wanted.items()}

    def _visible_among(self, kind: ObjectType, ids: Iterable[int]) -> Iterable[int]:
        scope = kind.policy.scope("view", self.user)
        return kind.model.everything.filter(scope.q(self.user), pk__in=ids).values_list("pk", flat=True)

    def _right(self, path: str) -> tuple[bool, bool]:
        """Whether a path is hidden from the user, and whether it is masked; the same for every record."""
        found = self._rights.get(path)
        if found is None:
            hidden = registry.hides(self.kind, path, self.user)
            found = self._rights[path] = hidden, registry.masks(self.kind, path, self.user)
        return found

    def cell(self, record: Any, path: str) -> Cell:
        value = self.value(record, path)
        kind = self._kinds(path)
        if value is WITHHELD or self._right(path)[1]:
            return Cell("text", str(value or ""))
        return Cell(kind, text_of(value, kind, record, path), _plain(value), self._url(value))

    def cells(self, record: Any, paths: Iterable[str]) -> list[Cell]:
        return [self.cell(record, path) for path in paths]

    def _follow(self, record: Any, path: str) -> Any:
        if path.startswith(PREFIX):
            return self._follow_custom(record, *registry.first_step(path))
        value: Any = record
        prefix = ""
        for part in path.split("."):
            if value is None:
                return None
            if part == "custom":
                rest = path.removeprefix(f"{prefix}.") if prefix else path
                return self._beyond(prefix, value).value(value, rest)
            prefix = f"{prefix}.{part}" if prefix else part
            field = (
                value._meta.get_field(part)
                if hasattr(value, "_meta") and part in _field_names(value)
                else None
            )
            if field is not None and field.choices and part == path.split(".")[-1]:
                code = getattr(value, part)
                return None if code is None else Choice(code, _label(field, value, code))
            value = getattr(value, part)
            if (
                field is not None
                and field.is_relation
                and value is not None
                and not self._sees(prefix, value)
            ):
                return WITHHELD
        return value

    def _follow_custom(self, record: Any, name: str, rest: str) -> Any:
        """A custom value, or what a record has that a custom reference leads to: those of a page are read together."""
        value = self._custom.value(record, code_of(name))
        if not rest or value is None or value is WITHHELD:
            return value
        if name not in self._further:
            there = self._custom.targets(code_of(name))
            kind = registry.of(value)
            field: Any = kind.field(registry.first_step(rest)[0])
            if field is not None and field.is_relation and field.concrete and not rest.startswith(PREFIX):
                models.prefetch_related_objects(there, field.name)
            self._further[name] = Reading(kind, there, self.user)
        return self._further[name].value(value, rest)

    def _beyond(self, prefix: str, value: Any) -> Reading:
        """What a foreign key of all records leads to, read together."""
        if prefix not in self._further:
            there = {
                target.pk: target for record in self.records if (target := _at(record, prefix)) is not None
            }
            self._further[prefix] = Reading(registry.of(value), list(there.values()), self.user)
        return self._further[prefix]

    def _sees(self, prefix: str, target: Any) -> bool:
        if not registry.declares(target):
            return True
        if prefix not in self._visible:
            self._visible[prefix] = self._visible_ids(prefix, registry.of(target))
        visible = self._visible[prefix]
        return visible is None or target.pk in visible

    def _visible_ids(self, prefix: str, kind: ObjectType) -> set[int] | None:
        scope = kind.policy.scope("view", self.user)
        if scope == EVERYTHING:
            return None
        ids = set()
        for record in self.records:
            target = _at(record, prefix)
            if target is not None:
                ids.add(target.pk)
        return set(self._visible_among(kind, ids))

    def _kinds(self, path: str) -> str:
        if path not in self._kind_of:
            self._kind_of[path] = self.kind.kind_of(path)
        return self._kind_of[path]

    @cached_property
    def _computed(self) -> dict[str, Any]:
        return {column.path: column.value for column in self.kind.column_list if column.value}

    @cached_property
    def _together(self) -> dict[str, Any]:
        found = {column.path: column.values for column in self.kind.column_list if column.values}
        if self.kind.tagged:
            found[registry.TAGS] = lambda records, user: tags.of_records(self.kind, records)
        return found

    def _found_together(self, path: str) -> dict[int, Any]:
        """A column of all records, found out when the first of them is read."""
        if path not in self._batches:
            found = self._together[path](self.records, self.user)
            self._batches[path] = {
                record.pk: value for record, value in zip(self.records, found, strict=True)
            }
        return self._batches[path]

    def _url(self, value: Any) -> str:
        if not registry.declares(value) or value.deleted_at is not None:
            return ""
        place = value.__class__, value.pk
        if place not in self._urls:
            self._urls[place] = reverse("record", args=[registry.of(value).key, value.pk])
        return self._urls[place]


def _at(record: Any, prefix: str) -> Any:
    for part in prefix.split("."):
        record = getattr(record, part, None)
    return record


def _label(field: Any, record: Any, code: Any) -> str:
    """What a choice is called. Django makes a dictionary of all choices for each value that is asked for."""
    if isinstance(field.choices, list):
        return str(_labels(field).get(code, code))
    return str(getattr(record, f"get_{field.name}_display")())  # they are worked out anew each time


@cache
def _labels(field: Any) -> dict[Any, Any]:
    return dict(field.flatchoices)


def _field_names(value: Any) -> frozenset[str]:
    return _names_of(value.__class__)


@cache
def _names_of(model: type[models.Model]) -> frozenset[str]:
    return frozenset(field.name for field in model._meta.concrete_fields)


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, Choice) else value.codes if isinstance(value, Chosen) else value


def text_of(value: Any, kind: str = "", record: Any = None, path: str = "") -> str:
    """A value as text in the user's language."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if kind == "money":
        return amounts.format_amount(value, getattr(record, "currency", "") or "", get_language() or "en")
    if kind == "percent":
        return f"{value}%"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, int):
        # A year is a name, not an amount: nothing stands between its thousands.
        return f"{value:,}" if kind == "number" and not path.endswith("year") else str(value)
    if isinstance(value, Decimal | float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)


def title(record: Record) -> str:
    return str(record) or _("(no name)")
