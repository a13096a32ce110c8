"""What core itself does again and again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kehu.core import imports, webhooks
from kehu.core.api import idempotency
from kehu.core.jobs import job, periodic
from kehu.core.models import Delivery
from kehu.core.webhooks import sending

KEPT = timedelta(days=14)


@job(lane="long")
def finish_imports() -> None:
    imports.finish_interrupted()


@periodic(every=timedelta(seconds=20))
def look_for_interrupted_imports() -> None:
    """Have imports whose process died finished in the lane for long work."""
    if imports.interrupted().exists():
        finish_imports.later()


@periodic(every=timedelta(hours=6))
def forget_old_jobs() -> None:
    """Finished jobs are kept for two weeks."""
    old = timezone.now() - KEPT
    DBTaskResult.objects.filter(finished_at__lt=old).delete()


@job(attempts=1)
def call_webhooks() -> None:
    webhooks.send_due()


@periodic(every=timedelta(seconds=2))
def tell_webhooks() -> None:
    """Write down what webhooks are to be told, and have it sent in the lane for short work."""
    webhooks.tell()
    if sending.waiting():
        call_webhooks.later()


@periodic(every=timedelta(hours=1))
def forget_old_answers() -> None:
    """Answers under a key are kept for a day, messages to webhooks for two weeks."""
    idempotency.forget_old()
    Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
