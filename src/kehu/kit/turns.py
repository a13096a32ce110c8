"""Sorting by turns: all rows with one value, then all with the next. For values whose order no column of the row holds.

A lead has its channel's number, not its name, and its stage's code, not the stage's place in the process. To sort a
million leads by such a thing would join and sort them all. Taking turns instead walks one stretch of an index
(channel, date) for each channel that a page touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet

FIRST, MORE = 2, 50


class Turns(Protocol):
    """`lookup` is the column of the rows; `following` names the values after one, in the direction of travel."""

    @property
    def lookup(self) -> str: ...

    def following(self, records: QuerySet, after: Any, backward: bool) -> Iterator[Any]: ...


@dataclass(frozen=True)
class Listed:
    """Values in the order that a declaration lists them: the choices of a field."""

    lookup: str
    values: tuple[Any, ...]
    descending: bool = False

    def following(self, records: QuerySet, after: Any, backward: bool) -> Iterator[Any]:
        values = self.values[::-1] if self.descending != backward else self.values
        if after is None:
            yield from values
        elif after in values:
            yield from values[values.index(after) + 1 :]


@dataclass(frozen=True)
class Referred:
    """Records that the rows refer to, by name. Only those that a row refers to are asked for, a few at a time."""

    lookup: str
    targets: QuerySet
    name: str
    descending: bool = False

    def following(self, records: QuerySet, after: Any, backward: bool) -> Iterator[Any]:
        falling = self.descending != backward
        sign = "-" if falling else ""
        rows = records.order_by().select_related(None)
        present = self.targets.filter(Exists(rows.filter(**{self.lookup: OuterRef("pk")})))
        ordered = present.order_by(sign + self.name, sign + "pk")
        count = FIRST
        while True:
            found = list(self._beyond(ordered, after, falling).values_list("pk", flat=True)[:count])
            yield from found
            if len(found) < count:
                return
            after, count = found[-1], MORE

    def _beyond(self, ordered: QuerySet, after: Any, falling: bool) -> QuerySet:
        if after is None:
            return ordered
        name = self.targets.filter(pk=after).values_list(self.name, flat=True).first()
        if name is None:
            return ordered.none()
        sign = "lt" if falling else "gt"
        return ordered.filter(
            Q(**{f"{self.name}__{sign}": name}) | Q(**{self.name: name, f"pk__{sign}": after})
        )
