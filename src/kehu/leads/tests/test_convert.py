"""From lead to opportunity to customer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kehu.core import changes, clock, roles
from kehu.core.errors import Conflict, Forbidden
from kehu.core.models import Batch, Change, User
from kehu.leads import actions, jobs, queries
from kehu.leads.models import Lead, Stage
from kehu.leads.tests.world import World, day, saved
from kehu.sales import queries as sales_queries
from kehu.sales.actions import lose, reopen, win
from kehu.sales.models import Opportunity
from kehu.sales.seed import seed


@pytest.fixture(autouse=True)
def pipeline(world: World) -> None:
    seed()


def fresh(lead: Lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def deal(world: World, **values: object) -> Opportunity:
    """A deal of the past, as an import leaves it."""
    won = sales_queries.won_stage()
    given = {"title": "x", "stage": won, "number": f"O-{Opportunity.objects.count()}", "won_at": day(20)}
    return saved(Opportunity(**{**given, **values}))


def test_a_converted_lead_becomes_account_contact_and_opportunity(world: World) -> None:
    lead = world.capture(
        kind="showroom_visit", phone="0912345678", email="a@example.com", product=world.product,
        region=world.region,
    )  # fmt: skip
    opportunity = actions.convert(lead=lead, by=world.rep)
    assert opportunity.title == "王小明 · iXX" and opportunity.amount == Decimal(700_000)
    assert opportunity.account.name == "王小明" and opportunity.account.kind == "person"
    assert opportunity.contact.email == "a@example.com" and opportunity.owner == world.rep
    assert (opportunity.campaign, opportunity.channel, opportunity.region) == (
        world.campaign, world.website, world.region,
    )  # fmt: skip
    lead = fresh(lead)
    assert lead.stage == Stage.OPPORTUNITY and lead.opportunity == opportunity


def test_only_a_qualified_lead_can_be_converted(world: World) -> None:
    with pytest.raises(Conflict):
        actions.convert(lead=world.capture(), by=world.rep)


def test_who_may_not_open_opportunities_cannot_convert(world: World) -> None:
    with pytest.raises(Forbidden):
        actions.convert(lead=world.capture(kind="showroom_visit"), by=world.marketing)
    assert not Opportunity.objects.exists()


def test_a_conversion_is_undone_as_one(world: World) -> None:
    lead = world.capture(kind="showroom_visit")
    actions.convert(lead=lead, by=world.rep)
    world.rep.role = "administrator"
    changes.undo(batch=Batch.objects.get(verb="convert"), by=world.rep)
    lead = fresh(lead)
    assert lead.stage == Stage.QUALIFIED and lead.opportunity is None
    assert not Opportunity.objects.exists()


def test_a_won_opportunity_makes_its_lead_a_customer_and_a_reopened_one_does_not(world: World) -> None:
    lead = world.capture(kind="showroom_visit")
    opportunity = actions.convert(lead=lead, by=world.rep, amount=Decimal(600_000))
    win(opportunity=opportunity, by=world.rep, order=False)
    jobs.react(list(Change.objects.order_by("id")))
    assert fresh(lead).stage == Stage.CUSTOMER and fresh(lead).customer_at == opportunity.won_at
    reopen(opportunity=Opportunity.objects.get(), by=world.rep)
    jobs.react(list(Change.objects.order_by("id")))
    assert fresh(lead).stage == Stage.OPPORTUNITY and fresh(lead).customer_at is None


def test_a_lead_of_a_lost_opportunity_can_be_recycled_but_not_before(world: World) -> None:
    lead = world.capture(kind="showroom_visit")
    opportunity = actions.convert(lead=lead, by=world.rep)
    with pytest.raises(Conflict):
        actions.recycle(lead=lead, reason="x", by=world.rep)
    lose(opportunity=opportunity, by=world.rep, reason="price")
    assert actions.recycle(lead=fresh(lead), reason="price", by=world.rep).stage == Stage.RECYCLED


def test_following_the_log_twice_changes_nothing(world: World) -> None:
    lead = world.capture(kind="showroom_visit")
    win(opportunity=actions.convert(lead=lead, by=world.rep, amount=Decimal(1)), by=world.rep)
    log = list(Change.objects.order_by("id"))
    jobs.react(log)
    jobs.react(log)
    assert fresh(lead).stage_changes.filter(to_stage=Stage.CUSTOMER).count() == 1


def administrator() -> User:
    return User.objects.create_user("administrator", name="A", role=roles.ADMINISTRATOR)


def test_whoever_may_not_change_a_deal_gives_it_no_source(world: World) -> None:
    with pytest.raises(Forbidden):
        actions.edit_lead(record=world.capture(), values={"opportunity": deal(world)}, by=world.marketing)
    assert Opportunity.objects.get().channel is None


def test_a_past_deal_dates_the_stages_of_its_lead(world: World) -> None:
    lead = world.capture()
    opportunity = deal(world, opened_on=date(2010, 3, 12))
    actions.edit_lead(record=lead, values={"opportunity": opportunity}, by=administrator())
    lead = fresh(lead)
    opened = clock.local_date(lead.stage_changes.get(to_stage=Stage.OPPORTUNITY).at)
    assert lead.stage == Stage.CUSTOMER and opened == date(2010, 3, 12)
    assert Opportunity.objects.get().channel == world.website
    assert lead.customer_at == day(20) and clock.local_date(lead.qualified_at) == date(2010, 3, 12)


def test_a_deal_won_before_the_first_contact_is_kept_and_flagged(world: World) -> None:
    lead = world.capture(at=30)
    opportunity = deal(world, won_at=day(20))
    actions.link_opportunity(lead=lead, opportunity=opportunity, by=administrator())
    lead = fresh(lead)
    assert lead.stage == Stage.CUSTOMER and lead.customer_at == day(20)
    assert all(row.at >= day(30) for row in lead.stage_changes.all())
    assert queries.state_of(lead)[0] == "warn"
    assert Opportunity.objects.get().won_before_contact
