"""Making plans and versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.campaigns.models import Campaign, Channel
from kehu.core import access, changes
from kehu.core.actions import records
from kehu.core.errors import Refused
from kehu.core.models import Batch, User
from kehu.kit import money
from kehu.planning import queries
from kehu.planning.backward import BackwardPlan, Figures, PlanNumbers, backward_plan
from kehu.planning.backward.phases import PhaseBudget, with_phase_costs
from kehu.planning.backward.rounding import Number, as_decimal
from kehu.planning.backward.stored import to_json
from kehu.planning.backward.weeks import WeekLine, profile_of
from kehu.planning.models import Plan, PlanLine, PlanVersion, phase_to_json


@transaction.atomic
def create_plan_from_history(
    *, values: Mapping[str, Any], by: User, batch: Batch | None = None, **calculation: Any
) -> Plan:
    """A new plan with a first draft.

    `values` are the plan's fields, `calculation` what `plan_from_history` takes.
    """
    plan = records.create(Plan, values, by=by, batch=batch)
    plan_from_history(plan=plan, by=by, batch=batch, **calculation)
    return plan


@transaction.atomic
def plan_from_history(
    *,
    plan: Plan,
    revenue: Number,
    by: User,
    price: Number | None = None,
    rates: Mapping[str, Number] | None = None,
    campaigns: Sequence[Campaign] = (),
    method: str = "channel",
    step: int = 1,
    note: str = "",
    batch: Batch | None = None,
) -> PlanVersion:
    """A new draft, computed backwards from the revenue with the history of past campaigns.

    The budget phases of the plan's campaign set the cost of each channel where they fit the plan's period and
    channels. Raises `Refused` as `backward_plan` does.
    """
    access.require(by, "change", plan)
    past = queries.history(campaigns, user=by) if campaigns else []
    if campaigns and not past:
        raise Refused(_("There is no history to plan from: the campaigns have no leads."))
    answer = backward_plan(revenue=revenue, price=price, rates=rates, history=past, method=method, step=step)
    grid, phases, notes = _with_budget(plan, answer)
    basis = {
        "campaigns": [campaign.name for campaign in campaigns],
        "rates": {stage: str(rate) for stage, rate in (rates or {}).items()},
        "notes": notes,
    }
    version = PlanVersion(
        plan=plan,
        number=_next_number(plan),
        note=note,
        method=method,
        phases=[phase_to_json(phase) for phase in phases],
        basis=basis,
    )
    return _insert(version, grid, by=by, batch=batch)


@transaction.atomic
def new_version(*, source: PlanVersion, by: User, note: str = "", batch: Batch | None = None) -> PlanVersion:
    """A draft with the numbers of another version of the same plan."""
    access.require(by, "change", source.plan)
    version = PlanVersion(
        plan=source.plan,
        number=_next_number(source.plan),
        note=note or _("From version %(number)s") % {"number": source.number},
        method=source.method,
        phases=source.phases,
        profile=source.profile,
        basis=source.basis,
    )
    return _insert(version, source.grid, by=by, batch=batch)


@transaction.atomic
def record_version(
    *,
    plan: Plan,
    grid: PlanNumbers,
    lines: Sequence[WeekLine],
    by: User,
    state: str = PlanVersion.State.APPROVED,
    phases: Sequence[PhaseBudget] = (),
    note: str = "",
    approved_by: User | None = None,
    approved_at: datetime | None = None,
    in_force_from: date | None = None,
    in_force_to: date | None = None,
    basis: Mapping[str, Any] | None = None,
    batch: Batch | None = None,
) -> PlanVersion:
    """Take in a version that was made and approved elsewhere, with its own spread over the weeks."""
    access.require(by, "change", plan)
    version = PlanVersion(
        plan=plan,
        number=_next_number(plan),
        state=state,
        note=note,
        phases=[phase_to_json(phase) for phase in phases],
        profile=profile_of(lines),
        basis=dict(basis or {}),
        approved_by=approved_by,
        approved_at=approved_at,
        in_force_from=in_force_from,
        in_force_to=in_force_to,
    )
    _insert(version, grid, by=by, batch=batch)
    insert_lines(version, lines, by=by, batch=batch)
    return version


def insert_lines(
    version: PlanVersion, lines: Sequence[WeekLine], *, by: User, batch: Batch | None = None
) -> None:
    """Write the lines of a version that comes into force."""
    channels = {channel.code: channel for channel in Channel.everything.all()}
    rows = [
        PlanLine(
            version=version,
            channel=channels.get(line.channel),
            week=line.week,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            phase=line.phase,
            leads=line.leads,
            qualified=line.qualified,
            sales=line.sales,
            revenue=Decimal(line.revenue),
            spend=None if line.spend is None else Decimal(line.spend),
        )
        for line in lines
    ]
    changes.insert_many(PlanLine, rows, by=by, batch=batch, verb="create")


def held(version: PlanVersion) -> PlanVersion:
    """The version as it stands now, held against other writers until the transaction ends."""
    return PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)


def set_grid(version: PlanVersion, grid: PlanNumbers) -> None:
    """Put a grid into a version, with the rounded totals that lists show."""
    totals = Figures.of(grid).totals
    rounded = {name: figure.rounded if figure else None for name, figure in totals.items()}
    version.numbers = to_json(grid)
    version.step = grid.step
    version.target_revenue = Decimal(rounded["revenue"] or 0)
    version.price = money.rounded(as_decimal(grid.total("price") or Fraction(0)))
    version.units = rounded["units"] or 0
    version.qualified = rounded.get("qualified")
    version.leads = rounded["leads"] or 0
    version.spend = None if rounded["spend"] is None else Decimal(rounded["spend"])


def _insert(version: PlanVersion, grid: PlanNumbers, *, by: User, batch: Batch | None) -> PlanVersion:
    set_grid(version, grid)
    records.validate(version)
    changes.save(version, by=by, verb="create", batch=batch)
    return version


def _next_number(plan: Plan) -> int:
    last = (
        PlanVersion.everything.filter(plan=plan).order_by("-number").values_list("number", flat=True).first()
    )
    return (last or 0) + 1


def _with_budget(plan: Plan, answer: BackwardPlan) -> tuple[PlanNumbers, list[PhaseBudget], list[str]]:
    """Let the campaign's budget phases pay for the leads, if they can."""
    notes = list(answer.notes)
    phases = queries.campaign_phases(plan)
    if not phases:
        return answer.numbers, [], notes
    try:
        grid = with_phase_costs(answer.numbers, queries.budget_classes(answer.numbers), phases)
    except Refused as refusal:
        return answer.numbers, phases, [*notes, str(refusal)]
    return grid, phases, [*notes, _("The spend is the campaign's budget, split by class and leads.")]
