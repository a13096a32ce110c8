"""The recycle bin: taking things back out of it, and emptying it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock, purging, registry
from kehu.core.access import roles
from kehu.core.actions import many, records
from kehu.core.errors import Conflict, Forbidden
from kehu.core.models import Batch, Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kehu.core.models import Record, User
    from kehu.core.registry import ObjectType

EMPTIERS = (roles.ADMINISTRATOR, roles.PRIVACY_MANAGER)
CHUNK = 100
MOST_TOGETHER = 500


@transaction.atomic
def restore(*, record: Record, by: User, together: bool = False) -> int:
    """Take a record out of the recycle bin, `together` with what went there in the same step; returns how many came.

    Of the others those come that the user may delete and so restore.
    """
    step = batch_of(record) if together else None
    if step is None:
        records.restore(record=record, by=by)
        return 1
    parts = _parts(step)
    if len(parts) > MOST_TOGETHER:
        raise Conflict(
            _("More than %(most)s went together. Undo the whole step instead.") % {"most": MOST_TOGETHER}
        )
    came = 0
    with changes.batch("restore", by=by, label=str(step)) as opened:
        for other in parts:
            if access.can(by, "delete", other):
                records.restore(record=other, by=by, batch=opened)
                came += 1
    return came


def batch_of(record: Any) -> Batch | None:
    """The step in which a record went into the recycle bin with others; nothing where it went alone."""
    kind = registry.of(record)
    gone = Change.objects.filter(object_type=kind.key, object_id=record.pk, verb="delete").select_related(
        "batch"
    )
    last = gone.order_by("-id").first()
    return last.batch if last is not None else None


def _parts(step: Batch) -> list[Any]:
    """The records that went in a step and still lie in the recycle bin."""
    ids: dict[str, list[int]] = {}
    for key, pk in Change.objects.filter(batch=step, verb="delete").values_list("object_type", "object_id"):
        ids.setdefault(key, []).append(pk)
    return [
        record
        for key, pks in ids.items()
        if registry.known(key)
        for record in registry.get(key).model.everything.filter(pk__in=pks, deleted_at__isnull=False)
    ]


def may_empty(user: User) -> bool:
    """Whether the user deletes anything for good."""
    return user.role in EMPTIERS


def require_emptier(user: User) -> None:
    if not may_empty(user):
        raise Forbidden(_("Only an administrator or a privacy manager deletes for good."))


def may_purge(kind: ObjectType, user: User) -> bool:
    """Whether the user empties the recycle bin of such records."""
    return may_empty(user) and kind.deletable and access.can(user, "delete", kind)


@transaction.atomic
def purge(*, record: Record, by: User) -> None:
    """Delete a record of the recycle bin for good, with its values in the log. Nothing brings it back."""
    kind = registry.of(record)
    access.require(by, "delete", record)
    require_emptier(by)
    if not kind.deletable:
        raise Forbidden(_("This kind of record is kept for good."))
    if record.deleted_at is None:
        raise Conflict(_("Only what lies in the recycle bin is deleted for good. Delete it first."))
    purging.remove(kind, [record.pk], by=by)


def purge_many(kind: ObjectType, given: Sequence[Any], *, by: User) -> many.Refusals:
    """Delete records of one type for good, but those that others still refer to: of each why it stays, by its id.

    One that belongs to another of them goes before that one, in whatever order they are given.
    """
    waiting: many.Rows = [(record, {}) for record in given]
    refusals: many.Refusals = {}
    if not waiting or _purged_together(kind, given, by):
        return refusals
    while waiting:
        refusals = many.each(waiting, lambda record, _new: purge(record=record, by=by))
        if len(refusals) in (0, len(waiting)):
            break
        waiting = [row for row in waiting if row[0].pk in refusals]
    return refusals


def _purged_together(kind: ObjectType, given: Sequence[Any], by: User) -> bool:
    """Delete them in a few statements where nothing speaks against any of them; says whether that was so."""
    ids = [record.pk for record in given]
    mine = kind.model.everything.filter(kind.policy.scope("delete", by).q(by), deleted_at__isnull=False)
    if not may_purge(kind, by) or mine.filter(pk__in=ids).count() != len(ids):
        return False
    try:
        with transaction.atomic():
            purging.remove(kind, ids, by=by)
    except (Conflict, DatabaseError):
        return False
    return True


def purge_old(*, days: int) -> int:
    """Delete for good what has lain in the recycle bin for more than `days`; returns how many records that were.

    In chunks, each a transaction. What others still refer to stays until those are gone.
    """
    limit = clock.now() - timedelta(days=days)
    gone = 0
    for kind in registry.all():
        stuck: set[int] = set()
        while chunk := _old(kind, limit, stuck):
            for pks in [chunk] if _purged(kind, chunk) else [[pk] for pk in chunk]:
                if pks is chunk or _purged(kind, pks):
                    gone += len(pks)
                else:
                    stuck.update(pks)
    return gone


def _old(kind: ObjectType, limit: Any, stuck: set[int]) -> list[int]:
    old = kind.model.everything.filter(deleted_at__lt=limit).exclude(pk__in=stuck)
    return list(old.order_by("deleted_at", "pk").values_list("pk", flat=True)[:CHUNK])


def _purged(kind: ObjectType, pks: list[int]) -> bool:
    try:
        with transaction.atomic():
            purging.remove(kind, pks, by=None)
    except Conflict:
        return False
    return True
