"""Two versions of a plan side by side."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.core.errors import NotFound
from kehu.kit.text import whole_number
from kehu.planning import queries
from kehu.planning.backward.grid import cell_name
from kehu.planning.backward.numbers import RATES
from kehu.planning.backward.rounding import as_decimal
from kehu.planning.models import PlanVersion
from kehu.planning.queries import Difference
from kehu.planning.views.planner import plan_for, version_for


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Every number of two versions (`left`, `right`) and how much they differ."""
    plan = plan_for(request, pk)
    numbers = list(PlanVersion.objects.filter(plan=plan).order_by("-number").values_list("number", flat=True))
    if not numbers:
        raise NotFound(_("There is no such record, or you may not see it."))
    right = version_for(request, plan, _number(request, "right", numbers[0]))
    earlier = next((number for number in numbers if number < right.number), right.number)
    left = version_for(request, plan, _number(request, "left", earlier))
    names = {**queries.channel_names(left.grid), **queries.channel_names(right.grid), "": _("All channels")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for difference in queries.compare(left, right):
        code, _dot, field = difference.cell.rpartition(".")
        heading = names.get(code, code) if _dot else _("Whole plan")
        groups.setdefault(heading, []).append(_row(difference, field))
    context = {
        "page": {
            "title": _("Compare versions"),
            "subtitle": plan.name,
            "url": reverse("plan-compare", args=[pk]),
            "back_url": reverse("plan-version", args=[pk, right.number]),
        },
        "left": left,
        "right": right,
        "numbers": numbers,
        "groups": groups,
    }
    return render(request, "planning/compare.html", context)


def _number(request: HttpRequest, name: str, default: int) -> int:
    number = whole_number(request.GET.get(name, ""))
    return default if number is None else number


def _row(difference: Difference, field: str) -> dict[str, Any]:
    relative = difference.relative
    return {
        "label": cell_name(field),
        "left": _text(difference.left, field),
        "right": _text(difference.right, field),
        "changed": difference.changed,
        "more": relative is not None and relative > 0,
        "relative": None if not difference.changed or relative is None else as_decimal(relative, 4),
    }


def _text(value: Any, field: str) -> str:
    if value is None:
        return "–"
    return f"{as_decimal(value * 100, 2):,f}%" if field in RATES else f"{as_decimal(value, 2):,f}"
