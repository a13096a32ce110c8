"""A possible sale and the dated way it took."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kehu.campaigns.models import Source, of_source
from kehu.catalog.models import Product, company_currency
from kehu.core import clock
from kehu.core.models import OwnedRecord, Record
from kehu.customers.models import Account, Contact
from kehu.kit.money import AmountField
from kehu.sales.models.pipeline import Stage


class Opportunity(Source, OwnedRecord):
    """A possible sale with its stage, amount and a copy of its source.

    `opened_on` is empty where the data of a load does not say; `won_at` and `lost_at` hold the moment that
    counts, not the moment of recording. The source (campaign, channel, medium, region) is copied when the
    opportunity opens and stays.
    """

    class Method(models.TextChoices):
        DIRECT = "direct", _("Direct")
        DISTRIBUTOR = "distributor", _("Distributor")
        PARTNER = "partner", _("Partner")

    number = models.CharField(_("Number"), max_length=40, unique=True, blank=True, editable=False)
    title = models.CharField(_("Title"), max_length=200)
    account = models.ForeignKey(
        Account,
        verbose_name=_("Account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opportunities",
    )
    stage = models.ForeignKey(
        Stage, verbose_name=_("Stage"), on_delete=models.PROTECT, related_name="opportunities", db_index=False
    )
    probability = models.PositiveSmallIntegerField(_("Probability in %"), default=0)
    amount = AmountField(_("Amount"), null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    opened_on = models.DateField(_("Opened"), null=True, blank=True)
    expected_close_on = models.DateField(_("Expected to close"), null=True, blank=True)
    won_at = models.DateTimeField(pgettext_lazy("date", "Won"), null=True, blank=True)
    lost_at = models.DateTimeField(pgettext_lazy("date", "Lost"), null=True, blank=True)
    lost_reason = models.CharField(_("Reason of the loss"), max_length=200, blank=True)
    method = models.CharField(_("Method"), max_length=12, choices=Method.choices, default=Method.DIRECT)
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    competitors = models.CharField(_("Competitors"), max_length=300, blank=True)
    description = models.TextField(_("Description"), blank=True)
    won_before_contact = models.BooleanField(_("Won before the first contact"), default=False, editable=False)
    external_key = models.CharField(_("External key"), max_length=100, null=True, blank=True, unique=True)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Opportunity")
        verbose_name_plural = _("Opportunities")
        indexes = [
            models.Index(fields=("title", "id"), name="opportunity_by_title"),
            models.Index(fields=("stage", "created_at"), name="opportunity_by_stage"),
            models.Index(fields=("amount", "id"), name="opportunity_by_amount"),
            models.Index(fields=("expected_close_on", "id"), name="opportunity_by_close"),
            *of_source("opportunity", "created_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="opportunity_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(probability__lte=100),
                name="opportunity_probability_in_percent",
                violation_error_message=_("A probability lies between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(won_at__isnull=True) | Q(lost_at__isnull=True),
                name="opportunity_won_or_lost",
                violation_error_message=_("An opportunity is won or lost, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def closed_at(self) -> datetime | None:
        return self.won_at or self.lost_at

    @property
    def is_open(self) -> bool:
        return self.won_at is None and self.lost_at is None

    def is_slipped(self, today: date) -> bool:
        """Whether it is open still, past the day on which it was expected to close."""
        return self.is_open and self.expected_close_on is not None and self.expected_close_on < today

    def starts_after_win(self) -> bool:
        """Whether the recorded win lies before the recorded opening: kept, but said."""
        return (
            self.won_at is not None
            and self.opened_on is not None
            and clock.local_date(self.won_at) < self.opened_on
        )


class StageChange(Record):
    """A dated step of an opportunity; `changed_at` is when it happened. Rows are only ever added."""

    opportunity = models.ForeignKey(
        Opportunity, verbose_name=_("Opportunity"), on_delete=models.CASCADE, related_name="stage_changes"
    )
    from_stage = models.ForeignKey(
        Stage, verbose_name=_("From"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_stage = models.ForeignKey(Stage, verbose_name=_("To"), on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("When"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("By"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta(Record.Meta):
        verbose_name = _("Stage change")
        verbose_name_plural = _("Stage changes")
        indexes = [models.Index(fields=("opportunity", "changed_at"), name="stage_change_in_time")]

    def __str__(self) -> str:
        return f"{self.from_stage or '–'} → {self.to_stage}"
