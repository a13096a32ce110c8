"""Pairs of records that are likely about the same, and what people have said about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core.models.changelog import Batch


class DuplicatePair(models.Model):
    """Two records of one type, the lower id first. What somebody has decided outlives every later scan."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        MERGED = "merged", _("merged")
        APART = "apart", _("not a duplicate")

    object_type = models.CharField(max_length=40)
    one = models.BigIntegerField()
    other = models.BigIntegerField()
    probability = models.FloatField(default=1.0)
    # What agrees: by the path of the field, "same" or "near".
    reasons = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Of merged ones: who stayed, and the step that can be taken back.
    survivor = models.BigIntegerField(null=True)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("object_type", "one", "other", name="one_pair_of_records")]
        indexes = [
            models.Index(fields=("object_type", "state", "-probability", "id"), name="pairs_to_review")
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.one} = {self.other}"
