"""What the company, a team or a person is to sell in a period."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kehu.campaigns.models import Campaign
from kehu.catalog.models import company_currency
from kehu.core.models import Record, Team
from kehu.kit.money import AmountField


class Target(Record):
    """Revenue, and where it matters the number of sales, that a period is to bring."""

    class Scope(models.TextChoices):
        COMPANY = "company", _("Company")
        TEAM = "team", _("Team")
        PERSON = "person", _("Person")

    scope = models.CharField(_("For"), max_length=10, choices=Scope.choices, default=Scope.COMPANY)
    team = models.ForeignKey(
        Team, verbose_name=_("Team"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("Campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    starts_on = models.DateField(pgettext_lazy("period", "From"))
    ends_on = models.DateField(pgettext_lazy("period", "To"))
    revenue = AmountField(_("Revenue"))
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    sales = models.PositiveIntegerField(_("Sales"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Target")
        verbose_name_plural = _("Targets")
        constraints = [
            models.CheckConstraint(
                condition=Q(revenue__gte=0),
                name="target_not_negative",
                violation_error_message=_("A target cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="target_dates_in_order",
                violation_error_message=_("A period cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(scope="company", team__isnull=True, person__isnull=True)
                | Q(scope="team", team__isnull=False, person__isnull=True)
                | Q(scope="person", team__isnull=True, person__isnull=False),
                name="target_scope_names_whom",
                violation_error_message=_(
                    "Name the team or the person that the target is for, and only that."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whom} · {self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"

    @property
    def whom(self) -> str:
        """Whom the target is for, by name; the company by that word."""
        return str(self.team or self.person or self.get_scope_display())
