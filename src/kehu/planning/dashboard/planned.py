"""What the approved plan says should be there by a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kehu.campaigns.models import Campaign
from kehu.core import access
from kehu.core.models import User
from kehu.planning.models import PlanVersion
from kehu.planning.queries import version_in_force
from kehu.warehouse import engine

METRICS = {
    "leads": "planned_leads",
    "qualified": "planned_qualified",
    "sales": "planned_sales",
    "revenue": "planned_revenue",
    "spend": "planned_spend",
}


@dataclass(frozen=True)
class Planned:
    """The plan in force on the as-of day: its whole figures, and what it expects by the end of that day.

    `leads_by_channel` holds the whole plan's leads by the channel's code, `channels_now` those expected by now.
    """

    version: PlanVersion | None = None
    whole: dict[str, Decimal] = field(default_factory=dict)
    by_now: dict[str, Decimal] = field(default_factory=dict)
    leads_by_channel: dict[str, Decimal] = field(default_factory=dict)
    channels_now: dict[str, Decimal] = field(default_factory=dict)

    @classmethod
    def of(cls, campaign: Campaign, *, as_of: date, user: User) -> Planned:
        """Empty where there is no approved plan or the user may not see it."""
        version = version_in_force(campaign, as_of)
        names = [name for name in METRICS.values() if name in engine.visible_metrics(user)]
        if version is None or not names or not access.can(user, "view", version):
            return cls()
        where = {"campaign": [campaign.name]}
        answer = engine.ask(names, by=["channel"], where=where, as_of=as_of, user=user)
        figures = version.figures
        whole = {
            "leads": version.leads,
            "qualified": version.qualified,
            "sales": version.units,
            "revenue": version.target_revenue,
            "spend": version.spend,
        }
        return cls(
            version,
            {name: Decimal(value) for name, value in whole.items() if value is not None},
            {name: Decimal(str(answer.totals.get(metric) or 0)) for name, metric in METRICS.items()},
            {
                code: Decimal(leads.rounded)
                for code, row in figures.rows.items()
                if (leads := row.get("leads"))
            },
            {row["channel"]: Decimal(str(row.get("planned_leads") or 0)) for row in answer.dicts()},
        )
