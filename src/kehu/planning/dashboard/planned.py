"""What the approved plan says should be there by a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from kehu.campaigns.models import Campaign
from kehu.core import access, registry
from kehu.core.models import User
from kehu.planning.models import PlanLine, PlanVersion

MEASURES = ("leads", "qualified", "sales", "revenue", "spend")


@dataclass(frozen=True)
class Planned:
    """Sums of a plan version: for the whole campaign, and expected by the end of the as-of day.

    A week that has begun counts by the share of its days that have passed.
    """

    version: PlanVersion | None = None
    whole: dict[str, Decimal] = field(default_factory=dict)
    by_now: dict[str, Decimal] = field(default_factory=dict)
    leads_by_channel: dict[str, Decimal] = field(default_factory=dict)

    @classmethod
    def of(cls, campaign: Campaign, *, as_of: date, user: User) -> Planned:
        """The plan that was in force on that day; empty where there is none or the user may not see plans."""
        kind = registry.of(PlanVersion)
        if not access.sees(user, kind):
            return cls()
        version = version_in_force(kind.model.objects.visible_to(user), campaign, as_of)
        if version is None:
            return cls()
        whole = dict.fromkeys(MEASURES, Decimal(0))
        by_now = dict.fromkeys(MEASURES, Decimal(0))
        by_channel: dict[str, Decimal] = {}
        for line in PlanLine.objects.filter(version=version).select_related("channel"):
            share = passed(line, as_of)
            for name in MEASURES:
                amount = Decimal(getattr(line, name) or 0)
                whole[name] += amount
                by_now[name] += amount * share
            key = str(line.channel) if line.channel else ""
            by_channel[key] = by_channel.get(key, Decimal(0)) + line.leads
        return cls(version, whole, by_now, by_channel)


def version_in_force(versions: QuerySet, campaign: Campaign, day: date) -> PlanVersion | None:
    """The approved version of that day; before the first one came into force, the first."""
    found = versions.filter(plan__campaign=campaign, state__in=("approved", "superseded"))
    on_day = found.filter(Q(in_force_from__lte=day) | Q(in_force_from=None)).order_by(
        "-in_force_from", "-number"
    )
    return on_day.first() or found.order_by("number").first()


def passed(line: PlanLine, as_of: date) -> Decimal:
    """The share of a plan line's days that lie on or before the as-of day."""
    end = line.week + timedelta(days=7)
    length = (end - line.starts_on).days
    if length <= 0:
        return Decimal(line.starts_on <= as_of)
    gone = min(max((as_of - line.starts_on).days + 1, 0), length)
    return Decimal(gone) / length
