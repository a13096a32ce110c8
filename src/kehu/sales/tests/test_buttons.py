"""What the buttons of sales ask for and say, and what pills and cards tell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kehu.activities.actions import add_task, complete
from kehu.core import registry
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.models import User
from kehu.customers.models import Account
from kehu.sales import actions, queries
from kehu.sales.models import Opportunity, Order


@pytest.fixture
def browser(client: Client, rep: User) -> Client:
    client.force_login(rep)
    return client


@pytest.fixture
def deal(rep: User) -> Opportunity:
    account = records.create(Account, {"name": "Cedar"}, by=rep)
    return actions.open_opportunity(title="Cedar · iXX", account=account, amount=Decimal(700_000), by=rep)


@pytest.fixture
def order(deal: Opportunity, rep: User) -> Order:
    order = actions.win(opportunity=deal, by=rep)
    assert order is not None
    return order


def text(browser: Client, name: str, *args: Any) -> str:
    return browser.get(reverse(name, args=args)).content.decode()


def test_winning_asks_with_the_expected_amount_filled_in(browser: Client, deal: Opportunity) -> None:
    assert 'value="700000"' in text(browser, "record-action", "opportunity", deal.pk, "win")


def test_a_payment_asks_with_what_is_outstanding_filled_in_and_says_what_came(
    browser: Client, order: Order, rep: User
) -> None:
    actions.record_receipt(order=order, amount=Decimal(100_000), by=rep)
    receive = reverse("record-action", args=["order", order.pk, "receive"])
    assert 'value="600000"' in browser.get(receive).content.decode()
    given = {"amount": "600000", "received_on": order.ordered_on, "method": "cash"}
    page = browser.post(receive, given, follow=True).content.decode()
    assert f"NT$600,000 is received for “{order}”." in page


def test_a_paid_order_says_so_and_asks_for_delivery_next(browser: Client, order: Order, rep: User) -> None:
    kind = registry.of(Order)
    main = [action.key for action in kind.actions if action.is_primary(order)]
    assert main == ["receive"] and kind.health([order], rep)[0] == ("info", "Ordered")
    actions.record_receipt(order=order, amount=Decimal(700_000), by=rep)
    main = [action.key for action in kind.actions if action.is_primary(order)]
    assert main == ["deliver"] and kind.health([order], rep)[0] == ("good", "Paid")
    assert "Paid" in text(browser, "list", "order")


def test_who_sees_no_receipts_is_not_told_that_an_order_is_paid(order: Order, rep: User, person: Any) -> None:
    actions.record_receipt(order=order, amount=Decimal(700_000), by=rep)
    manager = person("channels", roles.CHANNEL_MANAGER)
    assert registry.of(Order).health([order], manager)[0] == ("info", "Ordered")


def test_an_open_task_about_a_deal_is_its_next_step(deal: Opportunity, rep: User) -> None:
    kind = registry.of(Opportunity)
    assert kind.health([deal], rep)[0] == ("warn", "No next step")
    assert list(queries.without_next_step(rep)) == [deal]
    task = add_task(title="Call", about=deal, by=rep)
    assert kind.health([deal], rep)[0] is None and not queries.without_next_step(rep)
    complete(task=task, by=rep)
    assert kind.health([deal], rep)[0] == ("warn", "No next step")


def test_a_card_shows_the_probability_with_its_sign_and_no_name_twice(
    browser: Client, deal: Opportunity
) -> None:
    page = text(browser, "board", "opportunity")
    assert ">10%<" in page and page.count("Cedar") == page.count("Cedar · iXX")


def test_the_toast_is_a_sentence(browser: Client, deal: Opportunity) -> None:
    lose = reverse("record-action", args=["opportunity", deal.pk, "lose"])
    page = browser.post(lose, {"reason": "Too dear"}, follow=True).content.decode()
    assert "“Cedar · iXX” is lost." in page and ": done." not in page
