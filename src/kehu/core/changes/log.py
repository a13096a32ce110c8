"""One record at a time: save it and say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from kehu.core import clock, registry, search
from kehu.core.changes import origin
from kehu.core.changes.values import differences, snapshot
from kehu.core.models.changelog import Batch, Change
from kehu.core.models.values import code_of

if TYPE_CHECKING:
    from kehu.core.models import Record, User


_joined: ContextVar[Batch | None] = ContextVar("batch", default=None)


@contextmanager
def joining(batch: Batch) -> Iterator[None]:
    """Whatever is written inside the block, also by actions that open a batch of their own, belongs to this one."""
    token = _joined.set(batch)
    try:
        yield
    finally:
        _joined.reset(token)


def joined(batch: Batch | None) -> Batch | None:
    """The batch of a change: the one given, else the one that the enclosing block joins to."""
    return batch if batch is not None else _joined.get()


def newest() -> int:
    """The number of the newest change: where the log ends now."""
    return Change.objects.order_by("-id").values_list("id", flat=True).first() or 0


def log(
    *,
    object_type: str,
    object_id: int,
    by: User | None,
    verb: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    batch: Batch | None = None,
) -> Change:
    """Write one row of the change log, in the caller's transaction."""
    return Change.objects.create(
        actor=by,
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        before=before,
        after=after,
        batch=joined(batch),
        origin=origin.current(),
        xact=transaction_number(),
    )


def transaction_number() -> int:
    """PostgreSQL's number of the running transaction; 0 on SQLite. See readers.py."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return cursor.fetchone()[0]


@transaction.atomic
def save(record: Record, *, by: User | None, verb: str = "", batch: Batch | None = None) -> Change | None:
    """Insert or update a record with its change and its search row.

    Returns the change, or nothing when no field differs from the database.
    """
    now = clock.now()
    kind = registry.of(record)
    if record.pk is None or not record.loaded:
        if record.created_at is None:
            record.created_at = now
        record.updated_at = now
        record.save(force_insert=True)
        before, after = None, snapshot(record)
        verb = verb or "create"
    else:
        before, after = differences(record)
        if not after:
            return None
        record.updated_at = now
        names = {"custom" if code_of(name) else _field_name(record, name) for name in after}
        record.save(update_fields=[*names, "updated_at"])
        verb = verb or "edit"
    record.loaded = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    search.index(kind, [record])
    return log(
        object_type=kind.key, object_id=record.pk, by=by, verb=verb, before=before, after=after, batch=batch
    )


def _field_name(record: Record, attname: str) -> str:
    return next(field.name for field in record._meta.concrete_fields if field.attname == attname)


@contextmanager
def batch(verb: str, *, by: User | None, label: str = "") -> Iterator[Batch]:
    """A batch that is done when the block ends, and marked stopped when it fails; within `joining` it is that one."""
    if (whole := _joined.get()) is not None:
        yield whole
        return
    opened = Batch.objects.create(verb=verb, actor=by, label=label)
    try:
        yield opened
    except BaseException:
        if not connection.needs_rollback:
            Batch.objects.filter(pk=opened.pk).update(state=Batch.State.STOPPED, finished_at=timezone.now())
        raise
    Batch.objects.filter(pk=opened.pk, state=Batch.State.RUNNING).update(
        state=Batch.State.DONE, finished_at=timezone.now()
    )
    opened.refresh_from_db()
