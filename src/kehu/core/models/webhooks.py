"""Addresses outside that are told of changes, and what was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core.models.record import Record


class Webhook(Record):
    """An address that is called after a change, with what its owner may read of the record.

    `objects_told` and `verbs_told` are keys; empty means all. The secret is kept, as every call is signed with it,
    and shown once: when it is made.
    """

    name = models.CharField(_("Name"), max_length=100)
    address = models.URLField(_("Address"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Reads with the rights of"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    objects_told = models.JSONField(_("Of these records"), default=list, blank=True)
    verbs_told = models.JSONField(_("When they are"), default=list, blank=True)
    secret = models.CharField(_("Secret"), max_length=80, editable=False)
    active = models.BooleanField(_("Active"), default=True)
    stopped_reason = models.CharField(_("Why stopped"), max_length=300, blank=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Webhook")
        verbose_name_plural = _("Webhooks")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to a webhook: what is sent, how often it was tried, what came back."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    # The same at every attempt: the receiver tells repetitions by it.
    message = models.CharField(max_length=40)
    # Empty for a test message, which no change stands behind.
    change_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=100)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            # A reader that died between work and cursor makes no second message of a change.
            models.UniqueConstraint(fields=("webhook", "change_id"), name="one_message_a_change")
        ]
        indexes = [
            models.Index("next_at", name="deliveries_that_wait", condition=models.Q(state="waiting")),
            models.Index("webhook", "id", name="deliveries_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message}"
