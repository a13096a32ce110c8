"""Why a lead has its score, how fresh it is, and which leads wait for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.campaigns.queries import running
from kehu.core import clock
from kehu.core.models import User
from kehu.core.parts import State
from kehu.leads.models import Lead, Stage, Touch
from kehu.leads.queries.scoring import versions_in_force
from kehu.leads.scoring import Version, score_history, version_at
from kehu.sales.models import Opportunity

# Days without a touch after which a lead counts as stale, and days within which a qualified lead wants an answer.
STALE_DAYS = 21
ANSWER_DAYS = 2
# So many leads of one region, the latest of a person, make it likely that the next one comes from there.
ALIKE = 20
Text = str | Promise


@dataclass(frozen=True)
class Reason:
    """A touch and what it is worth under the version in force; `decides` marks the one that gives the score."""

    touch: Touch
    points: int
    decides: bool


@dataclass(frozen=True)
class Explanation:
    """The score of a lead as it comes about: newest touch first."""

    score: int
    version: Version | None
    reasons: tuple[Reason, ...]

    @property
    def threshold(self) -> int | None:
        return self.version.threshold if self.version else None

    @property
    def missing(self) -> int:
        """Steps that are missing to the threshold."""
        return max((self.threshold or 0) - self.score, 0)


def reasons(lead: Lead, at: datetime | None = None) -> Explanation:
    """Why the lead has its score, now or at a past moment."""
    moment = at or clock.now()
    versions = versions_in_force()
    version = version_at(versions, moment)
    found = lead.touches.filter(deleted_at=None, at__lte=moment).order_by("at", "id")
    touches = list(found.select_related("channel", "medium", "campaign"))
    result = score_history([(touch.at, touch.kind) for touch in touches], versions, until=moment)
    decides = result.steps[-1].touch if result.steps else None
    listed = [
        Reason(touch, version.points.get(touch.kind, 0) if version else 0, place == decides)
        for place, touch in enumerate(touches)
    ]
    return Explanation(result.score, version, tuple(reversed(listed)))


def states(leads: Sequence[Lead], user: User) -> list[State]:
    """How each lead is doing; one that became a deal fares as the deal, where the user may see that."""
    ids = {lead.opportunity_id for lead in leads if lead.opportunity_id is not None}
    deals = Opportunity.objects.visible_to(user).in_bulk(ids) if ids else {}
    return [state_of(lead, deals.get(lead.opportunity_id)) for lead in leads]


def state_of(lead: Lead, deal: Opportunity | None = None) -> State:
    """How the lead is doing: a colour of meaning and the reason in a few words; nothing where all is well."""
    if lead.customer_at is not None and lead.customer_at < lead.captured_at:
        return "warn", _("Won before the first contact: check the dates")
    if lead.stage == Stage.CUSTOMER:
        return "good", _("Won")
    if lead.stage == Stage.SCREENED_OUT:
        return "", lead.screened_out_reason or _("Screened out")
    if deal is not None and deal.lost_at is not None:
        return "", _("Deal lost")
    if deal is not None and deal.is_slipped(clock.today()):
        return "warn", _("Deal slipped")
    today = clock.today()
    quiet = _days_since(lead.last_touch_at or lead.captured_at, today)
    waits = _days_since(lead.qualified_at, today) if lead.qualified_at else 0
    if lead.stage == Stage.QUALIFIED and lead.owner_id is None:
        return "bad", _("Qualified, nobody has it")
    if lead.campaign_id is None:
        return "warn", _("Counts for no campaign")
    if lead.stage == Stage.QUALIFIED and waits > ANSWER_DAYS:
        return "warn", ngettext(
            "Waits for sales for %(days)s day", "Waits for sales for %(days)s days", waits
        ) % {"days": waits}
    if lead.stage in (Stage.NEW, Stage.POTENTIAL) and quiet >= STALE_DAYS:
        return "warn", ngettext("No touch for %(days)s day", "No touch for %(days)s days", quiet) % {
            "days": quiet
        }
    return None


def preset(user: User) -> Mapping[str, Any]:
    """What is obvious about a lead that the user types in.

    The only running campaign and its product; the region, where all the user's latest leads come from one.
    """
    found: dict[str, Any] = {}
    campaigns = list(running(user)[:2])
    if len(campaigns) == 1:
        found["campaign"] = campaigns[0].pk
        found["product"] = campaigns[0].product_id
    latest = _of(user).order_by("-captured_at", "-id").values_list("region", flat=True)[:ALIKE]
    regions = set(latest)
    if len(regions) == 1:
        found["region"] = regions.pop()
    return {name: value for name, value in found.items() if value is not None}


def unanswered(user: User) -> QuerySet[Lead]:
    """Qualified leads of the user that have not become an opportunity yet; who waits longest comes first."""
    return _of(user).filter(stage=Stage.QUALIFIED).order_by("qualified_at", "pk")


def unassigned(user: User) -> QuerySet[Lead]:
    """Qualified leads that nobody has, as far as the user may see them; who waits longest comes first."""
    visible = Lead.objects.visible_to(user).filter(owner=None, stage=Stage.QUALIFIED)
    return visible.order_by("qualified_at", "pk")


def stale(user: User, days: int = STALE_DAYS) -> QuerySet[Lead]:
    """Potential leads of the user without a touch for so many days; the longest silence comes first."""
    since = clock.now() - timedelta(days=days)
    return _of(user).filter(stage=Stage.POTENTIAL, last_touch_at__lt=since).order_by("last_touch_at", "pk")


def fresh(user: User, days: int = 1) -> QuerySet[Lead]:
    """Leads that qualified within the last days and that the user may see; the newest first."""
    since = clock.now() - timedelta(days=days)
    return Lead.objects.visible_to(user).filter(qualified_at__gte=since).order_by("-qualified_at", "-pk")


def _of(user: User) -> QuerySet[Lead]:
    return Lead.objects.visible_to(user).filter(owner=user)


def _days_since(moment: datetime, today: date) -> int:
    return max((today - clock.local_date(moment)).days, 0)
