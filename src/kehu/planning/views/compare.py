"""Two versions of a plan side by side."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.campaigns.models import BudgetClass
from kehu.core.errors import NotFound
from kehu.core.templatetags.formats import signed
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
    names = {**queries.channel_names(left.grid), **queries.channel_names(right.grid)}
    groups: dict[str, list[dict[str, Any]]] = {}
    for difference in queries.compare(left, right):
        code, _dot, field = difference.cell.rpartition(".")
        heading = names.get(code) or heading_of(code)
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


def heading_of(code: str) -> str:
    """What the rows of a group are about: the whole plan, a phase, a channel that is no more."""
    if not code:
        return _("Whole plan")
    kind, _colon, name = code.partition(":")
    return _("Budget of phase %(phase)s") % {"phase": name} if kind == "phase" else code


def _number(request: HttpRequest, name: str, default: int) -> int:
    number = whole_number(request.GET.get(name, ""))
    return default if number is None else number


def _row(difference: Difference, field: str) -> dict[str, Any]:
    relative = difference.relative
    points = None
    if (
        difference.changed
        and is_share(field)
        and difference.left is not None
        and difference.right is not None
    ):
        moved = as_decimal((difference.right - difference.left) * 100, 2)
        points = _("%(points)s points") % {"points": signed(f"{moved:,f}", moved)}
    return {
        "label": label_of(field),
        "left": _text(difference.left, field),
        "right": _text(difference.right, field),
        "changed": difference.changed,
        "points": points,
        "more": relative is not None and relative > 0,
        "relative": None if not difference.changed or relative is None else as_decimal(relative, 4),
    }


def label_of(field: str) -> str:
    """What a number is called: a cell of the grid, a phase's amount, a class's share of it."""
    if field == "amount":
        return _("Budget")
    classes = {str(code): str(label) for code, label in BudgetClass.choices}
    return _("Share of %(class)s") % {"class": classes[field]} if field in classes else cell_name(field)


def is_share(field: str) -> bool:
    """Whether a number is a part of a whole: a conversion rate, or a class's part of a budget."""
    return field in RATES or field in BudgetClass.values


def _text(value: Any, field: str) -> str:
    if value is None:
        return "–"
    return f"{as_decimal(value * 100, 2):,f}%" if is_share(field) else f"{as_decimal(value, 2):,f}"
