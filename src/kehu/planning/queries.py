"""Reading plans: history to learn from, lines by week, what differs between versions, what contradicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from kehu.campaigns.models import BudgetClass, Campaign, Channel
from kehu.core.errors import Refused
from kehu.core.models import User
from kehu.planning.backward import ChannelHistory, PlanNumbers
from kehu.planning.backward.phases import PhaseBudget, phase_conflict
from kehu.planning.backward.plan import cost_conflict
from kehu.planning.backward.weeks import WeekLine, spread_over_weeks
from kehu.planning.models import Plan, PlanVersion

HISTORY = ("leads", "qualified_leads", "sales", "revenue", "spend")


def history(campaigns: Iterable[Campaign | str], *, user: User | None) -> list[ChannelHistory]:
    """Leads, qualified leads, sales, revenue and spend by channel of these campaigns, as far as the user
    may see.

    From the metric engine. A channel without spend has None there, and where no lead ever qualified all have
    None for the qualified ones.
    """
    from kehu.warehouse import engine

    names = [str(campaign) for campaign in campaigns]
    answer = engine.ask(HISTORY, user=user, by=["channel"], where={"campaign": names})
    called = engine_names()
    channels = {called[channel.code]: channel for channel in Channel.everything.all()}
    found = []
    rows = answer.dicts()
    counted = any(row["qualified_leads"] for row in rows)
    for row in rows:
        known = channels.get(row["channel"])
        found.append(
            ChannelHistory(
                code=known.code if known else row["channel"],
                label=str(known or row["channel"]),
                leads=int(row["leads"] or 0),
                qualified=int(row["qualified_leads"] or 0) if counted else None,
                sales=int(row["sales"] or 0),
                revenue=Decimal(row["revenue"] or 0),
                spend=Decimal(row["spend"]) if row["spend"] else None,
            )
        )
    return found


def campaign_phases(plan: Plan) -> list[PhaseBudget]:
    """The budget phases of the plan's campaign that lie within the plan."""
    return [
        PhaseBudget(
            name=phase.name or str(phase.number),
            starts_on=phase.starts_on,
            ends_on=phase.ends_on,
            amount=phase.amount,
            shares={name: share.normalize() for name, share in phase.shares.items() if share},
        )
        for phase in plan.campaign.phases.filter(deleted_at=None).order_by("starts_on")
        if phase.starts_on >= plan.starts_on and phase.ends_on <= plan.ends_on
    ]


def budget_classes(grid: PlanNumbers) -> dict[str, str]:
    """The budget class of every channel of a grid."""
    codes = [row.code for row in grid.rows]
    return dict(Channel.everything.filter(code__in=codes).values_list("code", "budget_class"))


def channel_names(grid: PlanNumbers) -> dict[str, str]:
    """What the channels of a grid are called in the active language."""
    codes = [row.code for row in grid.rows]
    return {channel.code: str(channel) for channel in Channel.everything.filter(code__in=codes)}


def week_lines(version: PlanVersion) -> list[WeekLine]:
    """The version by channel, week and phase."""
    grid = version.grid
    return spread_over_weeks(
        grid,
        starts_on=version.plan.starts_on,
        ends_on=version.plan.ends_on,
        first_weekday=version.plan.weekday,
        phases=version.budgets,
        classes=budget_classes(grid),
        profile=version.profile,
    )


def version_in_force(campaign: Campaign, day: date) -> PlanVersion | None:
    """The version of the campaign's plan that was in force on a day; the earliest if none was yet."""
    approved = PlanVersion.objects.filter(
        plan__campaign=campaign, state__in=(PlanVersion.State.APPROVED, PlanVersion.State.SUPERSEDED)
    ).order_by("in_force_from", "number")
    found = None
    for version in approved.select_related("plan"):
        if found is None or (version.in_force_from and version.in_force_from <= day):
            found = version
    return found


def contradictions(version: PlanVersion) -> list[str]:
    """Sentences about goals of the plan that cannot all be met."""
    grid = version.grid
    found = [cost_conflict(grid, version.plan.cost_goal_per_unit), phase_conflict(grid, version.budgets)]
    return [sentence for sentence in found if sentence]


