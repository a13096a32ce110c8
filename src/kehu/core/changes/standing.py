"""Whether a batch stands or is undone, and what follows from it beside the records.

An undo that is itself undone lets what it took back stand again: a merge leads on from the record that went, and the
followers whom it carried along are there once more.
"""

from __future__ import annotations

from django.utils import timezone

from kehu.core.changes.log import newest
from kehu.core.models.changelog import Batch
from kehu.core.models.duplicates import DuplicatePair
from kehu.core.models.notices import Follow


def is_undone(batch: Batch) -> None:
    """Keep that a batch has been taken back, in the caller's transaction."""
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.UNDONE, finished_at=timezone.now())
    Follow.objects.filter(came_with=batch).delete()
    if batch.undoes is not None:
        _stands_again(batch.undoes)


def _stands_again(batch: Batch) -> None:
    undone = Batch.objects.filter(pk=batch.pk, state=Batch.State.UNDONE)
    if not undone.update(state=Batch.State.DONE, undone_to=None):
        return
    for pair in DuplicatePair.objects.filter(batch=batch, state=DuplicatePair.State.MERGED):
        gone = pair.other if pair.survivor == pair.one else pair.one
        carry_followers(pair.object_type, gone, pair.survivor or 0, batch=batch)
    if batch.undoes is not None:
        is_undone(batch.undoes)


def carry_followers(object_type: str, source: int, target: int, *, batch: Batch) -> None:
    """Let who follows one record follow another as well, until the batch is undone."""
    followers = Follow.objects.filter(object_type=object_type, object_id=source)
    about = {"object_type": object_type, "object_id": target, "since": newest(), "came_with": batch}
    Follow.objects.bulk_create(
        [Follow(**about, user_id=pk) for pk in followers.values_list("user", flat=True)],  # type: ignore[misc]
        ignore_conflicts=True,
    )
