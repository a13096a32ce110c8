"""What core itself does again and again."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kehu.core import imports, notices
from kehu.core.actions import bin
from kehu.core.jobs import job, periodic

KEPT = timedelta(days=14)


@job(lane="long")
def finish_imports() -> None:
    imports.finish_interrupted()


@periodic(every=timedelta(seconds=20))
def look_for_interrupted_imports() -> None:
    """Have imports whose process died finished in the lane for long work."""
    if imports.interrupted().exists():
        finish_imports.later()


@periodic(every=timedelta(seconds=5))
def tell_people() -> None:
    """Write the notices of what has been changed."""
    notices.tell()


@job(lane="long")
def empty_bin() -> None:
    """Delete for good what has lain in the recycle bin longer than the setting says."""
    if settings.BIN_DAYS > 0:
        bin.purge_old(days=settings.BIN_DAYS)


@periodic(every=timedelta(hours=6))
def look_into_bin() -> None:
    empty_bin.later()


@periodic(every=timedelta(hours=6))
def forget_old_jobs() -> None:
    """Finished jobs are kept for two weeks."""
    old = timezone.now() - KEPT
    DBTaskResult.objects.filter(finished_at__lt=old).delete()
