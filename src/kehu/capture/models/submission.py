"""What somebody sent, as it came."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core import clock
from kehu.core.models import Record


class Submission(Record):
    """Stored before anything is made of it, and once only: `token` is the page's number and what was sent.

    `values` are the answers by field of the lead, `raw` all that came, `origin` where the sender came from.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("To be taken over")
        WAITING = "waiting", _("Waits for confirmation")
        HELD = "held", _("Held back")
        DONE = "done", _("Taken over")
        BINNED = "binned", _("Thrown away")

    form = models.ForeignKey(
        "capture.CaptureForm", verbose_name=_("Form"), on_delete=models.PROTECT, related_name="submissions",
        db_index=False,
    )  # fmt: skip
    sender = models.CharField(_("Sender"), max_length=200, blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    received_at = models.DateTimeField(_("Came in"), default=clock.now)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.RECEIVED, editable=False
    )
    reason = models.CharField(_("Reason"), max_length=300, blank=True, editable=False)
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    values = models.JSONField(_("Answers"), default=dict, editable=False)
    raw = models.JSONField(_("As it came"), default=dict, editable=False)
    origin = models.JSONField(_("Origin"), default=dict, editable=False)
    address = models.CharField(_("Network address"), max_length=45, blank=True, editable=False)
    mailed_at = models.DateTimeField(_("Mail sent"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("Confirmed"), null=True, editable=False)
    lead = models.ForeignKey(
        "leads.Lead", verbose_name=_("Lead"), null=True, blank=True, on_delete=models.CASCADE,
        related_name="submissions",
    )  # fmt: skip
    touch = models.ForeignKey(
        "leads.Touch", verbose_name=_("Touch"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # fmt: skip
    source_value = models.ForeignKey(
        "capture.UtmValue", verbose_name=_("Source value"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="of_source",
    )  # fmt: skip
    campaign_value = models.ForeignKey(
        "capture.UtmValue", verbose_name=_("Campaign value"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="of_campaign",
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("Submission")
        verbose_name_plural = _("Submissions")
        indexes = [
            models.Index(fields=("received_at", "id"), name="submission_by_time"),
            models.Index(fields=("form", "received_at"), name="submission_by_form"),
            models.Index(fields=("state", "received_at"), name="submission_by_state"),
        ]

    def __str__(self) -> str:
        return self.sender or f"#{self.pk}"
