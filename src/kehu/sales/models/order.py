"""What was ordered and what was paid for it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kehu.campaigns.models import Source, of_source
from kehu.catalog.models import Product, company_currency
from kehu.core.models import OwnedRecord, Record
from kehu.customers.models import Account
from kehu.kit.money import AmountField
from kehu.sales.models.opportunity import Opportunity


class Order(Source, OwnedRecord):
    """A customer's order; its amount is revenue on the day of the order. Carries the opportunity's source."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        DELIVERED = "delivered", _("Delivered")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(
        _("Number"), max_length=60, unique=True, blank=True, help_text=_("Empty: the next free number.")
    )
    opportunity = models.ForeignKey(
        Opportunity,
        verbose_name=_("Opportunity"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    account = models.ForeignKey(
        Account,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    ordered_on = models.DateField(pgettext_lazy("date", "Ordered"), db_index=True)
    promised_on = models.DateField(_("Promised for"), null=True, blank=True)
    delivered_on = models.DateField(pgettext_lazy("date", "Delivered"), null=True, blank=True)
    amount = AmountField(_("Amount"))
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.ORDERED, editable=False
    )
    note = models.CharField(_("Note"), max_length=300, blank=True)
    external_key = models.CharField(_("External key"), max_length=100, null=True, blank=True, unique=True)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Order")
        verbose_name_plural = _("Orders")
        indexes = [
            models.Index(fields=("amount", "id"), name="order_by_amount"),
            models.Index(fields=("state", "ordered_on"), name="order_by_state"),
            *of_source("order", "ordered_on"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="order_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(delivered_on__isnull=True) | Q(delivered_on__gte=F("ordered_on")),
                name="order_dates_in_order",
                violation_error_message=_("An order cannot be delivered before it was placed."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(Record):
    """One product of an order."""

    order = models.ForeignKey(Order, verbose_name=_("Order"), on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="order_lines",
    )
    quantity = models.PositiveIntegerField(_("Quantity"), default=1)
    unit_price = AmountField(_("Price per piece"))
    amount = AmountField(_("Amount"), editable=False)
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)

    class Meta(Record.Meta):
        verbose_name = _("Order line")
        verbose_name_plural = _("Order lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(unit_price__gte=0) & Q(amount__gte=0),
                name="order_line_not_negative",
                violation_error_message=_(
                    "Quantity, price and amount cannot be negative, and something is ordered."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product or '–'}"


class Receipt(Record):
    """Money received for an order."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        CARD = "card", _("Card")
        CASH = "cash", _("Cash")
        CHEQUE = "cheque", _("Cheque")
        LOAN = "loan", _("Loan")
        OTHER = "other", _("Other")

    order = models.ForeignKey(
        Order, verbose_name=_("Order"), on_delete=models.PROTECT, related_name="receipts"
    )
    received_on = models.DateField(pgettext_lazy("date", "Received"), db_index=True)
    amount = AmountField(_("Amount"))
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    method = models.CharField(_("Method"), max_length=10, choices=Method.choices, default=Method.TRANSFER)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    external_key = models.CharField(_("External key"), max_length=100, null=True, blank=True, unique=True)

    class Meta(Record.Meta):
        verbose_name = _("Receipt")
        verbose_name_plural = _("Receipts")
        indexes = [models.Index(fields=("amount", "id"), name="receipt_by_amount")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="receipt_not_negative",
                violation_error_message=_("A receipt cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.received_on:%Y-%m-%d}"
