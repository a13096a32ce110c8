"""Dates that move with the calendar: today, last week, the last thirty days, seven days ago until now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.core import clock
from kehu.core.models import Company
from kehu.kit.periods import week_start

# A hundred years either way.
FARTHEST = {"day": 36_500, "week": 5_200, "month": 1_200, "quarter": 400, "year": 100}
Span = tuple[str, int, int]
WORDS: dict[str, tuple[Span, Promise]] = {
    "today": (("day", 0, 0), gettext_lazy("today")),
    "yesterday": (("day", -1, -1), gettext_lazy("yesterday")),
    "tomorrow": (("day", 1, 1), gettext_lazy("tomorrow")),
    "this_week": (("week", 0, 0), gettext_lazy("this week")),
    "last_week": (("week", -1, -1), gettext_lazy("last week")),
    "next_week": (("week", 1, 1), gettext_lazy("next week")),
    "this_month": (("month", 0, 0), gettext_lazy("this month")),
    "last_month": (("month", -1, -1), gettext_lazy("last month")),
    "next_month": (("month", 1, 1), gettext_lazy("next month")),
    "this_quarter": (("quarter", 0, 0), gettext_lazy("this quarter")),
    "last_quarter": (("quarter", -1, -1), gettext_lazy("last quarter")),
    "next_quarter": (("quarter", 1, 1), gettext_lazy("next quarter")),
    "this_year": (("year", 0, 0), gettext_lazy("this year")),
    "last_year": (("year", -1, -1), gettext_lazy("last year")),
    "next_year": (("year", 1, 1), gettext_lazy("next year")),
    "last_7_days": (("day", -6, 0), gettext_lazy("the last 7 days")),
    "last_30_days": (("day", -29, 0), gettext_lazy("the last 30 days")),
    "last_90_days": (("day", -89, 0), gettext_lazy("the last 90 days")),
    "last_12_months": (("month", -11, 0), gettext_lazy("the last 12 months")),
    "next_7_days": (("day", 0, 6), gettext_lazy("the next 7 days")),
    "next_30_days": (("day", 0, 29), gettext_lazy("the next 30 days")),
    "past": (("day", -36_500, -1), gettext_lazy("past")),
    "future": (("day", 1, 36_500), gettext_lazy("still to come")),
}


def span_of(given: Any) -> Span | None:
    """A word, or a unit with how many of it before (negative) and after the present one; else nothing."""
    if isinstance(given, str):
        return WORDS[given][0] if given in WORDS else None
    if not isinstance(given, Mapping) or not set(given) <= {"unit", "from", "to"}:
        return None
    unit, first, last = given.get("unit"), given.get("from", 0), given.get("to", 0)
    if not isinstance(unit, str) or unit not in FARTHEST:
        return None
    if any(isinstance(n, bool) or not isinstance(n, int) for n in (first, last)):
        return None
    if not -FARTHEST[unit] <= first <= last <= FARTHEST[unit]:
        return None
    return unit, first, last


def days(span: Span, today: date | None = None) -> tuple[date, date]:
    """The first and the last day of a span, as the company's calendar stands today."""
    unit, first, last = span
    here = today or clock.today()
    if unit == "day":
        return here + timedelta(days=first), here + timedelta(days=last)
    if unit == "week":
        start = week_start(here, Company.current().first_weekday)
        return start + timedelta(days=7 * first), start + timedelta(days=7 * last + 6)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    begins = here.year * 12 + (here.month - 1) // size * size
    return _month(begins + size * first), _month(begins + size * (last + 1)) - timedelta(days=1)


def words(given: Any) -> str:
    """A span as a user reads it."""
    if isinstance(given, str) and given in WORDS:
        return str(WORDS[given][1])
    span = span_of(given)
    if span is None:
        return ""
    unit, first, last = span
    sentences = {
        "day": _("%(from)s to %(to)s days from today"),
        "week": _("%(from)s to %(to)s weeks from this week"),
        "month": _("%(from)s to %(to)s months from this month"),
        "quarter": _("%(from)s to %(to)s quarters from this quarter"),
        "year": _("%(from)s to %(to)s years from this year"),
    }
    return sentences[unit] % {"from": f"{first:+d}".replace("+0", "0"), "to": f"{last:+d}".replace("+0", "0")}


def begin(day: date) -> datetime:
    """The first moment of a day where the company is."""
    return datetime.combine(day, time(0), tzinfo=clock.zone())


def after(day: date) -> datetime:
    """The first moment after a day where the company is."""
    return begin(day + timedelta(days=1))


def _month(number: int) -> date:
    year, month = divmod(number, 12)
    return date(year, month + 1, 1)
