"""Orders and receipts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kehu.catalog.models import Product
from kehu.core import changes, clock
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import User
from kehu.sales import actions, queries
from kehu.sales.models import Order, OrderLine, Receipt


@pytest.fixture
def order(rep: User) -> Order:
    return actions.place_order(amount=Decimal(1000), by=rep)


def test_an_order_line_follows_from_the_product(rep: User) -> None:
    car = Product(code="car", name="Car", list_price=Decimal(500))
    changes.save(car, by=None)
    order = actions.place_order(amount=Decimal(1000), product=car, quantity=2, by=rep)
    line = OrderLine.objects.get(order=order)
    assert (line.quantity, line.unit_price, line.amount) == (2, Decimal(500), Decimal(1000))


def test_receipts_bring_down_what_is_outstanding(order: Order, rep: User) -> None:
    actions.record_receipt(order=order, amount=Decimal("300.5"), by=rep)
    assert (queries.received(order), queries.outstanding(order)) == (Decimal("300.5"), Decimal("699.5"))
    assert queries.unpaid([order]) == {order.pk: Decimal("699.5")}


@pytest.mark.parametrize("amount", [0, -5])
def test_a_receipt_is_above_zero(order: Order, rep: User, amount: int) -> None:
    with pytest.raises(Refused, match="above zero"):
        actions.record_receipt(order=order, amount=Decimal(amount), by=rep)


def test_more_than_is_outstanding_has_to_be_confirmed(order: Order, rep: User) -> None:
    with pytest.raises(Refused, match="Only 1000 TWD"):
        actions.record_receipt(order=order, amount=Decimal(1001), by=rep)
    actions.record_receipt(order=order, amount=Decimal(1001), accept_surplus=True, by=rep)
    assert queries.outstanding(order) == 0


def test_a_receipt_in_another_currency_is_refused(order: Order, rep: User) -> None:
    with pytest.raises(Refused, match="Convert"):
        actions.record_receipt(order=order, amount=Decimal(1), currency="USD", by=rep)


def test_an_order_with_receipts_is_not_cancelled(order: Order, rep: User) -> None:
    receipt = actions.record_receipt(order=order, amount=Decimal(1), by=rep)
    with pytest.raises(Conflict, match="received"):
        actions.cancel_order(order=order, by=rep)
    records.delete(record=receipt, by=rep)
    actions.cancel_order(order=order, by=rep)
    with pytest.raises(Conflict, match="cancelled"):
        actions.record_receipt(order=order, amount=Decimal(1), by=rep)


def test_an_order_is_not_delivered_before_it_was_placed_or_in_the_future(order: Order, rep: User) -> None:
    with pytest.raises(Refused, match="before it was placed"):
        actions.deliver(order=order, on=clock.today() - timedelta(days=1), by=rep)
    order.refresh_from_db()
    with pytest.raises(Refused, match="future"):
        actions.deliver(order=order, on=clock.today() + timedelta(days=1), by=rep)
    order.refresh_from_db()
    assert actions.deliver(order=order, by=rep).state == Order.State.DELIVERED


def test_the_amount_of_an_order_does_not_fall_below_what_was_paid(order: Order, rep: User) -> None:
    actions.record_receipt(order=order, amount=Decimal(600), by=rep)
    with pytest.raises(Refused, match="cannot be less"):
        records.edit(record=order, values={"amount": Decimal(500)}, by=rep)
    assert records.edit(record=order, values={"amount": Decimal(900)}, by=rep).amount == Decimal(900)


def test_an_order_without_a_number_gets_one_and_keeps_one_that_is_given(rep: User) -> None:
    first = records.create(Order, {"amount": Decimal(1), "ordered_on": date(2010, 6, 1)}, by=rep)
    second = records.create(
        Order, {"amount": Decimal(1), "ordered_on": date(2010, 6, 1), "number": "7"}, by=rep
    )
    assert first.number.startswith("A-") and second.number == "7"


def test_receipts_are_seen_through_their_order(order: Order, rep: User, person: Callable[..., User]) -> None:
    actions.record_receipt(order=order, amount=Decimal(1), by=rep)
    seen = {
        role: Receipt.objects.visible_to(person(f"a {role}", role)).count()
        for role in (roles.SALES_REP, roles.GENERAL_MANAGER, roles.CHANNEL_MANAGER, roles.SERVICE_AGENT)
    }
    assert seen == {
        roles.SALES_REP: 0,
        roles.GENERAL_MANAGER: 1,
        roles.CHANNEL_MANAGER: 0,
        roles.SERVICE_AGENT: 1,
    }
    assert Receipt.objects.visible_to(rep).count() == 1


def test_who_only_watches_records_no_money(order: Order, person: Callable[..., User]) -> None:
    with pytest.raises(Forbidden):
        actions.record_receipt(order=order, amount=Decimal(1), by=person("gm", roles.GENERAL_MANAGER))


def test_a_target_names_whom_it_is_for(head: User, rep: User) -> None:
    from kehu.sales.models import Target

    period: dict[str, Any] = {
        "starts_on": date(2010, 6, 1),
        "ends_on": date(2010, 12, 31),
        "revenue": Decimal(7),
    }
    with pytest.raises(Refused, match="Name the team or the person"):
        records.create(Target, {**period, "scope": "person"}, by=head)
    records.create(Target, {**period, "scope": "person", "person": rep}, by=head)
    assert Target.objects.visible_to(rep).count() == 1
