"""Loads the iXX plan: two approved versions, spread over the weeks by the planner's own arithmetic."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from kehu.core.models import User
from kehu.planning import queries
from kehu.planning.actions import record_version
from kehu.planning.models import Plan, PlanVersion
from kehu.shell.demo import company
from kehu.shell.demo.case_files import case
from kehu.shell.demo.generate import Demo
from kehu.shell.demo.loading import Load
from kehu.shell.demo.moments import IXX_END, IXX_START
from kehu.shell.demo.plan import PLAN_NAME
from kehu.shell.demo.rows import PhaseRow, PlanVersionRow

# Weights are whole numbers: a lead in so many parts.
FINE = 1000


def money_of(row: PlanVersionRow, classes: dict[str, str]) -> dict[str, list[Fraction]]:
    """What each channel gets in each phase: its class's money, divided by the channels' weights."""
    found: dict[str, list[Fraction]] = {channel.channel: [] for channel in row.channels}
    for index, phase in enumerate(row.phases):
        whole = Counter[str]()
        for channel in row.channels:
            whole[classes[channel.channel]] += channel.weights[index]
        for channel in row.channels:
            code = classes[channel.channel]
            money = Fraction(str(phase.shares[code])) * phase.amount
            found[channel.channel].append(
                money * channel.weights[index] / whole[code] if money else Fraction(0)
            )
    return found


def grid_of(row: PlanVersionRow, classes: dict[str, str]) -> dict[str, Any]:
    """The printed plan as a version keeps it: leads by channel, with the overall price and rates."""
    money = money_of(row, classes)
    links = {
        "price": str(row.price),
        "qualified_to_sale": str(Fraction(row.units, row.qualified)),
        "lead_to_qualified": str(Fraction(row.qualified, row.leads)),
    }
    rows = [
        {
            "code": channel.channel,
            "leads": str(channel.leads),
            "links": {**links, "cost_per_lead": str(sum(money[channel.channel]) / channel.leads)},
        }
        for channel in row.channels
    ]
    return {"qualified": True, "step": row.rounding_step, "locked": [], "rows": rows}


def phase_of(row: PhaseRow) -> dict[str, Any]:
    """A budget phase as a version keeps it."""
    return {
        "name": str(row.number),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "amount": str(row.amount),
        "shares": {code: str(share) for code, share in row.shares.items() if share},
        "by_month": {month: str(amount) for month, amount in row.by_month.items()},
    }


def profile_of_phases(
    draft: PlanVersion, row: PlanVersionRow, classes: dict[str, str]
) -> dict[str, dict[str, list[int]]]:
    """How leads and money fall on the weeks where a version plans them by phase; empty where evenly on the days."""
    if not any(channel.leads_by_phase for channel in row.channels):
        return {}
    money, budgets = money_of(row, classes), {phase.name: phase for phase in draft.budgets}
    lines = queries.week_lines(draft)
    found: dict[str, dict[str, list[int]]] = {}
    for channel in row.channels:
        leads: list[int] = []
        spend: list[int] = []
        for line in lines:
            if line.channel != channel.channel:
                continue
            phase, index = budgets[line.phase], int(line.phase) - 1
            weights = phase.day_weights()
            mine = [weight for day, weight in weights.items() if line.starts_on <= day <= line.ends_on]
            leads.append(round(FINE * channel.leads_by_phase[index] * len(mine) / len(weights)))
            spend.append(round(money[channel.channel][index] * sum(mine)))
        found[channel.channel] = {
            **dict.fromkeys(("leads", "qualified", "units", "revenue"), leads),
            "spend": spend,
        }
    return found


def load_plans(load: Load, demo: Demo) -> None:
    """The plan and its versions, recorded by the head of marketing."""
    by = User.objects.get(username="marketing")
    goal = Decimal(case()["target"]["marketing_cost_per_unit_goal"])
    at = demo.plans[0].approved_at

    def plan(name: str) -> Plan:
        return Plan(
            name=name,
            campaign_id=load.keys["campaign"][company.IXX],
            starts_on=IXX_START,
            ends_on=IXX_END,
            currency=company.CURRENCY,
            cost_goal_per_unit=goal,
            owner=by,
            created_at=at,
            updated_at=at,
        )

    stored = Plan.objects.get(pk=load.insert(Plan, [PLAN_NAME], plan)[0])
    classes = {row.code: row.budget_class for row in demo.channels}
    done = PlanVersion.objects.filter(plan=stored).count()
    for row in demo.plans[done:]:
        record(load, stored, row, classes, by)


@transaction.atomic
def record(load: Load, plan: Plan, row: PlanVersionRow, classes: dict[str, str], by: User) -> None:
    """One version with its lines by channel, week and phase."""
    phases = [phase_of(phase) for phase in row.phases]
    draft = PlanVersion(plan=plan, numbers=grid_of(row, classes), phases=phases)
    draft.profile = profile_of_phases(draft, row, classes)
    record_version(
        plan=plan,
        grid=draft.grid,
        lines=queries.week_lines(draft),
        by=by,
        state=row.status,
        phases=draft.budgets,
        note=row.note,
        approved_by=User.objects.get(username=row.approved_by),
        approved_at=row.approved_at,
        in_force_from=row.in_force_from,
        in_force_to=row.in_force_to,
        batch=load.batch,
    )
