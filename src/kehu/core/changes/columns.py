"""Many records column by column: as the driver takes their values, and as the change log keeps them.

A column has one type, so what to do with its values is decided once, not once a value; texts that many rows
share (moments, references, choices) are made once, and a column of one value costs nothing a row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import repeat
from json.encoder import encode_basestring as quoted
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from kehu.core.changes.values import CONCEALED, SECRET, logged_fields, plain
from kehu.core.models.values import PREFIX, CustomValues
from kehu.kit.money import AmountField

# Fields whose Python values the drivers take as they are.
UNPREPARED = (
    models.ForeignKey,
    models.AutoField,
    models.IntegerField,
    models.CharField,
    models.TextField,
    models.BooleanField,
)


class Same:
    """A column that holds one value in every row."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Moments:
    """Moments as ISO texts in UTC, each made once, and each list of them once. One for all that is written together."""

    def __init__(self) -> None:
        self._known: dict[datetime, str] = {}
        self._lists: dict[int, tuple[Sequence[Any], list[str | None]]] = {}
        self._stored: dict[int, list[str | None]] = {}

    def text(self, value: datetime | None) -> str | None:
        if value is None:
            return None
        found = self._known.get(value)
        if found is None:
            found = self._known[value] = value.astimezone(UTC).isoformat()
        return found

    def texts(self, values: Sequence[datetime | None]) -> list[str | None]:
        held = self._lists.get(id(values))
        if held is None:
            known = self._known
            found = [known.get(value) if value is not None else None for value in values]
            for place, value in enumerate(values):
                if value is not None and found[place] is None:
                    found[place] = self.text(value)
            # The list is kept with its texts: an id says which list it is only while the list lives.
            held = self._lists[id(values)] = (values, found)
        return held[1]

    def stored(self, values: Sequence[datetime | None]) -> list[str | None]:
        """As Django stores them on SQLite: UTC, without the zone."""
        found = self._stored.get(id(values))
        if found is None:
            texts = self.texts(values)
            found = [None if text is None else f"{text[:10]} {text[11:-6]}" for text in texts]
            self._stored[id(values)] = found
        return found


class Columns:
    """The values of some new records of one model, by column name (`owner_id`); what is not given is the default."""

    def __init__(
        self,
        model: type[models.Model],
        count: int,
        given: Mapping[str, Sequence[Any] | Same],
        moments: Moments | None = None,
    ) -> None:
        self.model, self.count = model, count
        self.moments = moments or Moments()
        self.given = dict(given)
        names = {field.attname for field in model._meta.concrete_fields}
        if unknown := self.given.keys() - names:
            raise TypeError(f"{model.__name__} has no columns {sorted(unknown)}")
        for field in model._meta.concrete_fields:
            if field.attname not in self.given:
                computed = (
                    field.has_default() and callable(field.default) and not isinstance(field, CustomValues)
                )
                self.given[field.attname] = (
                    [field.get_default() for _row in range(count)] if computed else Same(field.get_default())
                )

    @classmethod
    def of_records(cls, model: type[models.Model], records: Sequence[Any]) -> Columns:
        rows = [record.__dict__ for record in records]
        names = [field.attname for field in model._meta.concrete_fields]
        return cls(model, len(rows), {name: [row[name] for row in rows] for name in names})

    def __getitem__(self, name: str) -> Sequence[Any]:
        held = self.given[name]
        return [held.value] * self.count if isinstance(held, Same) else held

    def stored(self) -> tuple[list[str], list[Any]]:
        """The names of the columns, and for each its values as the driver takes them (maybe without an end)."""
        fields: Sequence[Any] = self.model._meta.concrete_fields
        return [field.column for field in fields], [self._stored(field) for field in fields]

    def logged(self) -> list[str]:
        """For every record the JSON text of its snapshot (see values.snapshot)."""
        varying, same = [], ""
        for field in logged_fields(self.model):
            held = self.given[field.attname]
            if isinstance(held, Same):
                same += _logged(field, [held.value], self.moments)[0]
            else:
                varying.append(_logged(field, held, self.moments))
        if not varying:
            return ["{" + same[2:] + "}"] * self.count
        # Every text begins with its comma; the first one is cut off.
        return ["{" + (same + "".join(row))[2:] + "}" for row in zip(*varying, strict=True)]

    def _stored(self, field: Any) -> Any:
        held = self.given[field.attname]
        if isinstance(held, Same):
            return repeat(prepared(field, [held.value], self.moments)[0], self.count)
        return prepared(field, held, self.moments)


def prepared(field: Any, values: Sequence[Any], moments: Moments) -> Sequence[Any]:
    """Values of a field as the driver takes them."""
    if _unprepared(field):
        return values
    database = connections[DEFAULT_DB_ALIAS]  # the proxy costs more than the preparation
    if isinstance(field, models.DateTimeField):
        return moments.stored(values) if database.vendor == "sqlite" else moments.texts(values)
    if isinstance(field, CustomValues):
        return [json.dumps(value) if value else "{}" for value in values]
    if isinstance(field, models.JSONField):
        return [None if value is None else json.dumps(value, cls=field.encoder) for value in values]
    return [field.get_db_prep_save(value, database) for value in values]


@cache
def _unprepared(field: Any) -> bool:
    return isinstance(field, UNPREPARED) and not isinstance(field, AmountField)


def _logged(field: Any, values: Sequence[Any], moments: Moments) -> list[str]:
    """`, "name": value` for each record, empty where there is nothing to say."""
    name = f", {quoted(field.attname)}: "
    if field.attname in SECRET:
        return [name + quoted(CONCEALED) if value not in (None, "") else "" for value in values]
    if isinstance(field, CustomValues):
        return [_by_code(value) if value else "" for value in values]
    if isinstance(field, models.DateTimeField):
        return ["" if text is None else f'{name}"{text}"' for text in moments.texts(values)]
    if _unprepared(field) and not isinstance(field, models.BooleanField):
        return shared(name, values)
    return ["" if value is None or value == "" else name + as_json(value) for value in values]


def _by_code(values: dict[str, Any]) -> str:
    return "".join(f", {quoted(PREFIX + code)}: {as_json(held)}" for code, held in values.items())


def shared(name: str, values: Sequence[Any]) -> list[str]:
    """Texts made once for each value; only for values whose equals are written alike."""
    distinct = set(values)
    if len(distinct) * 2 > len(values):  # hardly anything is shared
        return [
            ""
            if value is None or value == ""
            else name + (quoted(value) if type(value) is str else as_json(value))
            for value in values
        ]
    known: dict[Any, str] = {value: name + as_json(value) for value in distinct}
    known[None] = known[""] = ""
    return [known[value] for value in values]


def as_json(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return quoted(value)
    if kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    return json.dumps(plain(value), ensure_ascii=False)
