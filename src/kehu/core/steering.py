"""Steering the database to a page: by the filter's index where few records fit, along the order's index where many do.

The planners choose wrongly just where it costs: SQLite sorts half a million leads of one stage to show fifty by name.
So a small sample is asked first how many records fit. Where many do, the conditions are put into words in which no
planner sees an index, and it walks the order. See docs/adr/0010-lists-walk-indexes.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.core.cache import caches
from django.db.models import BooleanField, Case, Model, Q, QuerySet, Value, When

from kehu.core.sorting import indexes_of
from kehu.kit.turns import Turns

if TYPE_CHECKING:
    from kehu.core.registry import ObjectType

SAMPLE = 1_000
# At least four records in a thousand fit: fifty rows are found among some thirteen thousand. With fewer it costs less
# to fetch and sort all that fit.
MANY = 4
# An index that leads to a tenth of the rows costs more than reading all of them one after the other.
LED = 100
SMALL = 20_000
KEEP_SECONDS = 60
# So many keys go into a statement; four in a thousand of a million records.
FEW = 4_000


def opaque(condition: Q) -> Case:
    """A condition that the planner cannot look into, and so not answer by an index."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def is_steep(kind: ObjectType, ordering: Sequence[str | Turns], equal: Iterable[str]) -> bool:
    """Whether one index gives the records that have these fields fixed in this order already."""
    fixed, first = set(equal), ordering[0]
    wanted = [name.removeprefix("-") for name in ordering if isinstance(name, str)][:1]
    if not isinstance(first, str):
        fixed.add(first.lookup)
    for names in indexes_of(kind.model):
        leading = 0
        while leading < len(names) and names[leading] in fixed:
            leading += 1
        if (
            leading
            and names[leading : leading + 1] == tuple(wanted)
            and fixed & set(equal) & set(names[:leading])
        ):
            return True
    return False


def fit_many(records: QuerySet, least: int = MANY) -> bool:
    """Whether at least about four in a thousand of the table's rows are among the records; nothing in a small table."""
    first, last = _ends(records.model)
    if is_small(records.model):
        return False
    step = (last - first) // SAMPLE
    places = range(first + step // 2, last, step)
    return records.filter(pk__in=list(places)).order_by()[:least].count() >= least


def is_small(model: type[Model]) -> bool:
    """Whether a table is so small that nothing has to be steered."""
    first, last = _ends(model)
    return last - first < SMALL


def leads(model: type[Model], column: str) -> bool:
    """Whether an index of the table begins with the column."""
    return any(names[:1] == (column,) for names in indexes_of(model))


def _ends(model: type[Model]) -> tuple[int, int]:
    """The lowest and the highest key of a table, as of the last minute."""

    def look() -> tuple[int, int]:
        keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
        return (keys.first() or 0, keys.last() or 0)

    return caches["process"].get_or_set(f"ends-{model._meta.label}", look, KEEP_SECONDS)  # type: ignore[return-value]
