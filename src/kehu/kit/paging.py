"""Pages by key: the next page starts behind the last row seen, however long the list is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q, QuerySet


CAP = 10_000
SALT = "kehu.paging"


@dataclass(frozen=True)
class Page:
    """`rows` in the order asked for; tokens are empty where nothing lies in that direction."""

    rows: list[Any]
    next_token: str = ""
    previous_token: str = ""


@dataclass(frozen=True)
class _Key:
    path: str
    descending: bool

    @property
    def lookup(self) -> str:
        return self.path.replace(".", "__")


def page(records: QuerySet, ordering: Sequence[str], *, token: str = "", size: int = 50) -> Page:
    """The page that a token points at; the first one without. A token that is not ours gives the first page.

    Empty values come last in rising and first in falling order, on both databases. The ordering must end in
    a unique column.
    """
    keys = [_Key(name.lstrip("-"), name.startswith("-")) for name in ordering]
    direction, values = _read(token, len(keys))
    backward = direction == "p"
    found = records.order_by(*(_order(key, backward) for key in keys))
    if values is not None:
        found = found.filter(_behind(keys, values, backward))
    rows = list(found[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    if not rows:
        return Page([])
    has_next = more if not backward else True
    has_previous = (values is not None) if not backward else more
    return Page(
        rows,
        _write("n", keys, rows[-1]) if has_next else "",
        _write("p", keys, rows[0]) if has_previous else "",
    )


def capped_count(records: QuerySet, cap: int = CAP) -> tuple[int, bool]:
    """How many rows there are, counted no further than `cap`, and whether there are more."""
    count = records.order_by()[: cap + 1].count()
    return min(count, cap), count > cap


def _order(key: _Key, backward: bool) -> Any:
    column = F(key.lookup)
    if key.descending != backward:
        return column.desc(nulls_first=True)
    return column.asc(nulls_last=True)


def _behind(keys: Sequence[_Key], values: Sequence[Any], backward: bool) -> Q:
    """Rows that come after the given key in the direction of travel."""
    condition = Q()
    for position in range(len(keys) - 1, -1, -1):
        key, value = keys[position], values[position]
        falling = key.descending != backward
        same = Q(**{f"{key.lookup}__isnull": True}) if value is None else Q(**{key.lookup: value})
        if value is None:
            after = Q(**{f"{key.lookup}__isnull": False}) if falling else Q(pk__in=())
        elif falling:
            after = Q(**{f"{key.lookup}__lt": value})
        else:
            after = Q(**{f"{key.lookup}__gt": value}) | Q(**{f"{key.lookup}__isnull": True})
        condition = after | (same & condition) if condition else after
    return condition


def _value(row: Any, key: _Key) -> Any:
    value = row
    for part in key.lookup.split("__"):
        if value is None:
            return None
        value = getattr(value, part)
    return value


def _write(direction: str, keys: Sequence[_Key], row: Any) -> str:
    values = [_value(row, key) for key in keys]
    return signing.dumps([direction, json.loads(json.dumps(values, cls=DjangoJSONEncoder))], salt=SALT)


def _read(token: str, length: int) -> tuple[str, list[Any] | None]:
    if not token:
        return "n", None
    try:
        direction, values = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return "n", None
    return (direction, values) if len(values) == length else ("n", None)
