"""What addresses call a source, and what the company means by it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.campaigns.models import Campaign, Channel, Medium
from kehu.core import clock
from kehu.core.models import Record


class UtmValue(Record):
    """A value met in an address. Until somebody says what it means it makes no new source."""

    class Kind(models.TextChoices):
        SOURCE = "source", _("Source and medium")
        CAMPAIGN = "campaign", _("Campaign name")

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("Not assigned yet")
        KNOWN = "known", _("Assigned")

    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, editable=False)
    value = models.CharField(_("Value"), max_length=200, editable=False)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.UNKNOWN, editable=False
    )
    channel = models.ForeignKey(
        Channel, verbose_name=_("Channel"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    medium = models.ForeignKey(
        Medium, verbose_name=_("Medium"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("Campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    first_seen_at = models.DateTimeField(_("First seen"), default=clock.now, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Source in addresses")
        verbose_name_plural = _("Sources in addresses")
        constraints = [models.UniqueConstraint(fields=("kind", "value"), name="utm_value_once")]

    def __str__(self) -> str:
        return self.value
