"""The stages of a sale, as data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehu.core.models import Record


class Pipeline(Record):
    """A row of stages that a kind of sale goes through."""

    code = models.CharField(_("Code"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    seeded = models.BooleanField(default=False, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Pipeline")
        verbose_name_plural = _("Pipelines")
        ordering = ("id",)

    def __str__(self) -> str:
        return gettext(self.name) if self.seeded else self.name


class Stage(Record):
    """One step of a pipeline. A seeded stage is shown in the reader's language until somebody renames it."""

    class Kind(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    pipeline = models.ForeignKey(
        Pipeline, verbose_name=_("Pipeline"), on_delete=models.PROTECT, related_name="stages"
    )
    code = models.CharField(_("Code"), max_length=60)
    name = models.CharField(_("Name"), max_length=100)
    rank = models.PositiveSmallIntegerField(_("Rank"), default=0)
    probability = models.PositiveSmallIntegerField(_("Probability in %"), default=0)
    kind = models.CharField(_("Kind"), max_length=5, choices=Kind.choices, default=Kind.OPEN)
    seeded = models.BooleanField(default=False, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Stage")
        verbose_name_plural = _("Stages")
        ordering = ("pipeline", "rank", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("pipeline", "code"),
                name="stage_once_in_pipeline",
                violation_error_message=_("The pipeline has a stage of this code already."),
            ),
            models.CheckConstraint(
                condition=Q(probability__lte=100),
                name="stage_probability_in_percent",
                violation_error_message=_("A probability lies between 0 and 100."),
            ),
        ]

    def __str__(self) -> str:
        return gettext(self.name) if self.seeded else self.name

    @property
    def meter(self) -> tuple[int, int, str]:
        """How far a deal in this stage is, in fifths by the stage's probability: done, of, and won or lost."""
        if self.kind == Stage.Kind.LOST:
            return 0, 5, "lost"
        if self.kind == Stage.Kind.WON:
            return 5, 5, "won"
        return max(1, -(-self.probability // 20)), 5, ""


# Where a deal stands that nobody has looked into yet.
LEAD_STAGE = "lead"
SEEDED_PIPELINE = ("sales", _("Sales pipeline"))
# Code, name, probability in %, kind. Delivery is where a deal counts as won.
SEEDED_STAGES = (
    (LEAD_STAGE, _("Lead"), 10, Stage.Kind.OPEN),
    ("set_up", _("Opportunity set up"), 20, Stage.Kind.OPEN),
    ("proposal", _("Proposal"), 40, Stage.Kind.OPEN),
    ("evaluation", _("Evaluation"), 50, Stage.Kind.OPEN),
    ("negotiation", _("Negotiation"), 70, Stage.Kind.OPEN),
    ("contract", _("Contract"), 90, Stage.Kind.OPEN),
    ("delivery", _("Delivery (won)"), 100, Stage.Kind.WON),
    ("lost", _("Lost"), 0, Stage.Kind.LOST),
)
