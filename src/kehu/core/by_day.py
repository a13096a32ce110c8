"""The first records of each of many days, in one statement: a walk of the index for each day, written down once.

Django takes longer to write a query than the database to answer it; a month has forty-two days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from kehu.core import filters
from kehu.core.filters import Named

# Two days that nobody asks for: what differs between their statements is what a day puts in.
SPARE = (date(2201, 3, 5), date(2203, 8, 11))
# SQLite takes 32,766 parameters in a statement.
MOST_PARAMETERS = 20_000


def first_of_days(records: QuerySet, field: Named, days: Sequence[date], most: int) -> dict[date, list[Any]]:
    """Up to so many records of each day, in the order of their moment."""
    statements = _statements(records, field, days, most)
    at_once = max(MOST_PARAMETERS // max(len(statements[0][1]), 1), 1)
    rows: list[tuple[int, int]] = []
    for start in range(0, len(days), at_once):
        part = list(enumerate(statements))[start : start + at_once]
        parts = (f"SELECT {number}, found.* FROM ({sql}) found" for number, (sql, _values) in part)
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(parts), [one for _number, (_sql, values) in part for one in values]
            )
            rows += cursor.fetchall()
    known = records.model._base_manager.order_by().in_bulk([pk for _number, pk in rows])
    found: dict[date, list[Any]] = {day: [] for day in days}
    for number, pk in rows:
        if pk in known:
            found[days[number]].append(known[pk])
    for of_one in found.values():
        of_one.sort(key=lambda record: (getattr(record, field.path), record.pk))
    return found


def _statements(
    records: QuerySet, field: Named, days: Sequence[date], most: int
) -> list[tuple[str, tuple[Any, ...]]]:
    """A statement for each day: that of a spare day with the day's own values where two spare days differ."""
    sql, parameters = _written(records, field, SPARE[0], most)
    others = _written(records, field, SPARE[1], most)[1]
    places = [
        place for place, (one, other) in enumerate(zip(parameters, others, strict=True)) if one != other
    ]
    told = _told(field, SPARE[0])
    if not places or any(parameters[place] not in told for place in places):
        return [_written(records, field, day, most) for day in days]
    found = []
    for day in days:
        values, of_day = list(parameters), _told(field, day)
        for place in places:
            values[place] = of_day[told.index(parameters[place])]
        found.append((sql, tuple(values)))
    return found


def _written(records: QuerySet, field: Named, day: date, most: int) -> tuple[str, tuple[Any, ...]]:
    condition = filters.leaf(field.kind, field.user, field.path, "eq", day).q()
    asked = records.filter(condition).order_by(field.lookup, "pk").values_list("pk")[:most]
    sql, parameters = asked.query.sql_with_params()
    return sql, tuple(parameters)


def _told(field: Named, day: date) -> list[Any]:
    """What a statement tells the database of a day, as the database takes it."""
    values = [day] if field.what == "date" else [filters.dates.begin(day), filters.dates.after(day)]
    return [field.field.get_db_prep_value(value, connection, prepared=False) for value in values]
