"""Weeks that start on any day, weeks of a campaign, months, and spans of days.

Weekdays are counted as Python does: 0 is Monday, 6 Sunday. Every span includes both its ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext

_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(
                gettext("The period ends on %(end)s, before it starts on %(start)s.")
                % {"start": self.start.isoformat(), "end": self.end.isoformat()}
            )

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __len__(self) -> int:
        return (self.end - self.start).days + 1

    def days(self) -> Iterator[date]:
        day = self.start
        while day <= self.end:
            yield day
            day += _DAY

    def overlap(self, other: Period) -> Period | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start <= end else None

    def before(self) -> Period:
        """The period of the same length that ends the day before this one starts."""
        return Period(self.start - timedelta(days=len(self)), self.start - _DAY)

    def weeks(self, first_weekday: int) -> Iterator[Week]:
        """The weeks that touch this period, whole, in order, without numbers."""
        start = week_start(self.start, first_weekday)
        while start <= self.end:
            yield Week.at(start)
            start += 7 * _DAY

    def months(self) -> Iterator[Month]:
        """The months that touch this period, whole, in order."""
        month = month_of(self.start)
        while month.start <= self.end:
            yield month
            month = month.next()

    @property
    def label(self) -> str:
        """Its days as they are written everywhere: 2010-08-31 – 2010-09-06."""
        if self.start == self.end:
            return self.start.isoformat()
        return f"{self.start.isoformat()} – {self.end.isoformat()}"


@dataclass(frozen=True, order=True)
class Week(Period):
    """Seven days; `number` counts from a campaign's start (its first week is 1, the one before it 0)."""

    number: int | None = None

    @classmethod
    def at(cls, start: date, number: int | None = None) -> Week:
        return cls(start, start + 6 * _DAY, number)

    def next(self) -> Week:
        return self.shifted(1)

    def previous(self) -> Week:
        return self.shifted(-1)

    def shifted(self, weeks: int) -> Week:
        number = None if self.number is None else self.number + weeks
        return Week.at(self.start + 7 * weeks * _DAY, number)

    @property
    def label(self) -> str:
        if self.number is None:
            return super().label
        return gettext("Week %(number)s") % {"number": self.number}


@dataclass(frozen=True, order=True)
class Month(Period):
    """A month of the calendar."""

    def next(self) -> Month:
        return month_of(self.end + _DAY)

    def previous(self) -> Month:
        return month_of(self.start - _DAY)

    @property
    def label(self) -> str:
        return date_format(self.start, "YEAR_MONTH_FORMAT")


def week_start(day: date, first_weekday: int) -> date:
    """The first day of the week that holds this day."""
    if not 0 <= first_weekday <= 6:
        raise ValueError(gettext("A week starts on a day from 0 (Monday) to 6 (Sunday)."))
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def week_of(day: date, first_weekday: int) -> Week:
    """The week that holds this day."""
    return Week.at(week_start(day, first_weekday))


def campaign_week(day: date, campaign_start: date, first_weekday: int) -> Week:
    """The week that holds this day, numbered so that week 1 holds the campaign's first day."""
    first = week_start(campaign_start, first_weekday)
    start = week_start(day, first_weekday)
    return Week.at(start, (start - first).days // 7 + 1)


def numbered_week(number: int, campaign_start: date, first_weekday: int) -> Week:
    """The campaign's week of this number; 0 and below lie before the campaign."""
    return campaign_week(campaign_start, campaign_start, first_weekday).shifted(number - 1)


def campaign_weeks(campaign_start: date, campaign_end: date, first_weekday: int) -> Iterator[Week]:
    """Week 1, 2, … to the one that holds the campaign's last day."""
    week = numbered_week(1, campaign_start, first_weekday)
    while week.start <= campaign_end:
        yield week
        week = week.next()


def month_of(day: date) -> Month:
    """The month that holds this day."""
    start = day.replace(day=1)
    return Month(start, (start + timedelta(days=31)).replace(day=1) - _DAY)
