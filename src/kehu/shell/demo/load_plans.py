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


def cost_per_lead(row: PlanVersionRow, classes: dict[str, str]) -> dict[str, Fraction]:
    """What a lead of each budget class may cost: the class's money in all phases by its planned leads."""
    leads = Counter[str]()
    for channel in row.channels:
        leads[classes[channel.channel]] += channel.leads
    shares = {
        code: sum((Fraction(str(phase.shares[code])) * phase.amount for phase in row.phases), Fraction(0))
        for code in leads
    }
    return {code: money / leads[code] for code, money in shares.items()}


def grid_of(row: PlanVersionRow, classes: dict[str, str]) -> dict[str, Any]:
    """The printed plan as a version keeps it: leads by channel, with the overall price and rates."""
    costs = cost_per_lead(row, classes)
    links = {
        "price": str(row.price),
        "qualified_to_sale": str(Fraction(row.units, row.qualified)),
        "lead_to_qualified": str(Fraction(row.qualified, row.leads)),
    }
    rows = [
        {
            "code": channel.channel,
            "leads": str(channel.leads),
            "links": {**links, "cost_per_lead": str(costs[classes[channel.channel]])},
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
