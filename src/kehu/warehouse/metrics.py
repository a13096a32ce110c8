"""What a module's `metrics.py` declares: datasets, dimensions and metrics, as data.

A module lists them in the tuples DATASETS, DIMENSIONS and METRICS; the catalog finds them there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from kehu.warehouse.facts import FactColumn, Facts

__all__ = [
    "BLANK",
    "COUNT",
    "DAYS",
    "MONEY",
    "NOT_VISIBLE",
    "RATE",
    "Dataset",
    "Derived",
    "Dimension",
    "Example",
    "FactColumn",
    "Facts",
    "Metric",
    "Ratio",
]

Text = str | Promise
COUNT, MONEY, RATE, DAYS = "count", "money", "rate", "days"
BLANK, NOT_VISIBLE = "(blank)", "(not visible)"


@dataclass(frozen=True)
class Dimension:
    """Something that figures are broken down by.

    With `table` (an object type's key) the dataset's column holds that table's `key`, and the row's
    `value` is shown: a column or an SQL expression over the table. `unique` names a second column
    that tells rows of the same value apart. `starts` names the date whose week is number 1, `weekday` the
    column with the day on which weeks start (0 is Monday), when one row of this dimension is asked for.
    `choices` gives labels for codes, `shown` the text in the reader's language for any other value.
    """

    name: str
    label: Text
    table: str = ""
    value: str = "name"
    key: str = "id"
    unique: str = ""
    starts: str = ""
    weekday: str = ""
    choices: Mapping[str, Text] = field(default_factory=dict)
    shown: Callable[[str], str] | None = None

    def text(self, value: str) -> str:
        """A value of the answer as the reader's language writes it."""
        if value == BLANK:
            return gettext("(blank)")
        if value == NOT_VISIBLE:
            return gettext("(not visible)")
        if value in self.choices:
            return str(self.choices[value])
        return self.shown(value) if self.shown else value


@dataclass(frozen=True)
class Dataset:
    """Rows of one grain: each is a record of the object type `object`, whose key `id` it carries.

    `sql` is a SELECT over fact tables in DuckDB's dialect; empty means the whole table. `time` is the date
    that counts unless a metric names its own event. `dimensions` gives a column or expression for each
    dimension that the rows have. `cohorts` gives the date on which the row's cohort began (for leads: the
    lead's creation).
    """

    key: str
    object: str
    label: Text = ""
    sql: str = ""
    time: str = "created_on"
    dimensions: Mapping[str, str] = field(default_factory=dict)
    cohorts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """A hand-computed case: rows by table, the question, and the rows of the answer in order.

    The question is put to `engine.ask`; a row of the answer holds the dimensions and then the metric.
    """

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    expect: Sequence[Sequence[Any]]
    by: Sequence[str] = ()
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    start: str = ""
    end: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Metric:
    """An aggregate over the rows of one dataset, each counted on the day of its event.

    `time` is the event's date column (empty: the dataset's); rows without that date have not happened and
    do not count. `where` narrows the rows. An empty group is 0 unless `zero` is off.
    """

    name: str
    label: Text
    meaning: Text
    dataset: str
    unit: str = COUNT
    measure: str = "count(*)"
    where: str = ""
    time: str = ""
    zero: bool = True
    example: Example | None = None


@dataclass(frozen=True)
class Ratio:
    """Numerator divided by denominator, as decimal fraction or money per piece.

    NULL where there is nothing to divide by. Several denominators are added up. Totals are made from the
    sums, never from ratios.

    With `cohort` both sides take the rows whose cohort began in the period, and count an event when
    it happened up to the as-of date; without it each side counts the events of the period.
    """

    name: str
    label: Text
    meaning: Text
    numerator: str
    denominator: str | tuple[str, ...]
    unit: str = RATE
    cohort: str = ""
    example: Example | None = None

    @property
    def denominators(self) -> tuple[str, ...]:
        return (self.denominator,) if isinstance(self.denominator, str) else self.denominator


@dataclass(frozen=True)
class Derived:
    """A formula over simple metrics and ratios, by their names: `revenue - spend`."""

    name: str
    label: Text
    meaning: Text
    formula: str
    unit: str = COUNT
    example: Example | None = None


AnyMetric = Metric | Ratio | Derived
