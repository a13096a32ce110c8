"""Pages by key: the next page starts behind the last row seen, however long the list is.

Empty values come last in either direction. Databases disagree about that and SQLite indexes cannot say it, so a
list that starts with a nullable column is read in two stretches, first the rows with a value, then those
without: each is a plain walk along an index on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value
from django.db.models.expressions import OrderBy

CAP = 10_000
SALT = "kehu.paging"
_FORWARD, _BACKWARD = "n", "p"


@dataclass(frozen=True)
class Page:
    """`rows` in the order asked for; tokens are empty where nothing lies in that direction."""

    rows: list[Any]
    next_token: str = ""
    previous_token: str = ""


def page(records: QuerySet, ordering: Sequence[str], *, token: str = "", size: int = 50) -> Page:
    """The page that a token points at; the first one without a token, or if it is not ours or leads nowhere.

    `ordering` is written as for `order_by` (a dot may stand for two underscores); the primary key is added
    where it is missing, so that every row has one place. One query, two where the rows with a value end.
    """
    keys = _keys(records, ordering)
    backward, position = _read(token, keys)
    rows = _stretch(records, keys, position, backward, size + 1)
    more, rows = len(rows) > size, rows[:size]
    if position is not None and (not rows or (backward and not more and len(rows) < size)):
        return page(records, ordering, size=size)
    if backward:
        rows.reverse()
    has_next = more if not backward else True
    has_previous = position is not None if not backward else more
    return Page(
        rows,
        _write(_FORWARD, keys, rows[-1]) if rows and has_next else "",
        _write(_BACKWARD, keys, rows[0]) if rows and has_previous else "",
    )


def capped_count(records: QuerySet, cap: int = CAP) -> tuple[int, bool]:
    """How many rows there are, counted no further than `cap`, and whether there are more."""
    count = records.order_by()[: cap + 1].count()
    return min(count, cap), count > cap


@dataclass(frozen=True)
class _Key:
    lookup: str
    descending: bool
    field: Field
    nullable: bool

    def turned(self) -> _Key:
        return replace(self, descending=not self.descending)


class _RowBeyond(Func):
    """`(a, b) > (1, 2)`: both databases walk an index from there."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_options: Any) -> Any:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        half = len(parts) // 2
        columns, values = (", ".join(sql for sql, _params in side) for side in (parts[:half], parts[half:]))
        params = [param for _sql, params in parts for param in params]
        return f"({columns}) {self.extra['sign']} ({values})", params


def _keys(records: QuerySet, ordering: Sequence[str]) -> list[_Key]:
    keys = [
        _key(records, name.removeprefix("-").replace(".", "__"), name.startswith("-")) for name in ordering
    ]
    if not keys or not any(key.field.primary_key and "__" not in key.lookup for key in keys):
        keys.append(_key(records, "pk", bool(keys) and keys[-1].descending))
    return keys


def _key(records: QuerySet, lookup: str, descending: bool) -> _Key:
    annotation = records.query.annotations.get(lookup)
    if annotation is not None:
        return _Key(lookup, descending, annotation.output_field, True)
    model: type[Model] | None = records.model
    nullable, path = False, []
    for part in lookup.split("__"):
        if model is None:
            raise FieldDoesNotExist(f"{records.model.__name__} cannot be sorted by {lookup}.")
        field: Any = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable = nullable or field.null
        path.append(part)
        model = field.related_model if field.is_relation and part != field.attname else None
    if field.is_relation:
        path[-1] = field.attname
    return _Key("__".join(path), descending, field, nullable)


