"""Versions of the predictive model, and what the one in force says of each lead."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kehu.core.models import Record
from kehu.leads.models.lead import Lead


class PredictiveModel(Record):
    """A version learned from won and lost leads. Its points and its card are in `PredictiveContent`."""

    class State(models.TextChoices):
        LEARNING = "learning", _("Being learned")
        LEARNED = "learned", _("Learned")
        IN_FORCE = "in_force", pgettext_lazy("state of a predictive model", "In force")
        RETIRED = "retired", _("Replaced")
        FAILED = "failed", _("Could not be learned")

    number = models.PositiveIntegerField(_("Version"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    note = models.TextField(_("Note"), blank=True)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.LEARNING, editable=False
    )
    learned_at = models.DateTimeField(_("Learned on"), null=True, editable=False)
    leads_learned = models.PositiveIntegerField(_("Leads learned from"), default=0, editable=False)
    auc = models.FloatField(_("AUC on later leads"), null=True, editable=False)
    brier = models.FloatField(_("Brier score"), null=True, editable=False)
    problem = models.CharField(_("Problem"), max_length=500, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Predictive model")
        verbose_name_plural = _("Predictive models")

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class PredictiveContent(models.Model):
    """Points and card of a version, as `predictive.storing` writes them; `drift` is how new leads differ.

    Beside the record, so that its history does not carry them.
    """

    model = models.OneToOneField(PredictiveModel, on_delete=models.CASCADE, related_name="content")
    data = models.JSONField()
    drift = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.model)


class Prediction(models.Model):
    """What the model in force says of a lead, with its reasons as [field, value, points].

    Derived from the lead as it came and made anew at any time: it is no part of the lead's history.
    """

    # No constraint of the database: an import that is taken back removes its leads by statements of its own.
    lead = models.OneToOneField(
        Lead, on_delete=models.CASCADE, related_name="prediction", db_constraint=False
    )
    model = models.ForeignKey(PredictiveModel, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    decile = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.probability:.2f}"
