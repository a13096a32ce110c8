"""The campaign in five figures and a few sentences, for pages that only point at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from kehu.campaigns.models import Campaign
from kehu.core import clock
from kehu.core.models import Company, User
from kehu.planning.dashboard import figures
from kehu.planning.dashboard.drawing import Drawing
from kehu.planning.dashboard.sentences import Sentence, sentences


@dataclass(frozen=True)
class Summary:
    campaign: Campaign
    as_of: date
    cards: list[dict[str, Any]]
    sentences: list[Sentence]

    @property
    def url(self) -> str:
        return f"{reverse('campaign-dashboard', args=[self.campaign.pk])}?as_of={self.as_of.isoformat()}"


def summary(user: User) -> Summary | None:
    """The campaign that matters as it stands today, as the user may see it; nothing where there is none."""
    campaign = current_campaign(user)
    if campaign is None:
        return None
    state = figures.state(campaign, as_of=clock.today(), user=user, pictures=False)
    return Summary(campaign, state.as_of, Drawing(state).cards(), sentences(state))


def opening_day() -> date:
    """The day that pages about campaigns open on: the company's choice, else today."""
    return Company.current().opening_day or clock.today()


def campaigns_of(user: User) -> list[Campaign]:
    """The campaigns that the user may see, the newest first."""
    return list(Campaign.objects.visible_to(user).order_by("-starts_on", "-id")[:50])


def current_campaign(user: User) -> Campaign | None:
    """The campaign that runs on the opening day, else the newest one."""
    campaigns, day = campaigns_of(user), opening_day()
    running = (
        c for c in campaigns if c.starts_on and c.starts_on <= day and (not c.ends_on or c.ends_on >= day)
    )
    return next(running, campaigns[0] if campaigns else None)
