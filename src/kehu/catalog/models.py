"""What the company sells, and for how much."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehu.core.models import Company, Record
from kehu.kit.money import AmountField


def company_currency() -> str:
    """The currency that amounts are in; others come with exchange rates later."""
    return Company.current().currency


class Product(Record):
    """A product with one list price."""

    code = models.CharField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    list_price = AmountField(_("List price"), null=True, blank=True)
    cost = AmountField(_("Cost"), null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    unit = models.CharField(_("Unit"), max_length=30, blank=True)
    active = models.BooleanField(_("On sale"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("Product")
        verbose_name_plural = _("Products")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=Q(list_price__isnull=True) | Q(list_price__gte=0),
                name="product_price_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0),
                name="product_cost_not_negative",
                violation_error_message=_("A cost cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
