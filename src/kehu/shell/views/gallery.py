"""Every component in every state on one page: for whoever builds a page, and for whoever checks one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kehu.core import clock


class SampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As the person writes it."))
    price = forms.DecimalField(label=gettext_lazy("Price"), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        choices=[
            ("", "—"),
            ("potential", gettext_lazy("Potential")),
            ("qualified", gettext_lazy("Qualified")),
        ],
    )
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=forms.DateInput)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea)
    urgent = forms.BooleanField(label=gettext_lazy("Urgent"), required=False)


class SampleFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search"), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        required=False,
        choices=[
            ("", "—"),
            ("potential", gettext_lazy("Potential")),
            ("qualified", gettext_lazy("Qualified")),
        ],
    )
    owner = forms.ChoiceField(
        label=gettext_lazy("Owner"), required=False, choices=[("", "—"), ("1", "陳志明"), ("2", "林雅婷")]
    )


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    page = {
        "title": _("Component gallery"),
        "subtitle": _("Every component in every state. Build pages from these and from nothing else."),
        "figures": figures(),
        "chart": chart(),
        "form": SampleForm({"name": "", "price": "1", "stage": ""}),
        "filters": SampleFilter({"stage": "qualified"}),
        "count_label": _("%(count)s records") % {"count": "71,940"},
        "next_url": "?",
        "prev_url": "?",
        "clear_url": "?",
        "looks": ("light", "dark"),
        "timeline": {"entries": entries(now)},
        "todo": todo(now),
        "week": [
            {
                "title": _("Test drive: %(name)s") % {"name": "黃淑芬"},
                "when": now + timedelta(days=1),
                "url": "#",
            },
            {
                "title": _("Review of the campaign"),
                "when": now + timedelta(days=2),
                "note": _("Marketing, 10 people"),
            },
        ],
        "tabs": [
            {"label": _("List"), "icon": "list", "url": "?", "active": True, "count": 12},
            {"label": _("Board"), "icon": "layout-kanban", "url": "?"},
            {"label": _("Calendar"), "icon": "calendar", "url": "?"},
        ],
        "leads": leads(now),
        "board": board(),
        "moments": (now, now - timedelta(days=1), now - timedelta(days=90)),
        "amount": Decimal(700_000_000),
    }
    return render(request, "shell/gallery.html", {"page": page, "form": page["form"]})


def figures() -> list[dict[str, Any]]:
    return [
        {
            "label": _("Leads"),
            "value": "3,274",
            "delta": "−1.2%",
            "trend": "down",
            "meaning": "warn",
            "against": _("of plan by now"),
            "spark": [220, 480, 610, 590, 700, 674],
            "url": "#figures",
        },
        {
            "label": _("Sales"),
            "value": "373",
            "delta": "+4.6%",
            "trend": "up",
            "meaning": "good",
            "against": _("of plan by now"),
            "spark": [12, 40, 66, 90, 81, 84],
        },
        {
            "label": _("Cost per sale"),
            "value": "6,289",
            "unit": "TWD",
            "delta": "+18%",
            "trend": "up",
            "meaning": "bad",
        },
        {"label": _("Spent"), "value": "4 M", "unit": "TWD", "progress": 0.4, "note": _("40% of the budget")},
        {"label": _("Received"), "value": None, "note": _("Nothing has come in yet")},
    ]


def chart() -> dict[str, Any]:
    months = ["2010-06", "2010-07", "2010-08", "2010-09", "2010-10", "2010-11", "2010-12"]
    plan, actual = [200, 500, 1000, 1000, 1000, 700, 600], [180, 420, 1080, 960, 1130, 640, 590]
    sales = [22, 110, 241, 280, 355, 301, 281]
    line = {"type": "line", "symbol": "none", "smooth": False}
    return {
        "options": {
            "xAxis": {"type": "category", "data": months},
            "yAxis": [
                {"type": "value", "axisLabel": {"formatter": {"$format": "short"}}},
                {"type": "value", "splitLine": {"show": False}},
            ],
            "series": [
                {
                    "name": _("Spend"),
                    "type": "bar",
                    "data": actual,
                    "barMaxWidth": 26,
                    "itemStyle": {"borderRadius": [3, 3, 0, 0]},
                },
                {
                    "name": _("Plan"),
                    **line,
                    "data": plan,
                    "lineStyle": {"type": "dashed", "color": "--k-plan"},
                    "itemStyle": {"color": "--k-plan"},
                },
                {"name": _("Sales"), **line, "yAxisIndex": 1, "data": sales},
            ],
        },
        "table": {
            "columns": [_("Month"), _("Spend"), _("Plan"), _("Sales")],
            "rows": [list(row) for row in zip(months, actual, plan, sales, strict=True)],
        },
    }


def entries(now: Any) -> list[dict[str, Any]]:
    return [
        {
            "when": now,
            "who": "林雅婷",
            "what": _("changed"),
            "verb": "edit",
            "changes": [{"field": _("Stage"), "before": _("Potential"), "after": _("Qualified")}],
            "undo_url": "#timeline",
        },
        {
            "when": now - timedelta(hours=3),
            "who": "陳志明",
            "what": _("called"),
            "icon": "phone",
            "text": _("Wants a test drive on Saturday."),
        },
        {"when": now - timedelta(days=40), "who": _("the system"), "what": _("created"), "verb": "create"},
    ]


def todo(now: Any) -> list[dict[str, Any]]:
    return [
        {
            "icon": "phone",
            "look": "bad",
            "title": _("Call %(name)s back") % {"name": "王建國"},
            "note": _("Qualified two days ago, nobody has called yet"),
            "when": now - timedelta(days=1),
            "url": "#todo",
            "action_url": "#todo",
            "action_label": _("Log the call"),
        },
        {
            "icon": "file-text",
            "look": "warn",
            "title": _("Proposal for %(name)s") % {"name": "大同汽車"},
            "note": _("No next step"),
            "when": now,
            "url": "#todo",
            "action_url": "#todo",
            "action_label": _("Plan a step"),
        },
    ]


def leads(now: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": "王建國",
            "firm": "大同汽車",
            "done": 2,
            "stage": _("Qualified"),
            "look": "good",
            "word": _("Fresh"),
            "score": 62,
            "value": 700_000,
            "when": now,
            "owner": "林雅婷",
            "state": "",
        },
        {
            "name": "Mary Chen",
            "firm": "",
            "done": 1,
            "stage": _("Potential"),
            "look": "warn",
            "word": _("Getting stale"),
            "score": 35,
            "value": 1_400_000,
            "when": now - timedelta(days=1),
            "owner": "陳志明",
            "state": "",
        },
        {
            "name": "張美玲",
            "firm": "遠東百貨",
            "done": 5,
            "stage": _("Customer"),
            "look": "info",
            "word": _("New order"),
            "score": 88,
            "value": 12_600_000,
            "when": now - timedelta(days=60),
            "owner": "黃淑芬",
            "state": "won",
        },
        {
            "name": "吳宗憲",
            "firm": "",
            "done": 0,
            "stage": _("Screened out"),
            "look": "",
            "word": _("Out of region"),
            "score": 4,
            "value": None,
            "when": now - timedelta(days=9),
            "owner": "",
            "state": "lost",
        },
    ]


def board() -> list[dict[str, Any]]:
    card = {"url": "#board", "move_url": "#board", "facts": [], "state": ("good", _("On track"))}
    return [
        {
            "key": "proposal",
            "label": _("Proposal"),
            "count": 2,
            "total": 2_100_000,
            "cards": [
                {**card, "title": "大同汽車"},
                {**card, "title": "遠東百貨", "state": ("bad", _("No next step"))},
            ],
        },
        {
            "key": "negotiation",
            "label": _("Negotiation"),
            "count": 1,
            "total": 700_000,
            "cards": [{**card, "title": "王建國"}],
        },
        {"key": "won", "label": _("Won"), "count": 0, "total": 0, "cards": []},
    ]
