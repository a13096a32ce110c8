"""Columns of many records as one user may read them, read by column and not by record.

The meaning is that of `Reading`. What is the same in many rows (a channel, a stage, an owner) is read by it once per
distinct value, from a record that holds nothing else; a field of the row itself is taken as the database gives it;
only what is worked out from a whole record costs records.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from kehu.core import registry, table
from kehu.core.exports.naming import names_of
from kehu.core.models.values import code_of
from kehu.core.reading import WITHHELD, Reading, text_of
from kehu.core.words import Chosen
from kehu.kit.money import AmountField
from kehu.kit.tables.sinks import Column, local

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

# How many distinct values of a column are remembered before it starts anew.
REMEMBERED = 50_000
NUMBERS = frozenset({"number", "money", "percent", "score"})
TYPES: dict[str, tuple[type, ...]] = {
    "whole": (int,),
    "decimal": (Decimal, int),
    "float": (int, float, Decimal),
    "date": (date,),
    "time": (datetime,),
    "yesno": (bool,),
}

Block = list[Sequence[Any]]
# Reads a column of moments, which the database gives as texts in UTC.
Moments = Callable[[Sequence[str | None]], Sequence[Any]]


def default_paths(kind: ObjectType, user: User, paths: Sequence[str]) -> list[str]:
    """The columns of a list, and after an amount the currency that it is in."""
    found = list(paths)
    money = next((path for path in found if "." not in path and kind.kind_of(path) == "money"), None)
    if money and "currency" not in found and kind.field("currency") is not None:
        found[found.index(money) + 1 : found.index(money) + 1] = kind.readable(user, ["currency"])
    return found


class Columns:
    """The chosen columns of one object type for one user; `typed` names them, `block` reads rows of them."""

    def __init__(
        self, kind: ObjectType, paths: Sequence[str], user: User, *, moments: Moments | None = None
    ) -> None:
        """`moments` may make something else of moments than `datetime`s: what the format of a file takes."""
        self._moments = moments or as_moments
        self.kind, self.user, self.paths = kind, user, kind.readable(user, paths)
        self.masked = {path for path in self.paths if registry.masks(kind, path, user)}
        self._rules = Reading(kind, (), user)
        names = names_of(kind, self.paths, user)
        self.typed = [self._typed(path, name) for path, name in zip(self.paths, names, strict=True)]
        self._keys = {path: key for path in self.paths if (key := self._key(path))}
        self._names = list(dict.fromkeys(["pk", *self._keys.values()]))
        self._times = [name for name in self._names if self._is_time(name)]
        self._known: dict[str, dict[Any, Any]] = {path: {None: None} for path in self.paths}
        self._whole = [path for path in self.paths if path not in self._keys]

    def block(self, ids: Sequence[int]) -> Block:
        """The columns of those of the records that the user may see (still), in the order of the ids."""
        visible = self.kind.model.objects.visible_to(self.user).filter(pk__in=among(ids)).order_by()
        found = {row[0]: row for row in visible.values_list(*map(self._selected, self._names))}
        rows = [found[pk] for pk in ids if pk in found]
        if not rows:
            return [[] for _path in self.paths]
        raw: dict[str, Sequence[Any]] = dict(zip(self._names, zip(*rows, strict=True), strict=True))
        raw.update({name: self._moments(raw[name]) for name in self._times})
        whole = self._read_whole(raw["pk"]) if self._whole else {}
        return [
            whole[path] if path in whole else self._column(path, raw[self._keys[path]]) for path in self.paths
        ]

    def _is_time(self, name: str) -> bool:
        return isinstance(self.kind.field(name), models.DateTimeField)

    def _selected(self, name: str) -> Any:
        """A field as it is asked for: moments as text in UTC, which is read ten times as fast as moments are."""
        if name not in self._times:
            return name
        return UtcText(name) if connection.vendor == "postgresql" else Cast(name, models.TextField())

    def _column(self, path: str, values: Sequence[Any]) -> Sequence[Any]:
        if self._is_direct(path):
            return values
        known = self._known[path]
        if len(known) > REMEMBERED:
            known.clear()
            known[None] = None
        if missing := set(values).difference(known):
            known.update(self._read_alike(path, missing))
        return list(map(known.__getitem__, values))

    def _read_alike(self, path: str, values: Iterable[Any]) -> dict[Any, Any]:
        """Each distinct value of the row's own field as `Reading` reads it, from a record that has only this."""
        key, records = self._keys[path], {}
        for value in values:
            records[value] = self.kind.model(**{key: value})
        stubs = list(records.values())
        table.attach(self.kind, stubs, [path])
        plain = self._plain(path, Reading(self.kind, stubs, self.user))
        return {value: plain(record) for value, record in records.items()}

    def _read_whole(self, ids: Sequence[int]) -> dict[str, list[Any]]:
        found = self.kind.model.objects.in_bulk(ids)
        blank = self.kind.model()
        records = [found.get(pk, blank) for pk in ids]
        table.attach(self.kind, records, self.paths)
        reading = Reading(self.kind, records, self.user)
        return {path: list(map(self._plain(path, reading), records)) for path in self._whole}

    def _plain(self, path: str, reading: Reading) -> Callable[[Any], Any]:
        column = self.typed[self.paths.index(path)]
        return lambda record: plain(reading.value(record, path), column.what)

    def _key(self, path: str) -> str:
        """The field of the row on which alone a column rests; none where it takes more."""
        rules, first = self._rules, self.kind.field(path.split(".")[0])
        if path in self.kind.pointer or rules.computes(path) or code_of(path):
            return ""
        field: Any = first
        if field is None or not field.concrete or self.kind.field(path) is None:
            return ""
        if "." in path:
            return str(field.attname) if field.is_relation else ""
        plain = field.is_relation or field.choices or path in self.masked or self._is_direct(path)
        return str(field.attname) if plain else ""

    def _is_direct(self, path: str) -> bool:
        """Whether the database's value is what the user reads."""
        field: Any = self.kind.field(path)
        if "." in path or path in self.masked or field is None or field.is_relation or field.choices:
            return False
        known = isinstance(field, models.CharField | models.TextField)
        return known or what_of(field) not in {"text", "list"}

    def _typed(self, path: str, name: str) -> Column:
        field = self.kind.field(path)
        if path in self.masked:
            return Column(name)
        if field is None or self._rules.computes(path):
            shown = self.kind.kind_of(path)
            what = "float" if shown in NUMBERS else shown if shown in {"date", "time", "yesno"} else "text"
            return Column(name, what)
        what = what_of(field)
        if isinstance(field, AmountField):
            return Column(name, what, 38, 4)
        if isinstance(field, models.DecimalField):
            return Column(name, what, 38, field.decimal_places or 0)
        return Column(name, what)


