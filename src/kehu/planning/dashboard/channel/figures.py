"""What the page of one channel asks the metric engine: five questions, each answered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kehu.campaigns.models import Campaign, Channel
from kehu.core import access
from kehu.core.models import User
from kehu.planning import queries
from kehu.planning.dashboard.channel.gap import Maturity, Stage, gaps
from kehu.planning.dashboard.figures import RECENT
from kehu.planning.dashboard.planned import METRICS
from kehu.planning.models import PlanVersion
from kehu.warehouse import engine
from kehu.warehouse.engine import Answer

COUNTS = ("leads", "qualified_leads", "sales", "revenue", "spend")
RATES = ("lead_to_qualified", "qualified_to_sale")
PLANNED = dict(zip(COUNTS, METRICS.values(), strict=True))
# What a cost or rate is made of: money or the later stage over the earlier one.
OVER = {
    "cost_per_lead": ("spend", "leads"),
    "cost_per_qualified": ("spend", "qualified_leads"),
    "cost_per_sale": ("spend", "sales"),
    "lead_to_qualified": ("qualified_leads", "leads"),
    "qualified_to_sale": ("sales", "qualified_leads"),
}
EACH = ("leads", "qualified_leads", "sales", "spend")
# Below this many leads of the earlier stage a rate of grown leads says too little.
ENOUGH = 30


@dataclass(frozen=True)
class ChannelState:
    """One channel of a campaign at the end of a day, as one user may see it.

    `actual` and `expected` go by the metric's name and hold only what the user may read; `expected` is empty
    without a plan that was in force. `rates` follow all leads that came, `grown` those at least four weeks old.
    """

    campaign: Campaign
    channel: Channel
    name: str
    as_of: date
    actual: dict[str, Decimal]
    expected: dict[str, Decimal]
    weeks: list[dict[str, Any]]
    media: list[dict[str, Any]]
    regions: list[dict[str, Any]]
    rates: dict[str, Decimal] = field(default_factory=dict)
    grown: dict[str, Decimal] = field(default_factory=dict)
    version: PlanVersion | None = None
    sql: dict[str, str] = field(default_factory=dict)

    def value(self, metric: str, of: dict[str, Decimal]) -> Decimal | None:
        """A count or amount as it is, a cost or rate as the ratio of its two; nothing where there is none."""
        if metric not in OVER:
            return of.get(metric)
        above, below = (of.get(name) for name in OVER[metric])
        return above / below if above is not None and below else None

    def gaps(self) -> dict[str, dict[str, int]]:
        """Why leads, qualified leads and sales differ from what was expected, see `gap.gaps`."""
        if not self.expected.get("leads") or "leads" not in self.actual:
            return {}
        return gaps(stage(self.expected), stage(self.actual), self.maturity)

    @property
    def maturity(self) -> Maturity:
        """How much the leads of the last four weeks, which have had less time, pull the rates down."""
        found = []
        for rate in RATES:
            old, all_of_them = self.grown.get(rate), self.rates.get(rate)
            found.append(float(min(all_of_them / old, Decimal(1))) if old and all_of_them else 1.0)
        return Maturity(*found)


def stage(figures: dict[str, Decimal]) -> Stage:
    def number(name: str) -> float | None:
        return float(figures[name]) if name in figures else None

    return Stage(
        leads=number("leads") or 0.0,
        spend=number("spend"),
        qualified=number("qualified_leads"),
        sales=number("sales"),
    )


def channel_state(campaign: Campaign, channel: Channel, *, as_of: date, user: User) -> ChannelState:
    """One channel of a campaign at the end of `as_of`, from facts dated up to that day."""
    may = set(engine.visible_metrics(user))
    name = queries.engine_names()[channel.code]
    where = {"campaign": [campaign.name], "channel": [name]}

    def ask(metrics: Sequence[str], *by: str, end: date | None = None) -> Answer | None:
        allowed = [metric for metric in metrics if metric in may]
        if not allowed:
            return None
        return engine.ask(allowed, by=by, where=where, end=end, as_of=as_of, user=user)

    version = queries.version_in_force(campaign, as_of)
    if version is None or not access.can(user, "view", version):
        version = None
    planned = tuple(PLANNED.values()) if version else ()
    answers = {
        "totals": ask((*COUNTS, *RATES, *planned)),
        "weeks": ask((*EACH, *(PLANNED[metric] for metric in EACH if planned)), "week"),
        "media": ask(EACH, "medium"),
        "regions": ask(EACH, "region"),
    }
    totals = answers["totals"].totals if answers["totals"] else {}
    return ChannelState(
        campaign=campaign,
        channel=channel,
        name=name,
        as_of=as_of,
        actual={metric: number(totals[metric]) for metric in COUNTS if metric in totals},
        expected={
            metric: number(totals[of_plan]) for metric, of_plan in PLANNED.items() if of_plan in totals
        },
        weeks=rows(answers["weeks"]),
        media=rows(answers["media"]),
        regions=rows(answers["regions"]),
        rates=rates_of(totals),
        grown=grown_rates(ask((*RATES, "leads", "qualified_leads"), end=as_of - RECENT)),
        version=version,
        sql={key: answer.sql for key, answer in answers.items() if answer},
    )


def number(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def rows(answer: Answer | None) -> list[dict[str, Any]]:
    return answer.dicts() if answer else []


def rates_of(totals: dict[str, Any]) -> dict[str, Decimal]:
    return {rate: number(value) for rate in RATES if (value := totals.get(rate)) is not None}


def grown_rates(answer: Answer | None) -> dict[str, Decimal]:
    """The rates of leads that came at least four weeks before the day; none of too few leads."""
    if answer is None:
        return {}
    found = rates_of(answer.totals)
    return {rate: found[rate] for rate in found if (answer.totals.get(OVER[rate][1]) or 0) >= ENOUGH}
