"""Undo, and the way back from the recycle bin, obey the rules of an edit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kehu.campaigns.models import Channel, Medium
from kehu.core import changes
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Conflict, NotFound, Refused
from kehu.core.models import User
from kehu.core.tests.company import fresh, last_change, saved
from kehu.sales import actions, queries
from kehu.sales.models import Order, Stage


@pytest.fixture
def order(rep: User) -> Order:
    return actions.place_order(amount=Decimal(1000), by=rep)


def edited(record: Any, by: User, **values: Any) -> Any:
    """The change that an edit wrote."""
    records.edit(record=fresh(record), values=values, by=by)
    return last_change(record)


def test_undo_does_not_bring_an_order_below_what_was_paid(order: Order, rep: User) -> None:
    raised = edited(order, rep, amount=Decimal(2000))
    actions.record_receipt(order=fresh(order), amount=Decimal(1500), by=rep)
    with pytest.raises(Refused, match="cannot be less"):
        changes.undo_change(change=raised, by=rep)
    assert fresh(order).amount == Decimal(2000)


def test_undo_does_not_bring_a_receipt_above_what_is_outstanding(order: Order, rep: User) -> None:
    receipt = actions.record_receipt(order=order, amount=Decimal(900), by=rep)
    lowered = edited(receipt, rep, amount=Decimal(100))
    actions.record_receipt(order=fresh(order), amount=Decimal(900), by=rep)
    with pytest.raises(Refused, match="still to be paid"):
        changes.undo_change(change=lowered, by=rep)
    assert queries.received(order) == Decimal(1000)


def test_a_deleted_receipt_comes_back_only_while_there_is_room_for_it(order: Order, rep: User) -> None:
    receipt = actions.record_receipt(order=order, amount=Decimal(900), by=rep)
    records.delete(record=receipt, by=rep)
    gone = last_change(receipt)
    actions.record_receipt(order=fresh(order), amount=Decimal(900), by=rep)
    for back in (
        lambda: changes.undo_change(change=gone, by=rep),
        lambda: records.restore(record=fresh(receipt), by=rep),
    ):
        with pytest.raises(Refused, match="still to be paid"):
            back()
    assert queries.received(order) == Decimal(900)


def test_a_surplus_that_was_accepted_comes_back_where_nothing_else_happened(order: Order, rep: User) -> None:
    receipt = actions.record_receipt(order=order, amount=Decimal(1200), accept_surplus=True, by=rep)
    records.delete(record=receipt, by=rep)
    changes.undo_change(change=last_change(receipt), by=rep)
    assert queries.received(order) == Decimal(1200)


def test_a_receipt_is_corrected_to_an_amount_above_zero_only(order: Order, rep: User) -> None:
    receipt = actions.record_receipt(order=order, amount=Decimal(900), by=rep)
    with pytest.raises(Refused, match="above zero"):
        edited(receipt, rep, amount=Decimal(0))


def test_a_cancelled_order_stays_as_it_is_for_undo_too(order: Order, rep: User) -> None:
    raised = edited(order, rep, amount=Decimal(2000))
    actions.cancel_order(order=fresh(order), by=rep)
    cancelled = last_change(order)
    with pytest.raises(Conflict, match="cancelled and stays"):
        changes.undo_change(change=raised, by=rep)
    changes.undo_change(change=cancelled, by=rep)
    back = last_change(order)
    actions.record_receipt(order=fresh(order), amount=Decimal(5), by=rep)
    with pytest.raises(Conflict, match="Money has been received"):
        changes.undo_change(change=back, by=rep)
    assert fresh(order).state == Order.State.ORDERED


def test_the_figures_of_a_closed_opportunity_stand_for_undo_too(
    rep: User, stage: Callable[[str], Stage]
) -> None:
    deal = actions.open_opportunity(title="Deal", amount=Decimal(5), by=rep)
    raised = edited(deal, rep, amount=Decimal(7))
    actions.win(opportunity=fresh(deal), order=False, by=rep)
    won = last_change(deal).batch
    assert won is not None
    with pytest.raises(Conflict, match="Reopen it first"):
        changes.undo_change(change=raised, by=rep)
    changes.undo(batch=won, by=rep)
    changes.undo_change(change=raised, by=rep)
    assert fresh(deal).amount == Decimal(5)


def test_undo_parts_no_medium_from_its_channel(rep: User, website: Channel) -> None:
    other = Channel.objects.exclude(pk=website.pk).first()
    assert other is not None
    medium = saved(Medium(name="Page", channel=website))
    deal = actions.open_opportunity(title="Deal", channel=other, by=rep)
    moved = edited(deal, rep, channel=website)
    edited(deal, rep, medium=medium)
    with pytest.raises(Refused, match="does not belong to the channel"):
        changes.undo_change(change=moved, by=rep)
    assert fresh(deal).channel == website


def test_a_refused_undo_does_not_name_what_has_become_hidden(
    rep: User, head: User, person: Callable[..., User]
) -> None:
    deal = actions.open_opportunity(title="Deal", amount=Decimal(5), by=rep)
    with changes.batch("edit", by=rep) as batch:
        records.edit(record=fresh(deal), values={"amount": Decimal(7)}, by=rep, batch=batch)
    records.edit(
        record=fresh(deal), values={"owner": person("boss", roles.SALES_HEAD), "title": "Secret"}, by=head
    )
    actions.win(opportunity=fresh(deal), order=False, by=person("admin", roles.ADMINISTRATOR))
    with pytest.raises(NotFound) as refusal:
        changes.undo(batch=batch, by=rep)
    assert "Secret" not in str(refusal.value)
