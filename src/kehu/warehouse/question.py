"""What is asked: names and dates checked against the catalog, before any SQL is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.kit.periods import week_start
from kehu.warehouse.catalog import TIME, Catalog

Filters = Mapping[str, Sequence[str] | str]


@dataclass(frozen=True)
class Question:
    """A checked question. `where` keeps rows whose dimension has one of the values."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    start: date | None = None
    end: date | None = None
    as_of: date | None = None
    order: tuple[str, ...] = ()
    limit: int | None = None

    def without_groups(self) -> Question:
        """The same question for the total."""
        return Question(self.metrics, (), self.where, self.start, self.end, self.as_of)


@dataclass(frozen=True)
class Weeks:
    """How weeks are counted: `anchor` is a day on which some week starts; `numbered` if it is week 1."""

    anchor: date
    numbered: bool = False

    @classmethod
    def of_company(cls, first_weekday: int) -> Weeks:
        """Weeks from that weekday (0 = Monday) on."""
        return cls(week_start(date(1900, 1, 1), first_weekday))


def question(
    catalog: Catalog,
    metrics: Sequence[str],
    *,
    by: Sequence[str] = (),
    where: Filters | None = None,
    start: date | str | None = None,
    end: date | str | None = None,
    as_of: date | str | None = None,
    order: Sequence[str] = (),
    limit: int | None = None,
) -> Question:
    """Check names, dimensions and dates; a Refused sentence names what there is instead."""
    if not metrics:
        raise Refused(_("Name at least one metric. There are: %s.") % ", ".join(sorted(catalog.metrics)))
    filters = {
        name: (values,) if isinstance(values, str) else tuple(str(value) for value in values)
        for name, values in (where or {}).items()
    }
    for name in metrics:
        catalog.metric(name)
    for dimension in (*by, *filters):
        for name in metrics:
            _require_dimension(catalog, name, dimension)
    for name in order:
        if name.removeprefix("-") not in (*metrics, *by):
            raise Refused(_("The answer cannot be sorted by “%s”, which it does not hold.") % name)
    return Question(
        tuple(dict.fromkeys(metrics)),
        tuple(dict.fromkeys(by)),
        tuple(filters.items()),
        day(start),
        day(end),
        day(as_of),
        tuple(order),
        limit,
    )


def day(value: date | str | None) -> date | None:
    """A date, or text as 2010-08-31; empty is no date."""
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value
    try:
        return _plausible(value)
    except ValueError:
        raise Refused(_("“%s” is not a date; write it as 2010-08-31.") % value) from None


def _plausible(text: str) -> date:
    """A day with days around it: ends of weeks and months are reckoned from it."""
    found = date.fromisoformat(text)
    if not date.min.year < found.year < date.max.year:
        raise ValueError(text)
    return found


def day_of(dimension: str, value: str) -> date:
    """The first day of a day, week or month as the answers write it."""
    try:
        return _plausible(f"{value}-01" if dimension == "month" else value)
    except ValueError:
        shown = "2010-08" if dimension == "month" else "2010-08-31"
        raise Refused(
            _("“%(value)s” is no %(dimension)s; write it as %(shown)s.")
            % {"value": value, "dimension": dimension, "shown": shown}
        ) from None


def _require_dimension(catalog: Catalog, metric: str, dimension: str) -> None:
    if dimension in TIME:
        return
    possible = catalog.dimensions_of(metric)
    if dimension not in possible:
        raise Refused(
            _("“%(metric)s” has no “%(dimension)s”. It has: %(names)s.")
            % {"metric": metric, "dimension": dimension, "names": ", ".join(possible)}
        )
