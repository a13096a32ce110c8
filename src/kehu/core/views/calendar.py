"""The records of a list by the days of a month or a week."""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from kehu.core import clock, filters, listing, table
from kehu.core.asked import Asked
from kehu.core.errors import NotFound
from kehu.core.filters import Named
from kehu.core.models import Company
from kehu.core.views import saved
from kehu.core.views.bar import bar
from kehu.core.views.base import kind_for, show
from kehu.kit.periods import week_start

ON_A_DAY = 4
ON_A_DAY_OF_A_WEEK = 20
# So many are fetched at once; where there are more, each day is asked for itself.
AT_ONCE = 300


@require_safe
def calendar_page(request: HttpRequest, key: str) -> HttpResponse:
    """A month or a week of the records that the address asks for, by one of their dates."""
    kind = kind_for(request, key)
    fields = list(listing.dates_of(kind, request.user))
    if not fields:
        raise NotFound(_("There is no such page."))
    field = next((one for one in fields if one.path == request.GET.get("by")), fields[0])
    span = "week" if request.GET.get("span") == "week" else "month"
    day = _day(request.GET.get("day", ""))
    first, last = _shown(day, span)
    asked = Asked(request, kind)
    page = {
        **bar(asked, "calendar", saved.chosen(request, kind)),
        "narrowed": asked.narrowed,
        "fields": [(one.path, one.label) for one in fields],
        "by": field.path,
        "kept_by": [(k, v) for k, v in request.GET.items() if k != "by"],
        "span": span,
        "period": date_format(day, "YEAR_MONTH_FORMAT")
        if span == "month"
        else f"{first:%Y-%m-%d} – {last:%Y-%m-%d}",
        "weekdays": [date_format(first + timedelta(days=number), "D") for number in range(7)],
        "days": _days(asked, field, first, last, day, span),
        "previous_url": f"?{asked.query(day=_moved(day, span, -1).isoformat())}",
        "next_url": f"?{asked.query(day=_moved(day, span, 1).isoformat())}",
        "today_url": f"?{asked.query(day=None)}",
        "spans": [
            {
                "label": pgettext("calendar", "Month"),
                "url": f"?{asked.query(span=None)}",
                "active": span == "month",
            },
            {
                "label": pgettext("calendar", "Week"),
                "url": f"?{asked.query(span='week')}",
                "active": span == "week",
            },
        ],
    }
    return show(request, "calendar", {"page": page})


def _days(asked: Asked, field: Named, first: date, last: date, day: date, span: str) -> list[dict[str, Any]]:
    most = ON_A_DAY_OF_A_WEEK if span == "week" else ON_A_DAY
    found, counts = _records(asked, field, first, last, most)
    address, today = table.addresses(asked.kind), clock.today()
    names = {}
    shown = [record for records in found.values() for record in records]
    table.attach(asked.kind, shown, [column.path for column in asked.kind.column_list])
    for record, state in zip(shown, asked.kind.health(shown, asked.user), strict=True):
        names[record.pk] = {
            "title": str(record),
            "url": address(record.pk),
            "look": state[0] if state else "",
        }
    days = []
    for number in range((last - first).days + 1):
        here = first + timedelta(days=number)
        count, capped = counts.get(here, (0, False))
        days.append(
            {
                "day": here,
                "is_today": here == today,
                "is_outside": span == "month" and here.month != day.month,
                "entries": [names[record.pk] for record in found.get(here, ())],
                "count": f"{count:,}+" if capped else f"{count:,}" if count else "",
                "more": capped or count > len(found.get(here, ())),
                "list_url": _list_url(asked, field, here),
            }
        )
    return days


def _records(
    asked: Asked, field: Named, first: date, last: date, most: int
) -> tuple[dict[date, list[Any]], dict[date, tuple[int, bool]]]:
    """Records by day, at most so many of one, and how many each day has."""
    kind, user = asked.kind, asked.user
    whole = filters.leaf(kind, user, field.path, "between", [first, last])
    records = asked.records()
    together = list(records.filter(whole.q()).order_by(field.lookup, "pk")[: AT_ONCE + 1])
    found: dict[date, list[Any]] = defaultdict(list)
    counts: dict[date, tuple[int, bool]] = {}
    if len(together) <= AT_ONCE:
        for record in together:
            found[_day_of(record, field)].append(record)
        counts = {here: (len(rows), False) for here, rows in found.items()}
        return {here: rows[:most] for here, rows in found.items()}, counts
    for number in range((last - first).days + 1):
        here = first + timedelta(days=number)
        of_day = records.filter(filters.leaf(kind, user, field.path, "eq", here).q())
        rows = list(of_day.order_by(field.lookup, "pk")[: most + 1])
        found[here], counts[here] = rows[:most], (len(rows[:most]), len(rows) > most)
    return found, counts


def _day_of(record: Any, field: Named) -> date:
    value = getattr(record, field.path)
    return clock.local_date(value) if field.what == "time" else value


def _list_url(asked: Asked, field: Named, here: date) -> str:
    leaf = filters.leaf(asked.kind, asked.user, field.path, "eq", here)
    query = asked.query(where=filters.every(asked.where, leaf).text, day=None, span=None, by=None)
    return f"{reverse('list', args=[asked.kind.key])}?{query}"


def _day(given: str) -> date:
    try:
        found = date.fromisoformat(given)
    except ValueError:
        return clock.today()
    return found if 1900 <= found.year <= 2200 else clock.today()


def _shown(day: date, span: str) -> tuple[date, date]:
    start = Company.current().first_weekday
    if span == "week":
        first = week_start(day, start)
        return first, first + timedelta(days=6)
    first = week_start(day.replace(day=1), start)
    end = day.replace(day=months.monthrange(day.year, day.month)[1])
    return first, week_start(end, start) + timedelta(days=6)


def _moved(day: date, span: str, step: int) -> date:
    if span == "week":
        return day + timedelta(days=7 * step)
    year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
    return date(year, month + 1, 1)
