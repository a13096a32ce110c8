"""What stands out, in sentences that a general manager can act on. Each rests on figures of the same page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehu.core.templatetags.formats import percent
from kehu.kit.amounts import format_amount
from kehu.planning.dashboard.figures import RECENT, State
from kehu.warehouse.catalog import catalog

# Below this many qualified leads a rate says too little to speak of.
ENOUGH = 30
MOST = 4


@dataclass(frozen=True)
class Sentence:
    """`tone` is good, watch, bad or plain; `metric` leads to the records it speaks of."""

    text: str
    tone: str
    metric: str = ""
    weight: float = 0.0


def sentences(state: State) -> list[Sentence]:
    """At most four findings: the result first, then what explains it; empty where there is nothing to compare."""
    found = [
        *outcome(state),
        *pace(state),
        *furthest_behind(state),
        *rates(state),
        *cost(state),
        *channels(state),
    ]
    found.sort(key=lambda sentence: -sentence.weight)
    return found[:MOST]


def outcome(state: State) -> list[Sentence]:
    """Sales against what should be sold by the day, and where the present pace leads."""
    sales, expected = state.totals.get("sales"), state.planned.by_now.get("sales")
    target = state.planned.whole.get("sales")
    if sales is None or not expected or not target or round(expected) == 0:
        return []
    share = Decimal(sales) / expected
    numbers = {
        "sales": f"{sales:,}",
        "share": percent(share),
        "expected": f"{round(expected):,}",
        "target": f"{round(target):,}",
    }
    if sales >= target:
        text = _("The target is reached: %(sales)s sales, planned were %(target)s.")
    elif share >= 1:
        text = _("Sales are on course: %(sales)s of the %(expected)s that the plan expects by then.")
    else:
        text = _("Sales are short: %(sales)s of the %(expected)s that the plan expects by then (%(share)s).")
    said = text % numbers
    if state.days_left and state.recent_sales is not None and sales < target:
        by_the_end = round(sales + state.recent_sales * state.days_left / RECENT.days)
        pace_text = _(
            "At the pace of the last four weeks it will be about %(count)s by %(end)s; the target is %(target)s."
        )
        said += " " + pace_text % {
            "count": f"{by_the_end:,}", "end": f"{state.campaign.ends_on:%Y-%m-%d}", "target": numbers["target"],
        }  # fmt: skip
    return [
        Sentence(said, "good" if share >= 1 else "watch" if share >= Decimal("0.9") else "bad", "sales", 3.0)
    ]


def pace(state: State) -> list[Sentence]:
    """How many leads are there against how many should be."""
    leads, expected = state.totals.get("leads"), state.planned.by_now.get("leads")
    whole = state.planned.whole.get("leads")
    if leads is None or not expected or not whole:
        return []
    share = Decimal(leads) / expected
    numbers = {
        "leads": f"{leads:,}",
        "expected": f"{round(expected):,}",
        "share": percent(share),
        "whole": percent(Decimal(leads) / whole),
    }
    if share < Decimal("0.9"):
        text = _(
            "Leads are the limit: %(leads)s are here, %(share)s of the %(expected)s that the plan expects by then"
            " (%(whole)s of the whole plan)."
        )
        return [Sentence(text % numbers, "bad", "leads", float(2 - share))]
    text = _("Leads are on course: %(leads)s are here, the plan expects %(expected)s by then.")
    return [Sentence(text % numbers, "good", "leads", 0.5)]


def furthest_behind(state: State) -> list[Sentence]:
    """The channel that lacks the most leads, where leads are short at all."""
    leads, expected = state.totals.get("leads"), state.planned.by_now.get("leads")
    if leads is None or not expected or Decimal(leads) >= expected * Decimal("0.9"):
        return []
    label = catalog().dimension("channel").text
    rows = {
        row["channel"]: (row.get("leads") or 0, due)
        for row in state.by_channel
        if (due := state.planned.channels_now.get(row["channel"]))
    }
    if not rows:
        return []
    worst = max(rows, key=lambda code: rows[code][1] - rows[code][0])
    brought, due = rows[worst]
    text = _(
        "The most is missing from %(channel)s: %(missing)s leads of the %(expected)s that should be here by then."
    )
    numbers = {"channel": label(worst), "missing": f"{round(due) - brought:,}", "expected": f"{round(due):,}"}
    return [Sentence(text % numbers, "bad", "leads", 1.1)]


def rates(state: State) -> list[Sentence]:
    """Qualification and closing against the plan's rates."""
    planned = state.planned.whole
    found = []
    rows = (
        (
            "lead_to_qualified",
            "leads",
            "qualified",
            _("Of the leads %(actual)s qualify; the plan reckons with %(planned)s."),
        ),
        (
            "qualified_to_sale",
            "qualified",
            "sales",
            _("Of the qualified leads %(actual)s buy; the plan reckons with %(planned)s."),
        ),
    )
    for metric, below, above, text in rows:
        actual = state.totals.get(metric)
        if actual is None or not planned.get(below) or (state.totals.get("qualified_leads") or 0) < ENOUGH:
            continue
        rate = planned[above] / planned[below]
        ratio = float(actual) / float(rate) if rate else 1.0
        tone = "good" if ratio >= 1.05 else "bad" if ratio < 0.95 else "plain"
        sentence = text % {"actual": percent(actual), "planned": percent(rate)}
        found.append(Sentence(sentence, tone, metric, 0.6 + abs(1 - ratio) / 10 if tone != "plain" else 0.1))
    return found


def cost(state: State) -> list[Sentence]:
    """What a sale has cost against the plan's cost and the goal."""
    actual = state.totals.get("cost_per_sale")
    version = state.planned.version
    sales = state.planned.whole.get("sales")
    if actual is None or version is None or not sales or not state.planned.whole.get("spend"):
        return []
    planned = state.planned.whole["spend"] / sales
    goal = version.plan.cost_goal_per_unit
    currency = state.campaign.currency
    numbers = {
        "actual": money(actual, currency),
        "planned": money(planned, currency),
        "goal": money(goal, currency),
    }
    text = _("A sale has cost %(actual)s; the plan reckons with %(planned)s.")
    if goal:
        text = _("A sale has cost %(actual)s; the plan reckons with %(planned)s, the goal is %(goal)s.")
    bar = goal or planned
    tone = "good" if actual <= bar else "watch" if actual <= planned else "bad"
    return [Sentence(text % numbers, tone, "cost_per_sale", 0.9 + abs(1 - float(actual) / float(bar)) / 10)]


def channels(state: State) -> list[Sentence]:
    """The channel whose share of customers lies furthest above its share of leads."""
    leads, sales = state.totals.get("leads"), state.totals.get("sales")
    if not leads or not sales or sales < ENOUGH:
        return []

    def lead_over(row: dict[str, Any]) -> float:
        return row["sales"] / sales - row["leads"] / leads

    best = max(state.by_channel, key=lead_over, default=None)
    if best is None or lead_over(best) < 0.05:
        return []
    text = _("%(customers)s of the customers come from %(channel)s, with %(leads)s of the leads.") % {
        "channel": catalog().dimension("channel").text(best["channel"]),
        "customers": percent(best["sales"] / sales),
        "leads": percent(best["leads"] / leads),
    }
    return [Sentence(text, "good", "sales", 0.7)]


def money(amount: Any, currency: str) -> str:
    if amount is None:
        return ""
    return format_amount(Decimal(amount).quantize(Decimal(1)), currency, get_language() or "en")
