"""A test of one way against another, and the ways."""

from __future__ import annotations

import secrets
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehu.campaigns.models import Campaign
from kehu.core.models import OwnedRecord, Record

MOST_EFFECT = 500


def new_key() -> str:
    """What marks its touches and splits its visitors; no word, so that a renamed experiment keeps it."""
    return secrets.token_hex(4)


class Experiment(OwnedRecord):
    """A hypothesis and how it is measured. Both are fixed when it starts: what is judged afterwards was said before.

    `expected_percent` is today's rate, `effect_percent` the least difference that matters, in percent of that rate.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")

    class Measure(models.TextChoices):
        FORM = "form", _("Form sent")
        QUALIFIED = "qualified", _("Qualified lead")
        REVENUE = "revenue", _("Revenue per person")

    TRANSITIONS: dict[str, tuple[str, ...]] = {"draft": ("running",), "running": ("stopped",), "stopped": ()}

    name = models.CharField(_("Name"), max_length=100)
    key = models.CharField(_("Key"), max_length=16, unique=True, default=new_key, editable=False)
    hypothesis = models.TextField(_("Hypothesis"), blank=True, max_length=2000)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("Campaign"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="experiments",
    )  # fmt: skip
    measure = models.CharField(
        _("Measure"), max_length=12, choices=Measure.choices, default=Measure.QUALIFIED
    )
    expected_percent = models.DecimalField(
        _("Today's rate, in percent"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal("99.99"))],
        help_text=_("Of a hundred people, how many do it today (of revenue: how many buy)."),
    )  # fmt: skip
    effect_percent = models.PositiveSmallIntegerField(
        _("Least difference that matters, in percent of today's rate"), default=10,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_EFFECT)],
    )  # fmt: skip
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    started_at = models.DateTimeField(_("Started"), null=True, editable=False)
    stopped_at = models.DateTimeField(_("Stopped"), null=True, editable=False)
    decision = models.TextField(_("Decision"), blank=True, max_length=2000, editable=False)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Experiment")
        verbose_name_plural = _("Experiments")

    def __str__(self) -> str:
        return self.name

    @property
    def rate(self) -> float:
        """Today's rate between 0 and 1; 0 where nobody said it."""
        return float(self.expected_percent or 0) / 100

    @property
    def effect(self) -> float:
        """The least difference that matters, as a part of the control's value."""
        return self.effect_percent / 100


class ExperimentVariant(Record):
    """One of the ways. `share` is its part of the people, against the sum of all; 0 leaves it out."""

    experiment = models.ForeignKey(
        Experiment, verbose_name=_("Experiment"), on_delete=models.CASCADE, related_name="variants"
    )
    code = models.SlugField(_("Code"), max_length=30, help_text=_("Stands in addresses: a, b, short-form."))
    name = models.CharField(_("Name"), max_length=100, help_text=_("What is different here."))
    share = models.PositiveSmallIntegerField(_("Share"), default=50, validators=[MaxValueValidator(1000)])
    is_control = models.BooleanField(
        _("Control"), default=False, help_text=_("What the others are compared with.")
    )

    class Meta(Record.Meta):
        verbose_name = _("Variant")
        verbose_name_plural = _("Variants")
        constraints = [
            models.UniqueConstraint(
                fields=("experiment", "code"), condition=Q(deleted_at=None), name="variant_code_once",
                violation_error_message=_("The experiment has a variant of this code already."),
            ),
            models.UniqueConstraint(
                fields=("experiment",), condition=Q(deleted_at=None, is_control=True),
                name="experiment_has_one_control",
                violation_error_message=_("The experiment has a control already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def mark(self) -> str:
        """What stands in the address of this way (`variant=…`), and so in its touches."""
        return f"{self.experiment.key}.{self.code}"