class UtcText(models.Func):
    """A moment of PostgreSQL as SQLite holds it."""

    template = "(%(expressions)s AT TIME ZONE 'UTC')::text"
    output_field = models.TextField()


def among(ids: Sequence[int]) -> RawSQL:
    """The ids as one parameter: Django looks at each of those in a list."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", ["{" + ",".join(map(str, ids)) + "}"])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])


def moment(text: str | None) -> datetime | None:
    """The moment of a text in UTC."""
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def as_moments(texts: Sequence[str | None]) -> list[datetime | None]:
    return list(map(moment, texts))


def as_texts(texts: Sequence[str | None]) -> Sequence[str | None]:
    """As the database gives them: pyarrow reads a whole column of them at once."""
    return texts


def shown_in(zone: tzinfo) -> Moments:
    """Texts of moments as a clock in the zone shows them; what a minute is there is reckoned once."""
    known: dict[str, str | None] = {}

    def reckoned(minute: str) -> str | None:
        here = local(moment(minute), zone)  # type: ignore[arg-type]
        # Before zones there was the time of the town, odd by seconds: such a minute is not the same all through.
        return None if here.second else here.isoformat(" ", "minutes")

    def one(text: str | None) -> str | None:
        if text is None:
            return None
        found = known[text[:16]]
        if found is None:
            return local(moment(text), zone).isoformat(" ", "seconds")  # type: ignore[arg-type]
        return found + text[16:19]

    def show(texts: Sequence[str | None]) -> list[str | None]:
        if len(known) > REMEMBERED:
            known.clear()
        for minute in {text[:16] for text in texts if text is not None}.difference(known):
            known[minute] = reckoned(minute)
        if None in known.values():
            return list(map(one, texts))
        return [None if text is None else known[text[:16]] + text[16:19] for text in texts]  # type: ignore[operator]

    return show


def what_of(field: Any) -> str:
    """The type of a field's values in a file."""
    if getattr(field, "kind", "") == "choices":
        return "list"
    if field.choices or field.is_relation:
        return "text"
    if field.get_internal_type() == "FloatField":  # also numbers that administrators add: JSON holds them
        return "float"
    if isinstance(field, AmountField | models.DecimalField):
        return "decimal"
    kinds: Sequence[tuple[Any, str]] = (
        (models.BooleanField, "yesno"),
        (models.DateTimeField, "time"),
        (models.DateField, "date"),
        (models.IntegerField, "whole"),
    )
    return next((what for types, what in kinds if isinstance(field, types)), "text")


def plain(value: Any, what: str) -> Any:
    """A value that was read as the column's type; what does not fit (withheld) is nothing but in text."""
    if value is None:
        return None
    if what == "list":
        return None if value is WITHHELD else [str(one) for one in getattr(value, "choices", value)]
    if what == "text":
        return str(value) if isinstance(value, Chosen | models.Model) else text_of(value)
    if not isinstance(value, TYPES[what]):
        return None
    return float(value) if what == "float" else value  # type: ignore[arg-type]