@dataclass(frozen=True)
class Difference:
    """One cell in two versions; None where a version does not have it."""

    cell: str
    left: Fraction | None
    right: Fraction | None

    @property
    def changed(self) -> bool:
        return self.left != self.right

    @property
    def relative(self) -> Fraction | None:
        """How much more the right one is, as a part of the left one."""
        if not self.left or self.right is None:
            return None
        return self.right / self.left - 1


def compare(left: PlanVersion, right: PlanVersion) -> list[Difference]:
    """Totals, the money of the phases and its split, and every channel's figures, by their rounded values."""
    one, two = left.figures, right.figures
    links = ("price", "qualified_to_sale", "lead_to_qualified", "lead_to_sale", "cost_per_lead")
    grids = (left.grid, right.grid)
    found = []
    for name in ("revenue", "price", "units", "qualified_to_sale", "qualified", "lead_to_qualified",
                 "lead_to_sale", "leads", "cost_per_lead", "spend"):  # fmt: skip
        if name in links:
            values = [grid.total(name) if name in grid.chain.links else None for grid in grids]
        else:
            values = [_rounded(figures.totals.get(name)) for figures in (one, two)]
        if any(value is not None for value in values):
            found.append(Difference(name, values[0], values[1]))
    found += _phase_differences(left.budgets, right.budgets)
    for code in _codes(one.rows, two.rows):
        for name in ("leads", "units", "spend"):
            pair = [_rounded(figures.rows.get(code, {}).get(name)) for figures in (one, two)]
            if any(value is not None for value in pair):
                found.append(Difference(f"{code}.{name}", pair[0], pair[1]))
    return found


def _phase_differences(left: list[PhaseBudget], right: list[PhaseBudget]) -> list[Difference]:
    """`phase:NAME.amount` and `phase:NAME.CLASS` of two versions."""
    sides = [{phase.name: phase for phase in phases} for phases in (left, right)]
    found = []
    for name in _codes(sides[0], sides[1]):
        pair = [side.get(name) for side in sides]
        amounts = [Fraction(phase.amount) if phase else None for phase in pair]
        found.append(Difference(f"phase:{name}.amount", amounts[0], amounts[1]))
        for budget_class in BudgetClass.values:
            # A phase that names classes gives nothing to one that it does not name.
            shares = [phase.share(budget_class) if phase and phase.shares else None for phase in pair]
            if any(shares):
                found.append(Difference(f"phase:{name}.{budget_class}", shares[0], shares[1]))
    return found


def _codes(left: Iterable[str], right: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys([*left, *right]))


def _rounded(figure: object) -> Fraction | None:
    rounded = getattr(figure, "rounded", None)
    return None if rounded is None else Fraction(rounded)


def latest_version(plan: Plan) -> PlanVersion | None:
    """The version that is worked on: the newest that is not yet decided, else the one in force."""
    versions = list(
        PlanVersion.objects.filter(plan=plan).select_related("plan__campaign").order_by("-number")
    )
    for states in (("draft", "submitted"), ("approved",)):
        found = next((version for version in versions if version.state in states), None)
        if found is not None:
            return found
    return versions[0] if versions else None


def engine_names() -> dict[str, str]:
    """What the metric engine calls the channels: a seeded one by its code, any other by its name; by code."""
    channels = Channel.everything.values_list("code", "name", "seeded")
    return {code: code if seeded else name for code, name, seeded in channels}


def channels_called() -> dict[str, int]:
    """The ids of the channels by what the metric engine calls them."""
    keys = dict(Channel.everything.values_list("code", "pk"))
    return {name: keys[code] for code, name in engine_names().items()}


def campaigns_called(names: Iterable[str], *, user: User | None) -> list[Campaign]:
    """The campaigns of these names or codes. Raises `Refused`, with the names that there are, for others."""
    visible = Campaign.objects.visible_to(user) if user else Campaign.objects.all()
    found = []
    for name in names:
        campaign = visible.filter(name=name).first() or visible.filter(code=name).first()
        if campaign is None:
            known = ", ".join(visible.order_by("name").values_list("name", flat=True)[:20]) or "–"
            raise Refused(
                _("There is no campaign “%(name)s”; there are: %(known)s.") % {"name": name, "known": known}
            )
        found.append(campaign)
    return found
