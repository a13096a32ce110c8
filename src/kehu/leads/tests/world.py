"""A small market for the tests of leads: people, channels, a campaign, a scoring model in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kehu.campaigns.models import Campaign, Channel, Medium
from kehu.catalog.models import Product
from kehu.core import changes, work
from kehu.core.access import roles
from kehu.core.models import Team, User
from kehu.customers.models import Region
from kehu.leads import actions
from kehu.leads.models import LADDER, Lead, ScoringModel, ScoringRule, Touch

START = datetime(2010, 3, 2, 9, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def saved(record: Any) -> Any:
    changes.save(record, by=None)
    return record


@dataclass
class World:
    website: Channel
    events: Channel
    site: Medium
    campaign: Campaign
    region: Region
    product: Product
    marketing: User
    sales_head: User
    rep: User
    other_rep: User

    def capture(self, at: float = 0, kind: str = "campaign_member", **values: Any) -> Lead:
        given = {
            "name": "王小明",
            "captured_at": day(at),
            "first_kind": kind,
            "channel": self.website,
            "campaign": self.campaign,
            "owner": self.rep,
        }
        return actions.capture(values={**given, **values}, by=self.marketing)

    def touch(self, lead: Lead, kind: str, at: float, **values: Any) -> Touch:
        return actions.add_touch(lead=lead, values={"kind": kind, "at": day(at), **values}, by=self.marketing)


def build() -> World:
    teams = [saved(Team(name=name)) for name in ("North", "South")]
    for team in teams:
        team.path = f"/{team.pk}/"
        saved(team)

    def user(name: str, role: str, team: Team | None = None) -> User:
        return saved(User(username=name, name=name, role=role, team=team))

    website = saved(Channel(code="website", name="Website", budget_class="digital"))
    events = saved(Channel(code="live_events", name="Live events", budget_class="traditional"))
    return World(
        website=website,
        events=events,
        site=saved(Medium(name="Site", channel=website)),
        campaign=saved(Campaign(code="ixx", name="iXX")),
        region=saved(Region(code="taipei", name="台北")),
        product=saved(Product(code="iXX", name="iXX", list_price=700_000)),
        marketing=user("marketing", roles.MARKETING_HEAD),
        sales_head=user("saleshead", roles.SALES_HEAD, teams[0]),
        rep=user("rep", roles.SALES_REP, teams[0]),
        other_rep=user("other", roles.SALES_REP, teams[1]),
    )


def scoring(threshold: int = 5, starts: float = -100, number: int = 1) -> ScoringModel:
    """A version in force with the usual ladder."""
    model = saved(
        ScoringModel(
            number=number, name="Ladder", threshold=threshold, state="in_force", in_force_from=day(starts)
        )
    )
    for kind, points in LADDER.items():
        saved(ScoringRule(scoring_model=model, touch_kind=kind, points=points))
    return model


def rescored(by: User) -> int:
    """Score the open leads again as the background does; how many changed."""
    running = actions.start_rescoring(by=by)
    work.run(pk=running.pk)
    running.refresh_from_db()
    assert running.state == "done", running.problem
    return int(running.result["changed"])
