"""What core itself does again and again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kehu.core import imports
from kehu.core.jobs import job, periodic
from kehu.core.models import Held

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


@periodic(every=timedelta(minutes=10))
def forget_expired() -> None:
    """What the shared cache held for a while."""
    Held.objects.filter(expires__lt=timezone.now()).delete()
