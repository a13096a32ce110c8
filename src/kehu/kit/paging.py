"""Pages by key: the next page starts behind the last row seen, however long the list is.

A page is read in stretches: the rest of the rows with the same value, then those beyond it, then those without a
value (empty ones come last in either direction). Each stretch is a plain walk along an index on SQLite and on
PostgreSQL, which neither `(a, b) > (1, 2)` nor a chain of ORs is on SQLite (30 ms against 0.06 at a million rows).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, QuerySet
from django.db.models.expressions import OrderBy

from kehu.kit.turns import Turns

CAP = 10_000
SALT = "kehu.paging"
_FORWARD, _BACKWARD = "n", "p"


@dataclass(frozen=True)
class Page:
    """`rows` in the order asked for; tokens are empty where nothing lies in that direction."""

    rows: list[Any]
    next_token: str = ""
    previous_token: str = ""


def page(records: QuerySet, ordering: Sequence[str | Turns], *, token: str = "", size: int = 50) -> Page:
    """The page that a token points at; the first one without a token, or if it is not ours or leads nowhere.

    `ordering` is written as for `order_by` (a dot may stand for two underscores); its first part may be turns. The
    primary key is added where it is missing, so that every row has one place. The first page costs one query, others
    one or two; by turns, two for each turn that the page touches.
    """
    keys = _keys(records, ordering)
    if reckoned := {key.lookup: F(key.reckoned) for key in keys if key.reckoned}:
        records = records.annotate(**reckoned)
    backward, position = _read(token, keys)
    rows = _fetch(records, keys, position, backward, size + 1)
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
    turns: Turns | None = None
    # What the rows are given under `lookup`, as no column of theirs holds it.
    reckoned: str = ""


def _order(key: _Key, backward: bool) -> OrderBy:
    column, falling = F(key.lookup), key.descending != backward
    # Said only where it matters: an index knows nothing of it.
    nulls = {"nulls_first" if backward else "nulls_last": True} if key.nullable else {}
    return column.desc(**nulls) if falling else column.asc(**nulls)


def _keys(records: QuerySet, ordering: Sequence[str | Turns]) -> list[_Key]:
    keys = [
        _key(records, name.removeprefix("-").replace(".", "__"), name.startswith("-"))
        if isinstance(name, str)
        else replace(_key(records, name.lookup, False), turns=name)
        for name in ordering
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
        path.append(part)
        if typed := getattr(
            field, "field_of", None
        ):  # a column of values by code: the rest names one of them
            path.append(code := lookup.partition(f"{part}__")[2])
            held = typed(code)
            if getattr(held, "computed", False):
                return _Key(f"by_{code}", descending, held, True, reckoned="__".join(path))
            return _Key("__".join(path), descending, held, True)
        nullable = nullable or field.null
        model = field.related_model if field.is_relation and part != field.attname else None
    if field.is_relation:
        path[-1] = field.attname
    return _Key("__".join(path), descending, field, nullable)


def _fetch(
    records: QuerySet, keys: Sequence[_Key], position: list[Any] | None, backward: bool, count: int
) -> list[Any]:
    """Up to `count` rows from the position on, in the direction of travel."""
    rows: list[Any] = []
    for conditions, ordering in _stretches(records, keys, position, backward):
        part = records.filter(**conditions).order_by(*(_order(key, backward) for key in ordering))
        rows += part[: count - len(rows)]
        if len(rows) == count:
            break
    return rows


def _stretches(
    records: QuerySet, keys: Sequence[_Key], position: list[Any] | None, backward: bool
) -> Iterator[tuple[dict[str, Any], Sequence[_Key]]]:
    """Conditions and ordering of one walk after the other: the same values up to a key, beyond at that key."""
    if position is None:
        yield from _first_stretches(records, keys, backward)
        return
    for place in range(len(keys) - 1, -1, -1):
        same = dict(_equal(key, value) for key, value in zip(keys[:place], position[:place], strict=True))
        if keys[place].turns is not None:
            yield from _turns(records, keys[place:], position[place], backward, started=True)
            continue
        for beyond, skip in _beyond(keys[place], position[place], backward):
            yield same | beyond, _left(keys[place:], skip)


def _first_stretches(
    records: QuerySet, keys: Sequence[_Key], backward: bool
) -> Iterator[tuple[dict[str, Any], Sequence[_Key]]]:
    if keys[0].turns is not None:
        yield from _turns(records, keys, None, backward, started=False)
        return
    for beyond, skip in _from_the_start(keys[0], backward):
        yield beyond, _left(keys, skip)


def _turns(
    records: QuerySet, keys: Sequence[_Key], value: Any, backward: bool, *, started: bool
) -> Iterator[tuple[dict[str, Any], Sequence[_Key]]]:
    """The stretches of every turn after that of `value`; rows without a value have the last turn."""
    key, rest = keys[0], keys[1:]
    assert key.turns is not None
    without = [({f"{key.lookup}__isnull": True}, part) for part in _inside(records, rest, backward)]
    if key.nullable and backward and not started:
        yield from ((condition | inside, left) for condition, (inside, left) in without)
    if value is not None or not started or backward:
        for turn in key.turns.following(records, value, backward):
            yield from (
                ({key.lookup: turn} | inside, left) for inside, left in _inside(records, rest, backward)
            )
    if key.nullable and not backward and (value is not None or not started):
        yield from ((condition | inside, left) for condition, (inside, left) in without)


def _inside(
    records: QuerySet, rest: Sequence[_Key], backward: bool
) -> list[tuple[dict[str, Any], Sequence[_Key]]]:
    return list(_first_stretches(records, rest, backward))


def _left(keys: Sequence[_Key], skip: int) -> Sequence[_Key]:
    """The keys still to sort by; the first has a value in every row unless it follows one that has none."""
    return keys[1:] if skip else [replace(keys[0], nullable=False), *keys[1:]]


def _from_the_start(key: _Key, backward: bool) -> list[tuple[dict[str, Any], int]]:
    if not key.nullable:
        return [({}, 0)]
    both = [({f"{key.lookup}__isnull": False}, 0), ({f"{key.lookup}__isnull": True}, 1)]
    return both[::-1] if backward else both


def _beyond(key: _Key, value: Any, backward: bool) -> list[tuple[dict[str, Any], int]]:
    """Conditions for what lies beyond a value, and how many keys they leave nothing to sort by."""
    if value is None:
        return [({f"{key.lookup}__isnull": False}, 0)] if backward else []
    sign = "lt" if key.descending != backward else "gt"
    further: list[tuple[dict[str, Any], int]] = [({f"{key.lookup}__{sign}": value}, 0)]
    if key.nullable and not backward:
        further.append(({f"{key.lookup}__isnull": True}, 1))
    return further


def _equal(key: _Key, value: Any) -> tuple[str, Any]:
    return (f"{key.lookup}__isnull", True) if value is None else (key.lookup, value)


def _value(row: Any, key: _Key) -> Any:
    value = row
    for part in key.lookup.split("__"):
        if value is None:
            return None
        if isinstance(value, Mapping):
            return key.field.from_json(value.get(part))  # type: ignore[attr-defined]
        value = getattr(value, part)
    return value


def _plain(value: Any) -> Any:
    """What JSON can hold without losing anything; the column's own field reads it back."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _shape(keys: Sequence[_Key]) -> str:
    return ",".join(
        ("-" if getattr(key.turns, "descending", key.descending) else "") + key.lookup for key in keys
    )


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
