from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kehu.kit.periods import (
    Period,
    campaign_week,
    campaign_weeks,
    month_of,
    numbered_week,
    week_of,
    week_start,
)

TUESDAY = 1
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
weekdays = st.integers(0, 6)


@given(days, weekdays)
def test_every_day_lies_in_exactly_one_week_and_weeks_follow_each_other(day: date, first: int) -> None:
    week = week_of(day, first)
    assert day in week
    assert len(week) == 7
    assert week.start.weekday() == first
    assert week.next().start == week.end + timedelta(days=1)
    assert week.next().previous() == week


@given(days)
def test_every_day_lies_in_exactly_one_month_and_months_follow_each_other(day: date) -> None:
    month = month_of(day)
    assert day in month
    assert month.next().start == month.end + timedelta(days=1)
    assert month.next().previous() == month


@given(days, st.integers(0, 400), weekdays)
def test_weeks_and_months_cover_a_period_without_gap_or_overlap(start: date, length: int, first: int) -> None:
    period = Period(start, start + timedelta(days=length))
    for parts in (list(period.weeks(first)), list(period.months())):
        assert parts[0].start <= period.start <= parts[0].end
        assert parts[-1].start <= period.end <= parts[-1].end
        assert sum(len(part.overlap(period) or ()) for part in parts) == len(period)
        assert all(one.end + timedelta(days=1) == other.start for one, other in pairwise(parts))


@given(days, days, weekdays)
def test_a_campaigns_weeks_are_numbered_from_the_one_that_holds_its_start(
    day: date, start: date, first: int
) -> None:
    week = campaign_week(day, start, first)
    assert day in week
    assert start in numbered_week(1, start, first)
    assert week == numbered_week(week.number or 0, start, first)


def test_the_car_case_counts_from_tuesday_to_monday() -> None:
    start = date(2009, 6, 2)
    weeks = list(campaign_weeks(start, date(2009, 6, 16), TUESDAY))
    assert [(week.number, week.start.day, week.end.day) for week in weeks] == [
        (1, 2, 8),
        (2, 9, 15),
        (3, 16, 22),
    ]
    assert campaign_week(date(2009, 6, 1), start, TUESDAY).number == 0
    assert week_start(date(2009, 6, 8), TUESDAY) == start


def test_a_campaign_that_starts_inside_a_week_counts_that_week_as_the_first() -> None:
    assert numbered_week(1, date(2009, 6, 5), TUESDAY).start == date(2009, 6, 2)
    assert campaign_week(date(2009, 6, 9), date(2009, 6, 5), TUESDAY).number == 2


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2010, 1, 2), date(2010, 1, 1))
    with pytest.raises(ValueError):
        week_start(date(2010, 1, 1), 7)


def test_the_period_before_has_the_same_length_and_touches() -> None:
    assert Period(date(2010, 3, 1), date(2010, 3, 10)).before() == Period(
        date(2010, 2, 19), date(2010, 2, 28)
    )
    assert len(list(Period(date(2010, 3, 1), date(2010, 3, 3)).days())) == 3


def test_labels_are_written_in_the_active_language() -> None:
    with translation.override("en"):
        assert numbered_week(3, date(2010, 7, 1), 0).label == "Week 3"
        assert month_of(date(2010, 8, 31)).label == "August 2010"
        assert week_of(date(2010, 8, 31), TUESDAY).label == "2010-08-31 – 2010-09-06"
    with translation.override("zh-hans"):
        assert month_of(date(2010, 8, 31)).label == "2010年8月"