def _stretch(
    records: QuerySet, keys: Sequence[_Key], position: list[Any] | None, backward: bool, count: int
) -> list[Any]:
    """Up to `count` rows from the position on, in the direction of travel."""
    first, rest = keys[0], keys[1:]
    if not first.nullable:
        return _walk(records, keys, position, backward, count)
    filled = records.filter(**{f"{first.lookup}__isnull": False})
    empty = records.filter(**{f"{first.lookup}__isnull": True})
    full_keys = [replace(first, nullable=False), *rest]
    stretches: list[tuple[QuerySet, Sequence[_Key], Sequence[Any] | None]]
    if position is not None and position[0] is None:
        stretches = [(empty, rest, position[1:])] + ([(filled, full_keys, None)] if backward else [])
    else:
        stretches = [(filled, full_keys, position)] + ([] if backward else [(empty, rest, None)])
    rows: list[Any] = []
    for part, part_keys, start in stretches:
        if len(rows) < count:
            rows += _walk(part, part_keys, start, backward, count - len(rows))
    return rows


def _walk(
    records: QuerySet, keys: Sequence[_Key], position: Sequence[Any] | None, backward: bool, count: int
) -> list[Any]:
    # Turned round, empty values come first.
    travelled = [key.turned() for key in keys] if backward else list(keys)
    found = records.order_by(*(_order(key, backward) for key in travelled))
    if position is not None:
        found = found.filter(_beyond(travelled, position, backward))
    return list(found[:count])


def _order(key: _Key, nulls_first: bool) -> OrderBy:
    column = F(key.lookup)
    nulls: dict[str, bool] = (
        {} if not key.nullable else {"nulls_first" if nulls_first else "nulls_last": True}
    )
    return column.desc(**nulls) if key.descending else column.asc(**nulls)


def _beyond(keys: Sequence[_Key], values: Sequence[Any], nulls_first: bool) -> Any:
    """Rows that come after these values in the direction of travel."""
    if len({key.descending for key in keys}) == 1 and not any(key.nullable for key in keys):
        constants = [Value(value, output_field=key.field) for key, value in zip(keys, values, strict=True)]
        sign = "<" if keys[0].descending else ">"
        return _RowBeyond(*(F(key.lookup) for key in keys), *constants, sign=sign)
    condition = Q(pk__in=())
    for key, value in reversed(list(zip(keys, values, strict=True))):
        same = Q(**{f"{key.lookup}__isnull": True}) if value is None else Q(**{key.lookup: value})
        condition = _after(key, value, nulls_first) | (same & condition)
    first, value = keys[0], values[0]
    if not first.nullable:
        # Says nothing new, but lets the database start in the middle of an index.
        condition &= Q(**{f"{first.lookup}__{'lte' if first.descending else 'gte'}": value})
    return condition


def _after(key: _Key, value: Any, nulls_first: bool) -> Q:
    empty = Q(**{f"{key.lookup}__isnull": True}) if key.nullable else Q(pk__in=())
    if value is None:
        return ~empty if nulls_first else Q(pk__in=())
    beyond = Q(**{f"{key.lookup}__{'lt' if key.descending else 'gt'}": value})
    return beyond if nulls_first else beyond | empty


def _value(row: Any, key: _Key) -> Any:
    value = row
    for part in key.lookup.split("__"):
        if value is None:
            return None
        value = getattr(value, part)
    return value


def _plain(value: Any) -> Any:
    """What JSON can hold without losing anything; the column's own field reads it back."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _shape(keys: Sequence[_Key]) -> str:
    return ",".join(("-" if key.descending else "") + key.lookup for key in keys)


def _write(direction: str, keys: Sequence[_Key], row: Any) -> str:
    values = [_plain(_value(row, key)) for key in keys]
    return signing.dumps([direction, _shape(keys), values], salt=SALT)


def _read(token: str, keys: Sequence[_Key]) -> tuple[bool, list[Any] | None]:
    """Whether to travel backward, and from where; the first page's for a token of another list."""
    if not token:
        return False, None
    try:
        direction, shape, values = signing.loads(token, salt=SALT)
        if shape != _shape(keys):
            return False, None
        position = [key.field.to_python(value) for key, value in zip(keys, values, strict=True)]
    except (signing.BadSignature, json.JSONDecodeError, ValidationError, ValueError, TypeError):
        return False, None
    return direction == _BACKWARD, position
