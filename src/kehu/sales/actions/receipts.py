"""Money received for orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kehu.catalog.actions import refuse_other_currencies
from kehu.core import access, clock, registry
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Change
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
    """Correct a receipt; see `check_receipt` for what it may become."""
    ready = records.allowed(registry.of(Receipt), values, by)
    return records.update(record, ready, by=by, batch=batch)


def check_receipt(receipt: Receipt) -> None:
    """A receipt stays with its order and, once it is there, does not grow beyond what is outstanding.

    Of a new one `record_receipt` asks more, and loads of the past take it as it was.
    """
    before = receipt.loaded
    if not before:
        return
    if receipt.order_id != before["order_id"]:
        raise Conflict(
            _("A receipt stays with its order. Delete it and record it there."), fields={"order": ""}
        )
    back = before["deleted_at"] is not None
    rise = receipt.amount - (0 if back else before["amount"])
    if receipt.amount <= 0 and rise:
        raise Refused(_("A receipt is an amount above zero."), fields={"amount": ""})
    if rise > 0 and not (back and _undisturbed(receipt)):
        _refuse_odd_payment(receipt.order, rise, accept_surplus=False)


def _undisturbed(receipt: Receipt) -> bool:
    """Whether order and payments are as they were when this receipt was deleted: then it fits as it did before."""
    log = Change.objects.filter(object_type="receipt", object_id=receipt.pk, after__has_key="deleted_at")
    deleted = log.order_by("-id").first()
    if deleted is None:
        return False
    payments = Receipt.everything.filter(order=receipt.order_id).values("pk")
    ours = Q(object_type="order", object_id=receipt.order_id) | Q(
        object_type="receipt", object_id__in=payments
    )
    return not Change.objects.filter(ours, id__gt=deleted.pk).exists()


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
