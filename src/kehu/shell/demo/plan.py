"""The iXX plan in two versions, as the case prints them, and the targets of company, teams and people."""

from datetime import date, timedelta

from kehu.shell.demo.case_files import case
from kehu.shell.demo.company import CHANNELS, IXX, REGION_WEIGHTS, REGIONS, REPS_OF
from kehu.shell.demo.moments import IXX_END, IXX_START, PHASE_2_START, moment
from kehu.shell.demo.quotas import shared
from kehu.shell.demo.rows import PhaseRow, PlanChannelRow, PlanVersionRow, TargetRow
from kehu.shell.demo.spend import CHANNEL_WEIGHTS

PLAN_NAME = "iXX 上市計畫"
PHASE_1, PHASE_2 = "class_share_phase_1", "class_share_phase_2"
REVIEWED = date(2010, 9, 7)
# Number, status, note, approved, in force from and until, keys of the class shares in phases 1 and 2.
VERSIONS = (
    (1, "superseded", "上市計畫", moment(2010, 5, 25, 16), IXX_START, REVIEWED, (PHASE_1, PHASE_1)),
    (
        2,
        "approved",
        "兩個月檢討：數位 10 %、傳統 90 % 轉向現場活動、其他 0 %",
        moment(2010, 9, 6, 17),
        REVIEWED,
        None,
        (PHASE_1, PHASE_2),
    ),
)


def phases(share_keys: tuple[str, str]) -> list[PhaseRow]:
    budget = case()["budget"]
    first, second = budget["phases"]
    months = dict(budget["phase_1_by_month"])
    end_of_first = PHASE_2_START - timedelta(days=1)
    return [
        PhaseRow(1, IXX_START, end_of_first, first, dict(budget[share_keys[0]]), months),
        PhaseRow(2, PHASE_2_START, IXX_END, second, dict(budget[share_keys[1]]), {}),
    ]


def moved_leads(planned: dict[str, int]) -> dict[str, list[float]]:
    """Leads by phase after the review: in phase 1 as planned, in phase 2 they go where the money goes; sums in tens.

    Within the traditional class most go to live events; the leads of the class that gets no more money are to come
    from the digital channels.
    """
    days = [(PHASE_2_START - IXX_START).days, (IXX_END - PHASE_2_START).days + 1]
    first = {code: 10 * round(leads * days[0] / sum(days) / 10) for code, leads in planned.items()}
    second = dict.fromkeys(planned, 0)
    for classes in (("traditional",), ("digital", "other")):
        codes = [row.code for row in CHANNELS if row.budget_class in classes]
        left = sum(planned[code] - first[code] for code in codes)
        parts = shared(left // 10, {code: CHANNEL_WEIGHTS[2][code] for code in codes})
        second |= {code: 10 * part for code, part in parts.items()}
    evenly = {code: leads * days[0] / sum(days) for code, leads in planned.items()}
    return {code: [evenly[code], first[code] + second[code] - evenly[code]] for code in planned}


def plan_channels(planned: dict[str, int], *, moved: bool) -> list[PlanChannelRow]:
    """The channels of a version: as printed, or after the review has moved money and leads."""
    plan = case()["plan"]
    by_phase = moved_leads(planned) if moved else {}
    leads = {code: round(sum(parts)) for code, parts in by_phase.items()} or planned
    qualified, units = shared(plan["qualified"], leads), shared(plan["units"], leads)
    return [
        PlanChannelRow(
            code,
            leads[code],
            qualified[code],
            units[code],
            [planned[code], CHANNEL_WEIGHTS[2][code] if moved else planned[code]],
            by_phase.get(code, []),
        )
        for code in planned
    ]


def plan_versions() -> list[PlanVersionRow]:
    """Version 1 from before the launch; version 2 from the two-month review, which moves money and leads."""
    target, rates, plan = case()["target"], case()["history_rates"], case()["plan"]
    return [
        PlanVersionRow(
            PLAN_NAME,
            IXX,
            number,
            status,
            note,
            approved,
            "gm",
            starts,
            until,
            target["revenue"],
            target["price_per_unit"],
            rates["lead_to_qualified"],
            rates["qualified_to_sale"],
            plan["rounding_step"],
            plan["units"],
            plan["qualified"],
            plan["leads"],
            phases(share_keys),
            plan_channels(plan["leads_by_channel"], moved=PHASE_2 in share_keys),
        )
        for number, status, note, approved, starts, until, share_keys in VERSIONS
    ]


def targets() -> list[TargetRow]:
    """Revenue and units of iXX for the company, each sales team and each representative."""
    goal = case()["target"]
    price = goal["price_per_unit"]

    def row(scope: str, subject: str, units: int) -> TargetRow:
        return TargetRow(scope, subject, IXX_START, IXX_END, units * price, units, IXX)

    found = [row("company", "", goal["units"])]
    weights = {region.code: weight for region, weight in zip(REGIONS, REGION_WEIGHTS, strict=True)}
    for region, of_team in shared(goal["units"], weights).items():
        found.append(row("team", f"sales_{region}", of_team))
        reps = dict.fromkeys(REPS_OF[region], 1)
        found += [row("person", rep, own) for rep, own in shared(of_team, reps).items()]
    return found
