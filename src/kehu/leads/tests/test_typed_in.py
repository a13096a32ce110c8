"""A lead that a representative types in: what the form knows already, and how its source becomes known."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from kehu.core import clock
from kehu.leads import actions, queries
from kehu.leads.models import Lead, Stage
from kehu.leads.tests.world import World, day, saved
from kehu.sales import actions as selling
from kehu.sales.models import Order, Receipt
from kehu.sales.seed import seed


@pytest.fixture
def rep(world: World, client: Client) -> Client:
    client.force_login(world.rep, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def typed_in(world: World, **values: object) -> Lead:
    given = {"name": "陳太太", "phone": "0912345678", "captured_at": day(3), **values}
    return actions.create_lead(values=given, by=world.rep)


def test_the_first_known_touch_becomes_the_source_down_to_the_receipt(world: World) -> None:
    seed()
    lead = typed_in(world)
    assert lead.campaign is None and queries.state_of(lead) == ("warn", "Counts for no campaign")
    touch = {"kind": "showroom_visit", "at": day(4), "channel": world.events, "campaign": world.campaign}
    actions.add_touch(lead=lead, values={**touch, "region": world.region}, by=world.rep)
    lead = Lead.objects.get(pk=lead.pk)
    assert (lead.channel, lead.campaign, lead.region) == (world.events, world.campaign, world.region)
    assert (lead.first_kind, lead.captured_at) == ("showroom_visit", day(3))
    assert [one.kind for one in lead.touches.filter(deleted_at=None)] == ["showroom_visit"]
    deal = actions.convert(lead=lead, amount=Decimal(700_000), by=world.rep)
    assert deal.stage.code == "set_up"
    order = selling.win(opportunity=deal, by=world.rep)
    assert order is not None and (order.campaign, order.channel) == (world.campaign, world.events)
    receipt = selling.record_receipt(order=order, amount=Decimal(700_000), by=world.rep)
    assert Receipt.objects.filter(order__campaign=world.campaign).get() == receipt


def test_a_source_that_is_learnt_late_reaches_the_order_that_stands(world: World) -> None:
    seed()
    lead = typed_in(world, first_kind="unknown")
    actions.qualify(lead=lead, reason="She called", by=world.rep)
    deal = actions.convert(lead=lead, amount=Decimal(1), by=world.rep)
    selling.win(opportunity=deal, by=world.rep)
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.stage == Stage.OPPORTUNITY
    touch = {"kind": "phone_inquiry", "at": clock.now(), "channel": world.website, "campaign": world.campaign}
    actions.add_touch(lead=lead, values=touch, by=world.rep)
    order = Order.objects.get()
    assert (order.campaign, order.channel) == (world.campaign, world.website)


def test_an_earlier_known_touch_brings_its_date_along(world: World) -> None:
    lead = typed_in(world)
    actions.add_touch(lead=lead, values={"kind": "scan", "at": day(1), "channel": world.events}, by=world.rep)
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.captured_at == day(1)
    assert lead.stage_changes.filter(deleted_at=None).get().at == day(1)


def test_a_later_correction_of_the_channel_leaves_the_date_of_the_touch(world: World) -> None:
    lead = typed_in(world)
    actions.add_touch(lead=lead, values={"kind": "scan", "at": day(4), "channel": world.events}, by=world.rep)
    actions.edit_lead(record=lead, values={"channel": world.website}, by=world.rep)
    touch = lead.touches.filter(deleted_at=None).get()
    assert (touch.channel, touch.at) == (world.website, day(4))


def test_a_known_source_stays_whatever_comes_later(world: World) -> None:
    lead = world.capture(kind="download")
    world.touch(lead, "showroom_visit", 1, channel=world.events)
    assert Lead.objects.get(pk=lead.pk).channel == world.website


def test_the_form_starts_with_the_only_running_campaign_and_its_product(world: World, rep: Client) -> None:
    world.campaign.starts_on = clock.today() - timedelta(days=1)
    world.campaign.product = world.product
    saved(world.campaign)
    world.capture(region=world.region)
    assert queries.preset(world.rep) == {
        "campaign": world.campaign.pk,
        "product": world.product.pk,
        "region": world.region.pk,
    }
    page = rep.get("/o/lead/new").content.decode()
    assert f'value="{world.campaign.pk}" selected' in page
    assert page.index('name="campaign"') < page.index('name="email"')
    assert 'name="opportunity"' not in page and 'name="external_key"' not in page


def test_two_running_campaigns_leave_the_choice_open(world: World) -> None:
    from kehu.campaigns.models import Campaign

    for campaign in (world.campaign, saved(Campaign(code="second", name="Second"))):
        campaign.starts_on = clock.today()
        saved(campaign)
    assert queries.preset(world.rep) == {}


def test_a_wrong_phone_and_a_wrong_year_of_birth_are_said_at_once(world: World, rep: Client) -> None:
    values = {
        "name": "", "kind": "person", "first_kind": "unknown", "captured_at": "2010-04-01T10:00",
        "phone": "12", "birth_year": "1875",
    }  # fmt: skip
    answer = rep.post("/o/lead/new", values)
    page = answer.content.decode()
    assert answer.status_code == 422 and not Lead.objects.exists()
    assert "“12” is not a telephone number" in page and "A year of birth lies between 1900" in page
    assert set(answer.context["form"].errors) == {"name", "phone", "birth_year"}


def test_a_lead_fares_as_its_deal(world: World) -> None:
    seed()
    lead = world.capture(kind="showroom_visit")
    deal = actions.convert(lead=lead, by=world.rep, expected_close_on=clock.today() - timedelta(days=1))
    assert queries.states([lead], world.rep) == [("warn", "Deal slipped")]
    selling.lose(opportunity=deal, reason="Too dear", by=world.rep)
    assert queries.states([lead], world.rep) == [("", "Deal lost")]


def test_converting_asks_with_the_list_price_filled_in(world: World, rep: Client) -> None:
    seed()
    lead = world.capture(kind="showroom_visit", product=world.product)
    page = rep.get(f"/o/lead/{lead.pk}/do/convert").content.decode()
    assert 'value="700000"' in page and "王小明 · iXX" in page
    answer = rep.post(f"/o/lead/{lead.pk}/do/convert", {"title": "", "amount": "700000"}, follow=True)
    assert "“王小明” is converted." in answer.content.decode()
