"""The iXX plan in two versions, as the case prints them, and the targets of company, teams and people."""

from datetime import date, timedelta

from kehu.shell.demo.case_files import case
from kehu.shell.demo.company import IXX, REGION_WEIGHTS, REGIONS, REPS_OF
from kehu.shell.demo.moments import IXX_END, IXX_START, PHASE_2_START, moment
from kehu.shell.demo.quotas import shared
from kehu.shell.demo.rows import PhaseRow, PlanChannelRow, PlanVersionRow, TargetRow

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


def plan_versions() -> list[PlanVersionRow]:
    """Version 1 from before the launch; version 2 from the two-month review, which moves money."""
    target, rates, plan = case()["target"], case()["history_rates"], case()["plan"]
    by_channel = plan["leads_by_channel"]
    qualified, units = shared(plan["qualified"], by_channel), shared(plan["units"], by_channel)
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
            [PlanChannelRow(code, n, qualified[code], units[code]) for code, n in by_channel.items()],
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
