"""Channels, phases and spend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import gettext, override

from kehu.campaigns import actions, queries, seed
from kehu.campaigns.models import SEEDED_CHANNELS, BudgetPhase, Campaign, Channel, Medium, SpendLine
from kehu.core import clock, registry
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Forbidden, Refused
from kehu.core.models import Company, User

JUNE = {"starts_on": date(2010, 6, 1), "ends_on": date(2010, 8, 31)}


@pytest.fixture(autouse=True)
def company(db: Any) -> None:
    Company(pk=1, currency="TWD", timezone="Asia/Taipei", country="TW").save()
    clock.forget()
    seed.seed()


@pytest.fixture
def person(db: Any) -> Callable[[str], User]:
    return lambda role: User.objects.create_user(role, name=role, role=role)


@pytest.fixture
def head(person: Callable[[str], User]) -> User:
    return person(roles.MARKETING_HEAD)


@pytest.fixture
def campaign(head: User) -> Campaign:
    return records.create(Campaign, {"code": "ixx", "name": "iXX", **JUNE}, by=head)


@pytest.fixture
def website() -> Channel:
    return Channel.objects.get(code="website")


def test_seeding_twice_adds_nothing_and_brings_nothing_back(head: User, website: Channel) -> None:
    records.delete(record=website, by=head)
    seed.seed()
    assert Channel.everything.count() == len(SEEDED_CHANNELS)
    assert Channel.objects.count() == len(SEEDED_CHANNELS) - 1


def test_a_seeded_channel_is_translated_until_somebody_renames_it(head: User, website: Channel) -> None:
    assert website.name == "Website"
    with override("zh-hant"):
        assert str(website) == gettext("Website")
    records.edit(record=website, values={"budget_class": "other", "name": "Website"}, by=head)
    assert website.seeded
    records.edit(record=website, values={"name": "Our page"}, by=head)
    assert (website.seeded, str(website)) == (False, "Our page")


def test_a_campaign_does_not_end_before_it_starts(head: User) -> None:
    with pytest.raises(Refused, match="cannot end before"):
        records.create(
            Campaign,
            {"code": "x", "name": "X", "starts_on": date(2010, 2, 1), "ends_on": date(2010, 1, 1)},
            by=head,
        )


def phase(campaign: Campaign, head: User, **values: Any) -> BudgetPhase:
    basis = {"campaign": campaign, "number": 1, "amount": Decimal(4_000_000), **JUNE}
    return records.create(BudgetPhase, {**basis, **values}, by=head)


def test_the_shares_of_a_phase_add_up_to_the_whole_at_most(campaign: Campaign, head: User) -> None:
    shares = {
        "digital_share": Decimal("0.07"),
        "traditional_share": Decimal("0.90"),
        "other_share": Decimal("0.03"),
    }
    found = phase(campaign, head, **shares)
    assert found.shares["digital"] == Decimal("0.07") and sum(found.shares.values()) == 1
    with pytest.raises(Refused, match="more than 1"):
        phase(campaign, head, **shares | {"number": 2, "other_share": Decimal("0.0301")})
    with pytest.raises(Refused, match="cannot be negative"):
        phase(campaign, head, number=3, digital_share=Decimal("-0.1"))


def test_the_budget_is_the_sum_of_its_phases_and_spend_counts_until_the_day(
    campaign: Campaign, head: User, website: Channel
) -> None:
    phase(campaign, head)
    phase(campaign, head, number=2, amount=Decimal(6_000_000))
    for day, amount in ((date(2010, 6, 1), 5), (date(2010, 7, 1), 7)):
        actions.record_spend(campaign=campaign, channel=website, day=day, amount=Decimal(amount), by=head)
    assert queries.budget(campaign) == 10_000_000
    assert (queries.spent(campaign, date(2010, 6, 30)), queries.spent(campaign)) == (5, 12)


def test_spend_outside_the_campaign_is_taken_and_marked(
    campaign: Campaign, head: User, website: Channel
) -> None:
    line = actions.record_spend(
        campaign=campaign, channel=website, day=date(2010, 9, 1), amount=Decimal(5), by=head
    )
    state = registry.of(SpendLine).state
    assert queries.outside(line) and state is not None and state(line) is not None
    assert not queries.outside(SpendLine(campaign=campaign, day=date(2010, 8, 31)))


def test_negative_spend_foreign_money_and_strange_media_are_refused(
    campaign: Campaign, head: User, website: Channel
) -> None:
    line = {"campaign": campaign, "channel": website, "day": date(2010, 6, 1), "by": head}
    with pytest.raises(Refused, match="negative"):
        actions.record_spend(**line, amount=Decimal(-1))
    with pytest.raises(Refused, match="TWD"):
        actions.record_spend(**line, amount=Decimal(1), currency="USD")
    outdoor = Channel.objects.get(code="outdoor")
    wall = records.create(Medium, {"name": "Wall", "channel": outdoor}, by=head)
    with pytest.raises(Refused, match="does not belong"):
        actions.record_spend(**line, amount=Decimal(1), medium=wall)
    with pytest.raises(Refused, match="does not belong"):
        lines = [
            SpendLine(
                campaign=campaign, channel=website, medium=wall, day=date(2010, 6, 1), amount=Decimal(1)
            )
        ]
        actions.load_spend(lines, by=head, batch=None)


def test_spend_is_seen_by_those_who_plan_and_hidden_from_those_who_sell(
    campaign: Campaign, head: User, website: Channel, person: Callable[[str], User]
) -> None:
    actions.record_spend(campaign=campaign, channel=website, day=date(2010, 6, 1), amount=Decimal(1), by=head)
    for role, rows in (
        (roles.ANALYST, 1),
        (roles.SALES_HEAD, 1),
        (roles.SALES_REP, 0),
        (roles.SERVICE_AGENT, 0),
    ):
        assert SpendLine.objects.visible_to(person(role)).count() == rows
    with pytest.raises(Forbidden):
        actions.record_spend(
            campaign=campaign,
            channel=website,
            day=date(2010, 6, 1),
            amount=Decimal(1),
            by=person(roles.GENERAL_MANAGER),
        )


def test_a_campaign_runs_between_its_dates(campaign: Campaign, head: User) -> None:
    assert list(queries.running(head, date(2010, 8, 31))) == [campaign]
    assert not queries.running(head, date(2010, 9, 1)).exists()
