"""How leads are scored: versions of the model, their rules, and the dated scores they gave."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehu.core.models import Record, User
from kehu.leads.models.lead import Lead
from kehu.leads.models.touch import Touch, TouchKind

STEPS = (MinValueValidator(1), MaxValueValidator(5))


class ScoringModel(Record):
    """A version of the rules, signed by both sides; it holds from `in_force_from` until the next version's."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("Adopted")

    number = models.PositiveIntegerField(_("Version"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    note = models.TextField(_("Note"), blank=True)
    threshold = models.PositiveSmallIntegerField(_("Threshold"), default=5, validators=STEPS)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    in_force_from = models.DateTimeField(_("In force from"), null=True, editable=False)
    marketing_signer = models.ForeignKey(
        User, verbose_name=_("Signed for marketing"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", editable=False,
    )  # fmt: skip
    marketing_signed_at = models.DateTimeField(_("Marketing signed"), null=True, editable=False)
    sales_signer = models.ForeignKey(
        User, verbose_name=_("Signed for sales"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", editable=False,
    )  # fmt: skip
    sales_signed_at = models.DateTimeField(_("Sales signed"), null=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Scoring model")
        verbose_name_plural = _("Scoring models")

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class ScoringRule(Record):
    """What one kind of touch is worth under a version."""

    scoring_model = models.ForeignKey(
        ScoringModel, verbose_name=_("Scoring model"), on_delete=models.CASCADE, related_name="rules"
    )
    touch_kind = models.CharField(_("Kind of touch"), max_length=30, choices=TouchKind.choices)
    points = models.PositiveSmallIntegerField(_("Points"), validators=STEPS)

    class Meta(Record.Meta):
        verbose_name = _("Scoring rule")
        verbose_name_plural = _("Scoring rules")
        constraints = [
            models.UniqueConstraint(
                fields=("scoring_model", "touch_kind"),
                condition=models.Q(deleted_at=None),
                name="one_rule_a_kind",
            )
        ]

    def __str__(self) -> str:
        return gettext("%(label)s: %(value)s") % {
            "label": self.get_touch_kind_display(),
            "value": self.points,
        }


class ScoreEntry(Record):
    """The score of a lead from a moment on, and the touch and version that it comes from."""

    lead = models.ForeignKey(
        Lead, verbose_name=_("Lead"), on_delete=models.CASCADE, related_name="scores", db_index=False
    )
    at = models.DateTimeField(_("When"), db_index=True)
    score = models.PositiveSmallIntegerField(_("Score"))
    touch = models.ForeignKey(
        Touch, verbose_name=_("Touch"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scoring_model = models.ForeignKey(
        ScoringModel, verbose_name=_("Scoring model"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Record.Meta):
        verbose_name = _("Score")
        verbose_name_plural = _("Scores")
        indexes = [models.Index("lead", "at", name="scores_of_lead")]

    def __str__(self) -> str:
        return str(self.score)
