"""What core itself does again and again."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kehu.core import changes, imports, notices
from kehu.core.actions import bin
from kehu.core.changes import large
from kehu.core.duplicates import searching
from kehu.core.errors import Refused
from kehu.core.imports import drafts
from kehu.core.jobs import job, periodic
from kehu.core.models import Batch, Held, User

KEPT = timedelta(days=14)


@job(lane="long")
def finish_imports() -> None:
    imports.finish_interrupted()


@periodic(every=timedelta(seconds=20))
def look_for_interrupted_imports() -> None:
    """Have imports whose process died finished in the lane for long work."""
    if imports.interrupted().exists():
        finish_imports.later()


@periodic(every=timedelta(minutes=20))
def search_for_duplicates() -> None:
    """Have records compared at night, as the company wishes."""
    searching.begin_due()


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


@job(lane="long", attempts=1)
def take_back(*, batch: int, by: int) -> None:
    """Undo a large batch; why that cannot be is left on the batch."""
    try:
        changes.undo(batch=Batch.objects.get(pk=batch), by=User.objects.get(pk=by))
    except Refused as refusal:
        Batch.objects.filter(pk=batch).update(problem=str(refusal))


@periodic(every=timedelta(seconds=30))
def look_for_undone_halves() -> None:
    """Have large batches whose undoing process died undone to the end."""
    for batch in large.left_behind():
        opened = Batch.objects.filter(undoes=batch).latest("pk")
        claimed = Batch.objects.filter(pk=batch.pk, beat_at=batch.beat_at, state=Batch.State.UNDOING)
        if opened.actor_id and claimed.update(beat_at=timezone.now()):
            take_back.later(batch=batch.pk, by=opened.actor_id)


@periodic(every=timedelta(hours=6))
def forget_old_drafts() -> None:
    """Uploaded files that nobody imported are thrown away after two weeks."""
    drafts.forget_old()


@periodic(every=timedelta(hours=6))
def forget_old_jobs() -> None:
    """Finished jobs are kept for two weeks."""
    old = timezone.now() - KEPT
    DBTaskResult.objects.filter(finished_at__lt=old).delete()


@periodic(every=timedelta(minutes=10))
def forget_expired() -> None:
    """What the shared cache held for a while."""
    Held.objects.filter(expires__lt=timezone.now()).delete()
