"""Values of records as one user may read them. Pages, API, exports and search results all go through here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehu.core import access, registry
from kehu.core.access import EVERYTHING
from kehu.kit import amounts

if TYPE_CHECKING:
    from kehu.core.models import Record, User
    from kehu.core.registry import ObjectType

WITHHELD = "•••"


@dataclass(frozen=True)
class Cell:
    """One value ready to be shown: `kind` picks the drawing, `value` is what it was made from."""

    kind: str
    text: str
    value: Any = None
    url: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in {"number", "money", "score"}


class Reading:
    """Some records of one object type, as one user may read them.

    References are looked up once for all records: one query per referenced object type that the user sees only
    in part. A reference to a record that the user may not see shows nothing of it.
    """

    def __init__(self, kind: ObjectType, records: Sequence[Any], user: User) -> None:
        self.kind, self.records, self.user = kind, records, user
        self._visible: dict[str, set[int] | None] = {}

    def readable(self, paths: Iterable[str] | None = None) -> list[str]:
        return self.kind.readable(self.user, paths)

    def value(self, record: Any, path: str) -> Any:
        """The raw value, `WITHHELD` where the user may not read it whole or not see what it refers to."""
        if registry.hides(self.kind, path, self.user):
            return WITHHELD
        computed = self._computed.get(path)
        value = computed(record) if computed else self._follow(record, path)
        if registry.masks(self.kind, path, self.user):
            return access.mask(value)
        return value

    def cell(self, record: Any, path: str) -> Cell:
        value = self.value(record, path)
        kind = self._kinds(path)
        if value is WITHHELD or registry.masks(self.kind, path, self.user):
            return Cell("text", str(value or ""))
        return Cell(kind, text_of(value, kind, record, path), _plain(value), self._url(value))

    def cells(self, record: Any, paths: Iterable[str]) -> list[Cell]:
        return [self.cell(record, path) for path in paths]

    def _follow(self, record: Any, path: str) -> Any:
        value: Any = record
        prefix = ""
        for part in path.split("."):
            if value is None:
                return None
            prefix = f"{prefix}.{part}" if prefix else part
            field = (
                value._meta.get_field(part)
                if hasattr(value, "_meta") and part in _field_names(value)
                else None
            )
            if field is not None and field.choices and part == path.split(".")[-1]:
                code = getattr(value, part)
                return None if code is None else Choice(code, str(getattr(value, f"get_{part}_display")()))
            value = getattr(value, part)
            if (
                field is not None
                and field.is_relation
                and value is not None
                and not self._sees(prefix, value)
            ):
                return WITHHELD
        return value

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
            target: Any = record
            for part in prefix.split("."):
                target = getattr(target, part, None)
            if target is not None:
                ids.add(target.pk)
        return set(kind.model.everything.filter(scope.q(self.user), pk__in=ids).values_list("pk", flat=True))

    def _kinds(self, path: str) -> str:
        return self.kind.kind_of(path)

    @cached_property
    def _computed(self) -> dict[str, Any]:
        return {column.path: column.value for column in self.kind.column_list if column.value}

    def _url(self, value: Any) -> str:
        if registry.declares(value) and value.deleted_at is None:
            return reverse("record", args=[registry.of(value).key, value.pk])
        return ""


@dataclass(frozen=True)
class Choice:
    """A stored code with the word that the user reads."""

    code: Any
    label: str

    def __str__(self) -> str:
        return self.label


def _field_names(value: Any) -> set[str]:
    return {field.name for field in value._meta.concrete_fields}


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, Choice) else value


def text_of(value: Any, kind: str = "", record: Any = None, path: str = "") -> str:
    """A value as text in the user's language."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if kind == "money":
        return amounts.format_amount(value, getattr(record, "currency", "") or "", get_language() or "en")
    if isinstance(value, int):
        return f"{value:,}" if kind == "number" else str(value)
    if isinstance(value, Decimal | float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)


def title(record: Record) -> str:
    return str(record) or _("(no name)")
