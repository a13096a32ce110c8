"""What webhooks and the API's memory do again and again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kehu.core import once
from kehu.core.jobs import job, periodic
from kehu.core.models import Delivery
from kehu.core.webhooks import sending
from kehu.core.webhooks.telling import tell

KEPT = timedelta(days=14)


@job(attempts=1)
def call_webhooks() -> None:
    sending.send_due()


@periodic(every=timedelta(seconds=2))
def tell_webhooks() -> None:
    """Write down what webhooks are to be told, and have it sent in the lane for short work."""
    tell()
    if sending.waiting():
        call_webhooks.later()


@periodic(every=timedelta(hours=1))
def forget_old_answers() -> None:
    """Answers under a key are kept for a day, messages to webhooks for two weeks."""
    once.forget_old()
    Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
