"""The records of a list in groups with totals, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.core import filters, grouping, listing, table
from kehu.core.asked import Asked
from kehu.core.grouping import By, Grouped, Measure
from kehu.core.templatetags import formats
from kehu.core.views import columns, saved
from kehu.core.views.bar import bar
from kehu.core.views.base import kind_for, show
from kehu.kit import paging

ROWS = 20
SHAPES = ("bar", "line")


@require_safe
def rows(request: HttpRequest, key: str) -> HttpResponse:
    """The first records of a group: a fragment that opens below it."""
    kind = kind_for(request, key)
    asked = Asked(request, kind)
    paths = listing.columns_of(kind, request.user, saved.chosen(request, kind))
    page = paging.page(asked.walked(kind.ordering), kind.ordering, size=ROWS)
    context = {
        "object": kind,
        "page": {"title": kind.label_plural},
        "columns": [heading | {"sort_url": ""} for heading in columns.headings(asked, paths)],
        "body": table.body(kind, page.rows, paths, request.user),
        "more_url": f"{reverse('list', args=[kind.key])}?{asked.query(group=None)}"
        if page.next_token
        else "",
    }
    return render(request, "core/lists/group_rows.html", context)


@require_safe
def chart_page(request: HttpRequest, key: str) -> HttpResponse:
    """The same records as bars or a line: their number, a sum or an average, by one dimension."""
    kind = kind_for(request, key)
    asked = Asked(request, kind)
    offered = grouping.offered(kind, request.user)
    by = grouping.by_of(kind, request.user, request.GET.get("group", "")) or (offered[0] if offered else None)
    measure = grouping.measure_of(kind, request.user, request.GET.get("measure", ""))
    shape = (
        request.GET.get("shape")
        if request.GET.get("shape") in SHAPES
        else ("line" if by and by.unit else "bar")
    )
    found = grouping.grouped(asked.records(), by, [measure] if measure else []) if by else None
    page: dict[str, Any] = {
        **bar(asked, "chart", saved.chosen(request, kind)),
        "narrowed": asked.narrowed,
        "grouping": choices(asked, by, measure, shape),
    }
    if found is not None and found.groups:
        page |= {"chart": drawing(found, measure, shape or "bar"), "groups": found}
    return show(request, "chart", {"page": page})


def context(asked: Asked, by: By) -> dict[str, Any]:
    """What the list shows in groups: each with its totals and where its records are."""
    kind = asked.kind
    found = grouping.grouped(asked.records(), by, grouping.measures_of(kind, asked.user))
    return {
        "grouped": found,
        "groups": [_row(asked, group, found) for group in found.groups],
        "measures": [measure.label for measure in found.measures],
        "whole": None if found.whole is None else _numbers(found.whole, found),
        "most_groups": grouping.MOST_GROUPS,
    }


def choices(
    asked: Asked, by: By | None, measure: Measure | None = None, shape: str | None = None
) -> dict[str, Any]:
    """What may be chosen: groups, and for a picture what is told and how it is drawn."""
    kind, user = asked.kind, asked.user
    fields = grouping.offered(kind, user)
    found: dict[str, Any] = {
        "by": by.code if by else "",
        "fields": [(one.code, one.label) for one in fields],
        "kept": [
            (k, v) for k, v in asked.request.GET.items() if k not in {"group", "measure", "shape", "page"}
        ],
    }
    if shape is not None:
        found |= {
            "measure": measure.code if measure else "",
            "measures": [("", _("Number of records")), *_measures(kind, user)],
            "shape": shape,
            "shapes": [("bar", _("Bars")), ("line", _("Line"))],
        }
    return found


def drawing(found: Grouped, measure: Measure | None, shape: str) -> dict[str, Any]:
    """Options for ECharts and the table that says the same."""
    told = measure.label if measure and found.summed else _("Number of records")
    values = [_value(group, measure if found.summed else None) for group in found.groups]
    labels = [group.label for group in found.groups]
    series: dict[str, Any] = {
        "type": shape, "name": told, "data": values, "itemStyle": {"color": "--k-accent"}, "barMaxWidth": 36,
    }  # fmt: skip
    lying = shape == "bar" and not found.by.unit
    names = {"type": "category", "data": labels[::-1] if lying else labels}
    axis = {"type": "value", "axisLabel": {"formatter": {"$format": "short"}}}
    if lying:
        series["data"] = values[::-1]
    options = {
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 8, "containLabel": True},
        "xAxis": axis if lying else names,
        "yAxis": names if lying else axis,
        "series": [series],
    }
    rows = [[label, value] for label, value in zip(labels, values, strict=True)]
    return {"options": options, "size": "tall", "table": {"columns": [found.by.label, told], "rows": rows}}


def _measures(kind: Any, user: Any) -> list[tuple[str, str]]:
    return [(one.code, one.label) for one in grouping.measures_of(kind, user)]


def _value(group: grouping.Group, measure: Measure | None) -> Any:
    if measure is None:
        return group.count
    total = group.totals[0] if group.totals else None
    return None if total is None else round(float(total), 4)


def _row(asked: Asked, group: grouping.Group, found: Grouped) -> dict[str, Any]:
    where = filters.every(asked.where, group.where).text if group.where is not None else ""
    query = asked.query(group=None, where=where, sort=None)
    key = asked.kind.key
    return {
        "label": group.label,
        "count": _("more than %(count)s") % {"count": f"{group.count:,}"}
        if group.capped
        else f"{group.count:,}",
        "totals": _told(group.totals, found),
        "rows_url": f"{reverse('list-group', args=[key])}?{query}" if group.where is not None else "",
        "list_url": f"{reverse('list', args=[key])}?{query}" if group.where is not None else "",
    }


def _numbers(whole: tuple[Any, ...], found: Grouped) -> dict[str, Any]:
    return {"count": f"{whole[0]:,}", "totals": _told(whole[1:], found)}


def _told(totals: Sequence[Any], found: Grouped) -> list[str]:
    return [
        formats.short(total) if measure.how == grouping.SUM else formats.amount(total, 1)
        for measure, total in zip(found.measures, totals, strict=False)
    ]
