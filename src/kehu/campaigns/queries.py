"""Campaigns as they stand on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum

from kehu.campaigns.models import BudgetPhase, Campaign, Channel, SpendLine
from kehu.core import clock

if TYPE_CHECKING:
    from kehu.core.models import User


def channel(code: str) -> Channel | None:
    """A live channel by its code."""
    return Channel.objects.filter(code=code).first()


def running(user: User, on: date | None = None) -> QuerySet[Campaign]:
    """The campaigns that the user may see and that run on a day (today), the newest first."""
    day = on or clock.today()
    begun = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    return Campaign.objects.visible_to(user).filter(begun).order_by("-starts_on", "id")


def budget(campaign: Campaign) -> Decimal:
    """The sum of the campaign's phases, in the campaign's currency."""
    return BudgetPhase.objects.filter(campaign=campaign).aggregate(total=Sum("amount"))["total"] or Decimal(0)


def spent(campaign: Campaign, until: date | None = None) -> Decimal:
    """What the campaign has cost up to and with a day (today), in the campaign's currency."""
    lines = SpendLine.objects.filter(campaign=campaign, day__lte=until or clock.today())
    return lines.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def outside(line: SpendLine) -> bool:
    """Whether the day of a spend line lies outside its campaign."""
    starts, ends = line.campaign.starts_on, line.campaign.ends_on
    return bool((starts and line.day < starts) or (ends and line.day > ends))
