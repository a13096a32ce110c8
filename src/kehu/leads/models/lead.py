"""A person or company who may buy."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kehu.campaigns.models import Source, of_source
from kehu.core import clock
from kehu.core.models import OwnedRecord, Record, User
from kehu.leads.models.stages import Stage, moves_from
from kehu.leads.models.touch import TouchKind


class Lead(Source, OwnedRecord):
    """`captured_at` is the lead's date everywhere: the first contact, not the moment of recording.

    Its source (campaign, channel, medium, region) and `first_kind` are a copy of the first touch. `score`,
    `qualified_at` and `customer_at` follow from touches and the opportunity; nobody edits them.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")

    number = models.CharField(_("Number"), max_length=40, unique=True, blank=True)
    name = models.CharField(_("Name"), max_length=200)
    company_name = models.CharField(_("Company"), max_length=200, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.PERSON)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("Year of birth"), null=True, blank=True)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("Product"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", db_index=False,
    )  # fmt: skip
    first_kind = models.CharField(
        _("First touch"), max_length=30, choices=TouchKind.choices, default=TouchKind.UNKNOWN
    )
    landing_page = models.CharField(_("Landing page"), max_length=500, blank=True)
    captured_at = models.DateTimeField(_("First contact"), default=clock.now, db_index=True)
    stage = models.CharField(
        _("Stage"), max_length=20, choices=Stage.choices, default=Stage.NEW, editable=False
    )
    screened_out_reason = models.CharField(_("Why screened out"), max_length=300, blank=True, editable=False)
    score = models.PositiveSmallIntegerField(_("Score"), default=0, editable=False)
    # Per cent, by the predictive model in force; derived like a search row: `actions.predict` writes it past the log.
    predicted = models.PositiveSmallIntegerField(_("Chance to win (%)"), null=True, editable=False)
    qualified_at = models.DateTimeField(pgettext_lazy("date", "Qualified"), null=True, editable=False)
    customer_at = models.DateTimeField(_("Customer since"), null=True, editable=False)
    last_touch_at = models.DateTimeField(_("Last touch"), null=True, editable=False)
    opportunity = models.ForeignKey(
        "sales.Opportunity", verbose_name=_("Opportunity"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="leads",
    )  # fmt: skip
    external_key = models.CharField(_("Outside key"), max_length=100, null=True, blank=True)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Lead")
        verbose_name_plural = _("Leads")
        constraints = [
            # An import that was undone may come again.
            models.UniqueConstraint(
                fields=("external_key",), condition=models.Q(deleted_at=None), name="one_lead_an_outside_key"
            )
        ]
        indexes = [
            models.Index("owner", "stage", "captured_at", name="leads_of_owner"),
            models.Index("stage", "captured_at", name="leads_by_stage"),
            models.Index("score", "captured_at", name="leads_by_score"),
            models.Index("predicted", "captured_at", name="leads_by_predicted"),
            models.Index("qualified_at", name="leads_by_qualified"),
            models.Index(fields=("owner", "captured_at"), name="lead_by_owner"),
            models.Index(fields=("name", "id"), name="lead_by_name"),
            models.Index(fields=("product", "captured_at"), name="lead_by_product"),
            # By these a person who comes back is known again.
            models.Index(Lower("email"), condition=~models.Q(email=""), name="lead_by_email"),
            models.Index("phone", condition=~models.Q(phone=""), name="lead_by_phone"),
            *of_source("lead", "captured_at"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_unknown_source(self) -> bool:
        """Whether nothing is known of its first touch but that there was one, and perhaps the campaign."""
        told = self.channel_id or self.medium_id or self.landing_page
        return self.first_kind == TouchKind.UNKNOWN and not told

    @property
    def moves(self) -> list[str]:
        """The stages that may follow."""
        return moves_from(self.stage)


class LeadStageChange(Record):
    """A stage, dated. The row says from when the lead stood there; the next row of the lead ends it."""

    lead = models.ForeignKey(
        Lead, verbose_name=_("Lead"), on_delete=models.CASCADE, related_name="stage_changes", db_index=False
    )
    from_stage = models.CharField(_("From"), max_length=20, choices=Stage.choices)
    to_stage = models.CharField(_("To"), max_length=20, choices=Stage.choices)
    at = models.DateTimeField(_("When"), db_index=True)
    by = models.ForeignKey(
        User, verbose_name=_("By"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scoring_model = models.ForeignKey(
        "leads.ScoringModel",
        verbose_name=_("Scoring model"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("Reason"), max_length=300, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("Stage change of a lead")
        verbose_name_plural = _("Stage changes of leads")
        indexes = [models.Index("lead", "at", name="stages_of_lead")]

    def __str__(self) -> str:
        return f"{self.get_from_stage_display()} → {self.get_to_stage_display()}"
