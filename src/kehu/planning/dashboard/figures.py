"""What the dashboard asks the metric engine: a handful of questions, each answered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kehu.campaigns.models import Campaign
from kehu.core import clock
from kehu.core.models import User
from kehu.planning.dashboard.planned import Planned
from kehu.warehouse import engine
from kehu.warehouse.engine import Answer

TOTALS = (
    "leads",
    "qualified_leads",
    "opportunities",
    "sales",
    "revenue",
    "received",
    "spend",
    "lead_to_qualified",
    "qualified_to_sale",
    "lead_to_sale",
    "cost_per_lead",
    "cost_per_qualified",
    "cost_per_sale",
)
BY_CHANNEL = ("leads", "qualified_leads", "sales", "spend", "cost_per_sale")
# The pace that is carried on to the end of the campaign.
RECENT = timedelta(days=28)
BY_MONTH = ("leads", "sales", "spend", "revenue", "cost_per_sale")


@dataclass(frozen=True)
class State:
    """Everything that one page shows: a campaign, as of the end of a day, as one user may see it.

    Answers hold only metrics that the user's role may read; `planned` is empty without an approved plan.
    """

    campaign: Campaign
    as_of: date
    totals: dict[str, Any]
    units: dict[str, str]
    by_channel: list[dict[str, Any]]
    by_month: list[dict[str, Any]]
    bookings: Table
    visits: Table
    media: Table
    planned: Planned
    recent_sales: int | None = None
    sql: dict[str, str] = field(default_factory=dict)

    @property
    def is_now(self) -> bool:
        return self.as_of == clock.today()

    @property
    def days_left(self) -> int:
        """Days of the campaign after the as-of day; 0 where its end is not known."""
        return max((self.campaign.ends_on - self.as_of).days, 0) if self.campaign.ends_on else 0


@dataclass(frozen=True)
class Table:
    """Rows of week × something, with true sums. `weeks` are (number or nothing, first day)."""

    metric: str
    across: list[str]
    weeks: list[tuple[int | None, date]]
    cells: dict[tuple[date, str], Decimal | int]
    sql: str

    def row_total(self, week: date) -> Decimal | int:
        return sum(self.cells.get((week, name), 0) for name in self.across)

    def column_total(self, name: str) -> Decimal | int:
        return sum(self.cells.get((week, name), 0) for _number, week in self.weeks)

    @property
    def total(self) -> Decimal | int:
        return sum(self.cells.values())


def state(campaign: Campaign, *, as_of: date, user: User, pictures: bool = True) -> State:
    """The state of a campaign at the end of `as_of`, from facts dated up to that day.

    One question per picture, totals and channels alone without `pictures`; every figure leaves out what the
    user may not see.
    """
    may = set(engine.visible_metrics(user))
    where = {"campaign": [campaign.name]}

    def ask(metrics: Sequence[str], *by: str) -> Answer | None:
        allowed = [name for name in metrics if name in may]
        return engine.ask(allowed, by=by, where=where, as_of=as_of, user=user) if allowed else None

    def draw(metrics: Sequence[str], *by: str) -> Answer | None:
        return ask(metrics, *by) if pictures else None

    totals, channels, months = ask(TOTALS), ask(BY_CHANNEL, "channel"), draw(BY_MONTH, "month")
    recent = None
    if "sales" in may:
        since = as_of - RECENT + timedelta(days=1)
        recent = engine.ask(["sales"], where=where, start=since, end=as_of, as_of=as_of, user=user)
    answers = {"totals": totals, "channels": channels, "months": months}
    return State(
        campaign=campaign,
        as_of=as_of,
        totals=totals.totals if totals else {},
        units=totals.units if totals else {},
        by_channel=channels.dicts() if channels else [],
        by_month=months.dicts() if months else [],
        bookings=week_table("bookings", "region", draw(["bookings"], "week", "region")),
        visits=week_table("visits", "region", draw(["visits"], "week", "region")),
        media=week_table("spend", "medium", draw(["spend"], "week", "medium")),
        planned=Planned.of(campaign, as_of=as_of, user=user),
        recent_sales=recent.totals["sales"] if recent else None,
        sql={name: answer.sql for name, answer in answers.items() if answer},
    )


def week_table(metric: str, across: str, answer: Answer | None) -> Table:
    """An answer by week and one more dimension: every week from the first to the last in which anything
    happened, no empty columns, regions always in the same order."""
    if answer is None:
        return Table(metric, [], [], {}, "")
    numbers: dict[date, int | None] = {}
    sums: dict[str, Decimal | int] = {}
    cells: dict[tuple[date, str], Decimal | int] = {}
    for row in answer.dicts():
        week, number = date.fromisoformat(row["week"]), row.get("week_number")
        numbers[week] = int(number) if number is not None else None
        if row[metric]:
            cells[week, row[across]] = row[metric]
            sums[row[across]] = sums.get(row[across], 0) + row[metric]
    names = sorted(sums) if across == "region" else sorted(sums, key=lambda name: (-sums[name], name))
    return Table(metric, names, _weeks(numbers, cells), cells, answer.sql)


def _weeks(
    numbers: dict[date, int | None], cells: dict[tuple[date, str], Decimal | int]
) -> list[tuple[int | None, date]]:
    """The weeks between the first and the last that hold anything, those without anything too."""
    if not cells:
        return []
    first, last = min(week for week, _name in cells), max(week for week, _name in cells)
    found, number = [], numbers.get(first)
    week = first
    while week <= last:
        found.append((number, week))
        week += timedelta(days=7)
        number = number + 1 if number is not None else None
    return found
