"""The buttons, the board and the panels of sales in the browser's eyes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.models import User
from kehu.customers.models import Account
from kehu.sales import actions
from kehu.sales.events import closed
from kehu.sales.models import Opportunity, Order, Receipt


@pytest.fixture
def browser(client: Client, rep: User) -> Client:
    client.force_login(rep)
    return client


@pytest.fixture
def deal(rep: User) -> Opportunity:
    account = records.create(Account, {"name": "Cedar"}, by=rep)
    return actions.open_opportunity(title="Fleet of ten", account=account, amount=Decimal(700), by=rep)


def test_a_new_opportunity_needs_no_more_than_a_title(browser: Client) -> None:
    page = browser.get(reverse("record-new", args=["opportunity"]))
    assert page.status_code == 200 and b'name="won_at"' not in page.content
    browser.post(reverse("record-new", args=["opportunity"]), {"title": "Fleet"})
    assert Opportunity.objects.get().stage.code == "lead"


def test_the_page_of_an_opportunity_wins_it_and_its_order_takes_the_money(
    browser: Client, deal: Opportunity
) -> None:
    assert b"Fleet of ten" in browser.get(reverse("record", args=["opportunity", deal.pk])).content
    answer = browser.post(reverse("record-action", args=["opportunity", deal.pk, "win"]), {"order": "on"})
    order = Order.objects.get()
    assert answer.status_code in (302, 303) and answer["Location"] == reverse(
        "record", args=["order", order.pk]
    )
    page = browser.get(answer["Location"]).content
    assert b"Outstanding" in page and order.number.encode() in page
    receive = reverse("record-action", args=["order", order.pk, "receive"])
    too_much = browser.post(receive, {"amount": "701", "received_on": order.ordered_on, "method": "cash"})
    assert too_much.status_code == 422 and not Receipt.objects.exists()
    browser.post(receive, {"amount": "700", "received_on": order.ordered_on, "method": "cash"})
    assert Receipt.objects.get().amount == 700


def test_a_card_is_dropped_on_another_stage(
    browser: Client, deal: Opportunity, stage: Callable[[str], Any]
) -> None:
    assert b"Negotiation" in browser.get(reverse("board", args=["opportunity"])).content
    browser.post(reverse("record-move", args=["opportunity", deal.pk]), {"to": stage("negotiation").pk})
    deal.refresh_from_db()
    assert deal.stage.code == "negotiation"


def test_the_page_of_an_account_shows_its_deals_and_what_is_planned(
    browser: Client, deal: Opportunity
) -> None:
    page = browser.get(reverse("record", args=["account", deal.account_id])).content
    assert b"Fleet of ten" in page and b"Nothing is planned" in page


@pytest.mark.parametrize(
    "key", ["pipeline", "stage", "opportunity", "stage_change", "order", "order_line", "receipt", "target"]
)
def test_every_list_of_sales_opens(client: Client, deal: Opportunity, head: User, key: str) -> None:
    client.force_login(head)
    assert client.get(reverse("list", args=[key])).status_code == 200


def test_the_service_agent_does_not_see_what_a_deal_is_worth(
    client: Client, deal: Opportunity, person: Callable[..., User]
) -> None:
    client.force_login(person("agent", roles.SERVICE_AGENT))
    page = client.get(reverse("record", args=["opportunity", deal.pk])).content
    assert b"Fleet of ten" in page and b"700" not in page


def test_winning_and_reopening_are_told_by_the_change_log(deal: Opportunity, rep: User) -> None:
    from kehu.core.models import Change

    actions.win(opportunity=deal, order=False, by=rep)
    actions.reopen(opportunity=deal, by=rep)
    told = [event for change in Change.objects.order_by("id") if (event := closed(change))]
    assert [(event.won, event.at is not None) for event in told] == [(True, True), (True, False)]
