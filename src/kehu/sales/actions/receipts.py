"""Money received for orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.catalog.actions import refuse_other_currencies
from kehu.core import access, clock, registry
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.sales import queries
from kehu.sales.models import Order, Receipt

if TYPE_CHECKING:
    from kehu.core.models import Batch, User


@transaction.atomic
def record_receipt(
    *,
    order: Order,
    amount: Decimal,
    by: User,
    received_on: date | None = None,
    method: str = Receipt.Method.TRANSFER,
    note: str = "",
    currency: str = "",
    accept_surplus: bool = False,
    batch: Batch | None = None,
) -> Receipt:
    """Record money that came for an order.

    Refused where the amount is not above zero, is in another currency, or is more than is outstanding; the last
    with `accept_surplus` is taken: some customers pay too much.
    """
    access.require(by, "change", order)
    access.require(by, "add", registry.of(Receipt))
    _refuse_odd_payment(order, amount, accept_surplus)
    values = {
        "order": order,
        "amount": amount,
        "received_on": received_on or clock.today(),
        "method": method,
        "note": note,
        "currency": refuse_other_currencies([currency]),
    }
    return records.insert(Receipt, values, by=by, batch=batch)


@transaction.atomic
def create_receipt(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Receipt:
    """A receipt from a form or the API."""
    ready = records.allowed(registry.of(Receipt), values, by)
    order, amount = ready.get("order"), ready.get("amount")
    if order is not None and amount is not None:
        access.require(by, "change", order)
        _refuse_odd_payment(order, amount, accept_surplus=False)
    return records.insert(Receipt, ready, by=by, batch=batch)


@transaction.atomic
def edit_receipt(
    *, record: Receipt, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> Receipt:
    """Correct a receipt; it stays with its order."""
    ready = records.allowed(registry.of(Receipt), values, by)
    if ready.get("order", record.order) != record.order:
        raise Conflict(
            _("A receipt stays with its order. Delete it and record it there."), fields={"order": ""}
        )
    if (amount := ready.get("amount")) is not None and amount > record.amount:
        _refuse_odd_payment(record.order, amount - record.amount, accept_surplus=False)
    return records.update(record, ready, by=by, batch=batch)


def _refuse_odd_payment(order: Order, amount: Decimal, accept_surplus: bool) -> None:
    if amount <= 0:
        raise Refused(_("A receipt is an amount above zero."), fields={"amount": ""})
    if order.state == Order.State.CANCELLED:
        raise Conflict(
            _("The order %(order)s is cancelled. Nothing is to be paid for it.") % {"order": order}
        )
    left = queries.outstanding(order)
    if amount > left and not accept_surplus:
        raise Refused(
            _(
                "Only %(left)s %(currency)s are still to be paid for %(order)s. Confirm that more was really received."
            )
            % {"left": left, "currency": order.currency, "order": order},
            fields={"amount": ""},
        )
