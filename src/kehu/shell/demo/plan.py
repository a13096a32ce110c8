"""The iXX plan in two versions, as the case prints them, and the targets of company, teams and people."""

from collections import Counter
from datetime import date, timedelta

from kehu.shell.demo.case_files import case
from kehu.shell.demo.company import CHANNELS, IXX, REGION_WEIGHTS, REGIONS, REPS_OF
from kehu.shell.demo.moments import IXX_END, IXX_START, PHASE_2_START, moment
from kehu.shell.demo.quotas import shared
from kehu.shell.demo.rows import PhaseRow, PlanChannelRow, PlanVersionRow, PlanWeekRow, TargetRow
from kehu.shell.demo.spend import CHANNEL_WEIGHTS

PLAN_NAME = "iXX plan"
WEEKS = ((IXX_END - IXX_START).days // 7) + 1
QUALIFYING_WEEKS, SELLING_WEEKS = 1, 4  # rough delays by which qualified leads and sales follow the leads
LAST_WEEK_OF_PHASE_1 = 13
# version: status, note, created, approved, class shares of phases 1 and 2
VERSIONS = (
    (
        1,
        "superseded",
        "上市計畫",
        moment(2010, 5, 17, 10),
        moment(2010, 5, 25, 16),
        ("class_share_phase_1",) * 2,
    ),
    (
        2,
        "approved",
        "兩個月檢討：數位 10 %、傳統 90 % 轉向現場活動、其他 0 %",
        moment(2010, 9, 6, 11),
        moment(2010, 9, 6, 17),
        ("class_share_phase_1", "class_share_phase_2"),
    ),
)


def phases(share_keys: tuple[str, str]) -> list[PhaseRow]:
    budget = case()["budget"]
    first, second = budget["phases"]
    return [
        PhaseRow(1, IXX_START, PHASE_2_START - timedelta(days=1), first, dict(budget[share_keys[0]])),
        PhaseRow(2, PHASE_2_START, IXX_END, second, dict(budget[share_keys[1]])),
    ]


def channel_spend(phase: PhaseRow, weights: dict[str, int]) -> dict[str, int]:
    """Planned spend of each channel in a phase: its class's share, then its weight within the class."""
    found: dict[str, int] = {}
    for budget_class, share in phase.shares.items():
        of_class = {row.code: weights[row.code] for row in CHANNELS if row.budget_class == budget_class}
        if any(of_class.values()):
            found |= shared(round(phase.amount * share), of_class)
        else:
            found |= dict.fromkeys(of_class, 0)
    return found


def ramp(first: int, last: int) -> dict[str, int]:
    """Weights of the weeks from first to last: slow start, then even."""
    return {str(week): min(10, 3 + week - first) for week in range(first, last + 1)}


def week_rows(channel: PlanChannelRow, spend: tuple[int, int]) -> list[PlanWeekRow]:
    """The channel's figures by week; qualified leads and units follow the leads with a delay."""
    leads = shared(channel.leads, ramp(1, WEEKS))
    qualified = shared(channel.qualified, ramp(1 + QUALIFYING_WEEKS, WEEKS))
    units = shared(channel.units, ramp(1 + SELLING_WEEKS, WEEKS))
    money = Counter(shared(spend[0], ramp(1, LAST_WEEK_OF_PHASE_1)))
    money.update(shared(spend[1], ramp(LAST_WEEK_OF_PHASE_1 + 1, WEEKS)))
    return [
        PlanWeekRow(
            channel.channel,
            week,
            IXX_START + timedelta(days=7 * (week - 1)),
            leads.get(str(week), 0),
            qualified.get(str(week), 0),
            units.get(str(week), 0),
            money.get(str(week), 0),
        )
        for week in range(1, WEEKS + 1)
    ]


def plan_versions() -> list[PlanVersionRow]:
    """Version 1 from before the launch; version 2 from the two-month review, which moves money."""
    target, rates, plan = case()["target"], case()["history_rates"], case()["plan"]
    by_channel = plan["leads_by_channel"]
    qualified, units = shared(plan["qualified"], by_channel), shared(plan["units"], by_channel)
    found = []
    for number, status, note, created, approved, share_keys in VERSIONS:
        version = PlanVersionRow(
            PLAN_NAME, IXX, number, status, note, created, approved, "gm", target["revenue"],
            target["price_per_unit"], rates["lead_to_qualified"], rates["qualified_to_sale"],
            plan["rounding_step"], plan["units"], plan["qualified"], plan["leads"], phases(share_keys),
        )  # fmt: skip
        first = channel_spend(version.phases[0], CHANNEL_WEIGHTS[1])
        second_weights = CHANNEL_WEIGHTS[2 if number == 2 else 1]
        second = channel_spend(version.phases[1], second_weights)
        for channel, leads in by_channel.items():
            money = (first[channel], second[channel])
            row = PlanChannelRow(channel, leads, qualified[channel], units[channel], sum(money))
            version.channels.append(row)
            version.weeks += week_rows(row, money)
        found.append(version)
    return found


def sales_targets(starts: date, ends: date, units: int) -> list[TargetRow]:
    """Units by sales team and representative."""
    weights = {row.code: weight for row, weight in zip(REGIONS, REGION_WEIGHTS, strict=True)}
    found = []
    for region, of_team in shared(units, weights).items():
        found.append(TargetRow("sales", "team", f"sales_{region}", starts, ends, of_team, IXX))
        for rep, own in shared(of_team, dict.fromkeys(REPS_OF[region], 1)).items():
            found.append(TargetRow("sales", "user", rep, starts, ends, own, IXX))
    return found


def targets() -> list[TargetRow]:
    """The goals of the case for iXX, and the units split over the sales teams."""
    goal = case()["target"]
    figures = {
        "revenue": goal["revenue"],
        "sales": goal["units"],
        "qualified_leads": case()["plan"]["qualified"],
        "leads": case()["plan"]["leads"],
        "cost_per_sale": goal["marketing_cost_per_unit_goal"],
        "spend": case()["budget"]["total"],
    }
    company = [
        TargetRow(metric, "company", "", IXX_START, IXX_END, value, IXX) for metric, value in figures.items()
    ]
    return company + sales_targets(IXX_START, IXX_END, goal["units"])
