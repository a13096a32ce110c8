"""Orders and their lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.campaigns.actions import check_medium, settle_medium
from kehu.campaigns.models import SOURCE_FIELDS
from kehu.catalog.actions import refuse_other_currencies
from kehu.core import access, changes, clock, registry
from kehu.core.actions import records
from kehu.core.database import reserve_ids
from kehu.core.errors import Conflict, Refused
from kehu.sales import queries
from kehu.sales.models import Opportunity, Order, OrderLine

if TYPE_CHECKING:
    from kehu.catalog.models import Product
    from kehu.core.models import Batch, User
    from kehu.customers.models import Account


def next_number(prefix: str = "A-") -> str:
    """A number that no other order has; taken from the ids, so that two writers never get the same."""
    return f"{prefix}{reserve_ids(Order, 1)[0]:06d}"


@transaction.atomic
def place_order(
    *,
    amount: Decimal,
    by: User,
    opportunity: Opportunity | None = None,
    account: Account | None = None,
    product: Product | None = None,
    quantity: int = 1,
    ordered_on: date | None = None,
    number: str = "",
    currency: str = "",
    batch: Batch | None = None,
) -> Order:
    """Place an order; customer, owner and source are copied from its opportunity, the product makes its one line.

    `amount` is the whole order's, in the company's currency. Refused for another currency or a negative amount.
    """
    access.require(by, "add", registry.of(Order))
    values: dict[str, Any] = {
        "opportunity": opportunity,
        "account": account,
        "ordered_on": ordered_on or clock.today(),
        "amount": amount,
        "currency": refuse_other_currencies([currency]),
        "number": number,
    }
    order = _insert_order(values, by=by, batch=batch)
    product = product or (opportunity.product if opportunity else None)
    if product is not None:
        price = (amount / quantity).quantize(Decimal("0.0001"))
        line = OrderLine(order=order, product=product, quantity=quantity, unit_price=price, amount=amount)
        line.currency = order.currency
        records.validate(line)
        changes.save(line, by=by, verb="create", batch=batch)
    return order


@transaction.atomic
def create_order(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Order:
    """An order from a form or the API."""
    return _insert_order(records.allowed(registry.of(Order), values, by), by=by, batch=batch)


def _insert_order(values: Mapping[str, Any], *, by: User, batch: Batch | None) -> Order:
    order = Order(**values)
    order.number = order.number or next_number()
    inherit(order)
    if order.owner_id is None:
        order.owner = by
    settle_medium(order)
    records.validate(order)
    changes.save(order, by=by, verb="create", batch=batch)
    return order


def inherit(order: Order) -> None:
    """Copy what the order does not say itself from its opportunity."""
    if order.opportunity is None:
        return
    for name in ("account", "owner"):
        if getattr(order, f"{name}_id") is None:
            setattr(order, name, getattr(order.opportunity, name))
    if all(getattr(order, f"{name}_id") is None for name in SOURCE_FIELDS):
        for name in SOURCE_FIELDS:
            setattr(order, f"{name}_id", getattr(order.opportunity, f"{name}_id"))


@transaction.atomic
def edit_order(*, record: Order, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Order:
    """Change an order; Refused for an amount below what has been paid, Conflict for a cancelled order."""
    ready = records.allowed(registry.of(Order), values, by)
    if not ready.get("number", "-"):
        ready.pop("number")
    for name, value in ready.items():
        setattr(record, name, value)
    settle_medium(record)
    return records.update(record, {}, by=by, batch=batch)


def check_order(order: Order) -> None:
    """An order is worth at least what was paid for it; a cancelled one got no money and stays as it is."""
    check_medium(order)
    before = order.loaded
    if not before:
        return
    cancelled = order.state == Order.State.CANCELLED
    if cancelled and before["state"] == Order.State.CANCELLED and changes.differs(order):
        raise Conflict(_("The order %(order)s is cancelled and stays as it is.") % {"order": order})
    if cancelled:
        _refuse_paid(order)
    paid = queries.received(order)
    if order.amount != before["amount"] and order.amount < paid:
        raise Refused(
            _("%(paid)s have been received for this order already; its amount cannot be less.")
            % {"paid": paid},
            fields={"amount": ""},
        )


def _refuse_paid(order: Order) -> None:
    if queries.received(order):
        raise Conflict(
            _("Money has been received for %(order)s. Take the receipts back first.") % {"order": order}
        )


@transaction.atomic
def deliver(*, order: Order, by: User, on: date | None = None, batch: Batch | None = None) -> Order:
    """Mark an order as delivered, today or on a day that has passed."""
    access.require(by, "change", order)
    if order.state != Order.State.ORDERED:
        raise Conflict(_("The order %(order)s is not waiting for delivery.") % {"order": order})
    order.state, order.delivered_on = Order.State.DELIVERED, on or clock.today()
    if order.delivered_on > clock.today():
        raise Refused(_("This cannot have happened in the future. Choose an earlier day."), fields={"on": ""})
    records.validate(order)
    changes.save(order, by=by, verb="edit", batch=batch)
    return order


@transaction.atomic
def cancel_order(*, order: Order, by: User, reason: str = "", batch: Batch | None = None) -> Order:
    """Cancel an order that nothing has been paid for; it no longer counts as revenue."""
    access.require(by, "change", order)
    if order.state == Order.State.CANCELLED:
        raise Conflict(_("The order %(order)s is cancelled already.") % {"order": order})
    _refuse_paid(order)
    order.state = Order.State.CANCELLED
    order.note = reason or order.note
    records.validate(order)
    changes.save(order, by=by, verb="edit", batch=batch)
    return order


@transaction.atomic
def create_line(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> OrderLine:
    """A line of an order that the user may change."""
    line = OrderLine(**records.allowed(registry.of(OrderLine), values, by))
    if line.order_id is not None:
        access.require(by, "change", line.order)
    return _save_line(line, by=by, batch=batch)


@transaction.atomic
def edit_line(
    *, record: OrderLine, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> OrderLine:
    """Change a line; its amount follows."""
    for name, value in records.allowed(registry.of(OrderLine), values, by).items():
        setattr(record, name, value)
    access.require(by, "change", record.order)
    return _save_line(record, by=by, batch=batch)


def _save_line(line: OrderLine, *, by: User, batch: Batch | None) -> OrderLine:
    line.amount = line.unit_price * line.quantity if line.unit_price is not None else None
    records.validate(line)
    changes.save(line, by=by, batch=batch)
    return line
