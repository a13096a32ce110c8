"""How people are reached, by which campaign, and what it costs."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehu.catalog.models import Product, company_currency
from kehu.core.models import OwnedRecord, Record
from kehu.core.models.company import WEEKDAYS
from kehu.customers.models import Region
from kehu.kit.money import AmountField


class BudgetClass(models.TextChoices):
    DIGITAL = "digital", _("Digital")
    TRADITIONAL = "traditional", _("Traditional")
    OTHER = "other", _("Other")


# The channels that a new company starts with: code, name, budget class.
SEEDED_CHANNELS = (
    ("website", _("Website"), BudgetClass.DIGITAL),
    ("outdoor", _("Outdoor"), BudgetClass.TRADITIONAL),
    ("live_events", _("Live events"), BudgetClass.TRADITIONAL),
    ("telephone", _("Telephone"), BudgetClass.OTHER),
    ("print", _("Print"), BudgetClass.TRADITIONAL),
    ("digital_ads", _("Digital ads"), BudgetClass.DIGITAL),
    ("bought_lists", _("Bought lists"), BudgetClass.OTHER),
)


class Channel(Record):
    """A way of reaching people. A seeded channel is shown in the reader's language until somebody renames it."""

    code = models.CharField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    budget_class = models.CharField(
        _("Budget class"), max_length=12, choices=BudgetClass.choices, default=BudgetClass.OTHER
    )
    seeded = models.BooleanField(default=False, editable=False)
    active = models.BooleanField(_("In use"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("Channel")
        verbose_name_plural = _("Channels")
        ordering = ("name",)

    def __str__(self) -> str:
        return gettext(self.name) if self.seeded else self.name


class Medium(Record):
    """A concrete site, paper or event inside a channel."""

    name = models.CharField(_("Name"), max_length=100)
    channel = models.ForeignKey(
        Channel, verbose_name=_("Channel"), on_delete=models.PROTECT, related_name="media"
    )

    class Meta(Record.Meta):
        verbose_name = _("Medium")
        verbose_name_plural = _("Media")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=("channel", "name"),
                name="medium_once_in_channel",
                violation_error_message=_("The channel has a medium of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Campaign(OwnedRecord):
    """A planned effort with a start, an end and a budget; may be part of a larger one."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")

    code = models.CharField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="campaigns",
    )
    price = AmountField(_("Price"), null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    starts_on = models.DateField(_("Starts"), null=True, blank=True)
    ends_on = models.DateField(_("Ends"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.PLANNED)
    first_weekday = models.PositiveSmallIntegerField(
        _("Weeks start on"), choices=WEEKDAYS, null=True, blank=True, help_text=_("Empty: as in the company.")
    )
    description = models.TextField(_("Description"), blank=True)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Campaign")
        verbose_name_plural = _("Campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="campaign_dates_in_order",
                violation_error_message=_("A campaign cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0),
                name="campaign_price_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="campaign_not_part_of_itself",
                violation_error_message=_("A campaign cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


SOURCE_FIELDS = ("campaign", "channel", "medium", "region")


class Source(models.Model):
    """Where something came from. A lead has it by its first touch; opportunity and order carry a copy.

    Each model that has a source indexes its parts together with its own date (`of_source`), which serves filters and
    sorting; an index of the reference alone would only cost.
    """

    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("Campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    channel = models.ForeignKey(
        Channel, verbose_name=_("Channel"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    medium = models.ForeignKey(
        Medium, verbose_name=_("Medium"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    region = models.ForeignKey(
        Region, verbose_name=_("Region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True


def of_source(name: str, date: str) -> list[models.Index]:
    """One index for each part of the source with the object's date; `name` is the object's."""
    return [models.Index(fields=(part, date), name=f"{name}_by_{part}") for part in SOURCE_FIELDS]


class BudgetPhase(Record):
    """A part of a campaign's budget and time, split over the budget classes by shares (0.07 is 7 %)."""

    campaign = models.ForeignKey(
        Campaign, verbose_name=_("Campaign"), on_delete=models.PROTECT, related_name="phases"
    )
    number = models.PositiveSmallIntegerField(_("Number"))
    name = models.CharField(_("Name"), max_length=100, blank=True)
    amount = AmountField(_("Amount"))
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    starts_on = models.DateField(_("Starts"))
    ends_on = models.DateField(_("Ends"))
    digital_share = models.DecimalField(
        _("Share of digital"), max_digits=5, decimal_places=4, default=Decimal(0)
    )
    traditional_share = models.DecimalField(
        _("Share of traditional"), max_digits=5, decimal_places=4, default=Decimal(0)
    )
    other_share = models.DecimalField(_("Share of other"), max_digits=5, decimal_places=4, default=Decimal(0))

    class Meta(Record.Meta):
        verbose_name = _("Budget phase")
        verbose_name_plural = _("Budget phases")
        ordering = ("campaign", "number")
        constraints = [
            models.UniqueConstraint(fields=("campaign", "number"), name="phase_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="phase_amount_not_negative",
                violation_error_message=_("A budget cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="phase_dates_in_order",
                violation_error_message=_("A phase cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(digital_share__gte=0, traditional_share__gte=0, other_share__gte=0),
                name="phase_shares_not_negative",
                violation_error_message=_("A share cannot be negative."),
            ),
            models.CheckConstraint(
                # SQLite adds these as floats: half a last digit of slack.
                condition=Q(
                    digital_share__lte=Decimal("1.00005") - F("traditional_share") - F("other_share")
                ),
                name="phase_shares_within_whole",
                violation_error_message=_("The shares add up to more than 1, which is the whole."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or gettext("Phase %(number)s") % {"number": self.number}

    @property
    def shares(self) -> dict[str, Decimal]:
        """The share of each budget class, by its code."""
        return {
            BudgetClass.DIGITAL.value: self.digital_share,
            BudgetClass.TRADITIONAL.value: self.traditional_share,
            BudgetClass.OTHER.value: self.other_share,
        }


class SpendLine(Record):
    """Money spent on one day in one channel of a campaign."""

    campaign = models.ForeignKey(
        Campaign, verbose_name=_("Campaign"), on_delete=models.PROTECT, related_name="spend_lines"
    )
    channel = models.ForeignKey(
        Channel, verbose_name=_("Channel"), on_delete=models.PROTECT, related_name="spend_lines"
    )
    medium = models.ForeignKey(
        Medium,
        verbose_name=_("Medium"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="spend_lines",
    )
    region = models.ForeignKey(
        Region, verbose_name=_("Region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField(_("Day"), db_index=True)
    amount = AmountField(_("Amount"))
    currency = models.CharField(_("Currency"), max_length=3, default=company_currency)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    external_key = models.CharField(_("External key"), max_length=100, null=True, blank=True, unique=True)

    class Meta(Record.Meta):
        verbose_name = _("Spend line")
        verbose_name_plural = _("Spend")
        indexes = [models.Index(fields=("amount", "id"), name="spend_by_amount")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="spend_not_negative",
                violation_error_message=_("Spend cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} · {self.channel}"
