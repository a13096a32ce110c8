"""Orders, their lines, and money received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.activities.queries import TASKS_AND_NOTES
from kehu.core import access, registry
from kehu.core.access import EVERYTHING, OWN, TEAM, Policy, Unowned, Via, everyone, roles
from kehu.core.models import User
from kehu.core.registry import Column, ObjectType, Panel, RecordAction, Section
from kehu.sales import actions, queries
from kehu.sales.forms import CancelForm, DeliverForm, ReceiptForm
from kehu.sales.models import Order, OrderLine, Receipt
from kehu.warehouse.metrics import FactColumn, Facts

SOLD = {roles.SALES_HEAD: TEAM | Unowned(), roles.SALES_REP: OWN}
WATCHING = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.SERVICE_AGENT)
# Channel and segment managers see what was ordered, not who has paid.
PAID = (
    roles.GENERAL_MANAGER,
    roles.MARKETING_HEAD,
    roles.CAMPAIGN_MANAGER,
    roles.ANALYST,
    roles.SERVICE_AGENT,
    *roles.SALES,
)
BY_ORDER = Via("order", "order")


def may_receive(order: Order, user: User) -> bool:
    return (
        order.state != Order.State.CANCELLED
        and registry.of(Receipt).policy.may_add(user)
        and access.can(user, "change", order)
    )


def may_deliver(order: Order, user: User) -> bool:
    return order.state == Order.State.ORDERED and access.can(user, "change", order)


def may_cancel(order: Order, user: User) -> bool:
    return order.state != Order.State.CANCELLED and access.can(user, "change", order)


def receive(
    *,
    record: Order,
    by: User,
    amount: Decimal,
    received_on: date,
    method: str,
    note: str,
    accept_surplus: bool,
) -> None:
    actions.record_receipt(
        order=record,
        amount=amount,
        received_on=received_on,
        method=method,
        note=note,
        accept_surplus=accept_surplus,
        by=by,
    )


def deliver(*, record: Order, by: User, on: date) -> None:
    actions.deliver(order=record, on=on, by=by)


def cancel(*, record: Order, by: User, reason: str) -> None:
    actions.cancel_order(order=record, reason=reason, by=by)


def payment(order: Order, user: User) -> Any:
    """What has been paid and what has not, for those who see receipts."""
    if not access.sees(user, registry.of(Receipt)):
        return None
    return {"received": queries.received(order), "outstanding": queries.outstanding(order)}


def is_due(order: Order) -> bool:
    return queries.outstanding(order) > 0


def is_paid(order: Order) -> bool:
    return not is_due(order)


def rest(order: Order, user: User) -> dict[str, Any]:
    """A customer pays all that is outstanding, as a rule."""
    return {"amount": queries.outstanding(order) or None}


def states(found: Sequence[Order], user: User) -> list[tuple[str, Any]]:
    """How orders stand; that one is paid is told only to those who see receipts."""
    left = queries.unpaid(found) if access.sees(user, registry.of(Receipt)) else {}
    return [state(order, paid=order.amount > 0 and left.get(order.pk) == 0) for order in found]


def state(order: Order, *, paid: bool) -> tuple[str, Any]:
    if paid:
        return "good", _("Paid")
    looks = {Order.State.DELIVERED: "good", Order.State.ORDERED: "info"}
    return looks.get(Order.State(order.state), ""), order.get_state_display()


ORDER = ObjectType(
    key="order",
    model=Order,
    label=_("Order"),
    label_plural=_("Orders"),
    icon="shopping-cart",
    group="sell",
    rank=20,
    policy=Policy(view={**everyone(EVERYTHING, *WATCHING), **SOLD}, change=SOLD, add=roles.SALES),
    columns=(
        "number",
        "account",
        "ordered_on",
        "amount",
        Column("state", label=_("Delivery"), kind="pill"),
        "opportunity",
        "owner",
        "channel",
    ),
    filters=("state", "account", "owner", "campaign", "channel", "region", "ordered_on"),
    form=(
        Section(_("Order"), ("number", "account", "opportunity", "amount", "owner", "note")),
        Section(_("Dates"), ("ordered_on", "promised_on")),
        Section(_("Where it came from"), ("campaign", "channel", "medium", "region")),
        Section(_("Elsewhere"), ("external_key",)),
    ),
    search=("number", "note"),
    keys=("number", "external_key"),
    lookup="number",
    ordering=("-ordered_on", "-id"),
    facts=Facts(
        (
            "number",
            "opportunity",
            "account",
            "ordered_on",
            "delivered_on",
            "amount",
            "state",
            "owner",
            "campaign",
            "channel",
            "medium",
            "region",
        )
    ),
    panels=(
        Panel(title=_("Payment"), template="sales/payment.html", context=payment),
        Panel("receipt", "order"),
        Panel("order_line", "order"),
        TASKS_AND_NOTES,
    ),
    actions=(
        RecordAction(
            "receive",
            _("Record a payment"),
            run=receive,
            allowed=may_receive,
            form=ReceiptForm,
            icon="cash",
            primary=is_due,
            done=_("%(amount)s is received for “%(record)s”."),
            initial=rest,
        ),
        RecordAction(
            "deliver",
            _("Delivered"),
            run=deliver,
            allowed=may_deliver,
            form=DeliverForm,
            icon="truck",
            primary=is_paid,
            done=_("“%(record)s” is delivered."),
        ),
        RecordAction(
            "cancel",
            _("Cancel the order"),
            run=cancel,
            allowed=may_cancel,
            form=CancelForm,
            icon="x",
            danger=True,
            done=_("“%(record)s” is cancelled."),
        ),
    ),
    create=actions.create_order,
    edit=actions.edit_order,
    check=actions.check_order,
    import_fields=("state", "delivered_on", "currency"),
    insert_many=actions.import_orders,
    states=states,
    deletable=False,
)

ORDER_LINE = ObjectType(
    key="order_line",
    model=OrderLine,
    label=_("Order line"),
    label_plural=_("Order lines"),
    icon="list",
    policy=Policy(
        view=everyone(BY_ORDER, *WATCHING, *roles.SALES),
        change=everyone(BY_ORDER, *roles.SALES),
        delete=everyone(BY_ORDER, *roles.SALES),
        add=roles.SALES,
    ),
    columns=("product", "order", "quantity", "unit_price", "amount"),
    filters=("order", "product"),
    form=(Section(_("Order line"), ("order", "product", "quantity", "unit_price")),),
    facts=Facts(("order", "product", "quantity", "unit_price", "amount")),
    create=actions.create_line,
    edit=actions.edit_line,
    insert_many=actions.import_order_lines,
)

RECEIPT = ObjectType(
    key="receipt",
    model=Receipt,
    label=_("Receipt"),
    label_plural=_("Receipts"),
    icon="receipt",
    group="sell",
    rank=50,
    policy=Policy(
        view=everyone(BY_ORDER, *PAID),
        change=everyone(BY_ORDER, *roles.SALES),
        delete=everyone(BY_ORDER, *roles.SALES),
        add=roles.SALES,
    ),
    columns=("received_on", "order", "amount", "method", "note"),
    filters=("order", "method", "received_on"),
    form=(
        Section(_("Receipt"), ("order", "received_on", "amount", "method", "note")),
        Section(_("Elsewhere"), ("external_key",)),
    ),
    search=("note",),
    keys=("external_key",),
    ordering=("-received_on", "-id"),
    facts=Facts(
        (
            "order",
            "received_on",
            "amount",
            "method",
            FactColumn("campaign_id", source="order.campaign"),
            FactColumn("channel_id", source="order.channel"),
            FactColumn("medium_id", source="order.medium"),
            FactColumn("region_id", source="order.region"),
            FactColumn("owner_id", source="order.owner"),
        )
    ),
    create=actions.create_receipt,
    edit=actions.edit_receipt,
    check=actions.check_receipt,
    import_fields=("currency",),
    insert_many=actions.import_receipts,
)
