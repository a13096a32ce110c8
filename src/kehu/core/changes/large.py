"""Taking a large batch back: looked through for conflicts first, then taken back chunk by chunk.

A million imported rows cannot go in one transaction. Nothing is touched before all of it has been looked through, so
a conflict still refuses the whole. What has been taken back stands on the batch: after a crash `undo` goes on there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import access, clock, registry, search
from kehu.core.changes import references
from kehu.core.changes.bulk import insert_changes, update_many
from kehu.core.changes.log import save
from kehu.core.changes.standing import is_undone
from kehu.core.changes.undo import (
    guard,
    put_back,
    refuse_batch,
    require_rights,
    set_tags_back,
    undo_at_once,
    worked_on,
)
from kehu.core.changes.values import plain
from kehu.core.database import LongWrite
from kehu.core.errors import Conflict, Refused
from kehu.core.models.changelog import Batch, Change
from kehu.core.validation import check

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

# Changes that are taken back in one transaction.
CHUNK = 1000
# From this many on a batch goes in chunks.
LARGE = 1000
DEAD_AFTER = timedelta(seconds=60)


def is_large(batch: Batch) -> bool:
    if batch.state == Batch.State.UNDOING:
        return True
    return Change.objects.filter(batch=batch).order_by("id")[LARGE:].exists()


def undo(*, batch: Batch, by: User) -> Batch:
    """Take a whole batch back, newest change first; all of it or nothing.

    A small one goes in one transaction. A large one is looked through first and then taken back in chunks; one that
    was left half undone goes on where it was.
    """
    return _undo_in_chunks(batch, by) if is_large(batch) else undo_at_once(batch=batch, by=by)


def _undo_in_chunks(batch: Batch, by: User) -> Batch:
    batch = Batch.objects.get(pk=batch.pk)
    refuse_batch(batch, by)
    if batch.state != Batch.State.UNDOING:
        try:
            for chunk in _chunks(batch, None):
                Part(chunk, batch, by).check()
        except Refused as refusal:
            Batch.objects.filter(pk=batch.pk).update(problem=str(refusal))
            raise
        batch = _begin(batch, by)
    opened = Batch.objects.filter(undoes=batch).latest("pk")
    with LongWrite() as writing:
        for chunk in _chunks(batch, batch.undone_to):
            _take_back(chunk, batch, opened, by)
            writing.settle()
    _end(batch, opened)
    return opened


def left_behind() -> Iterable[Batch]:
    """Batches whose undoing stands still: the process died."""
    return Batch.objects.filter(state=Batch.State.UNDOING, beat_at__lt=timezone.now() - DEAD_AFTER)


def _begin(batch: Batch, by: User) -> Batch:
    with transaction.atomic():
        # Of two that ask at once, the second finds it begun.
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        refuse_batch(batch, by)
        if batch.state == Batch.State.UNDOING:
            raise Conflict(_("This is being undone already."))
        batch.state, batch.beat_at, batch.problem = Batch.State.UNDOING, timezone.now(), ""
        batch.save(update_fields=["state", "beat_at", "problem"])
        Batch.objects.create(verb="undo", actor=by, label=str(batch), undoes=batch)
    return batch


def _end(batch: Batch, opened: Batch) -> None:
    now = timezone.now()
    with transaction.atomic():
        Batch.objects.filter(pk=opened.pk).update(state=Batch.State.DONE, finished_at=now)
        is_undone(batch)
    opened.refresh_from_db()


def _chunks(batch: Batch, behind: int | None) -> Iterator[list[Change]]:
    """The changes of a batch, newest first, those from `behind` on left out."""
    while True:
        found = Change.objects.filter(batch=batch).order_by("-id")
        chunk = list((found if behind is None else found.filter(id__lt=behind))[:CHUNK])
        if not chunk:
            return
        behind = chunk[-1].pk
        yield chunk


def _take_back(chunk: list[Change], batch: Batch, opened: Batch, by: User) -> None:
    with transaction.atomic():
        standing = Batch.objects.select_for_update().get(pk=batch.pk)
        if standing.state != Batch.State.UNDOING or standing.undone_to != batch.undone_to:
            raise Conflict(_("This is being undone already."))
        Part(chunk, batch, by).write(opened)
        batch.undone_to, batch.beat_at = chunk[-1].pk, timezone.now()
        batch.save(update_fields=["undone_to", "beat_at"])


class Part:
    """Some changes of a batch, newest first."""

    def __init__(self, chunk: Sequence[Change], batch: Batch, by: User) -> None:
        self.batch, self.by = batch, by
        self.kinds: dict[str, list[Change]] = {}
        for change in chunk:
            self.kinds.setdefault(change.object_type, []).append(change)

    def check(self) -> None:
        """Refuse, and name it, what stands in the way."""
        for key, changes in self.kinds.items():
            kind = registry.get(key)
            edits, made = _sorted(changes)
            records = self._look_through(kind, edits, self._later(kind, edits))
            references.refuse_taken(records, batch=self.batch, by=self.by)
            self._refuse_made(kind, made)

    def write(self, opened: Batch) -> None:
        """Take them back, in the caller's transaction."""
        for key, changes in self.kinds.items():
            kind = registry.get(key)
            edits, made = _sorted(changes)
            records = self._look_through(kind, edits, {})
            self._store(records, edits, opened)
            for change in edits:
                set_tags_back(kind, change, by=self.by, batch=opened)
            gone = [record.pk for record in records if record.deleted_at is not None]
            references.refuse_if_needed(kind, gone, by=self.by, going_too=self.batch)
            self._refuse_made(kind, made)
            self._bin(kind, [change.object_id for change in made], opened)

    def _store(self, records: Sequence[Any], edits: Sequence[Change], opened: Batch) -> None:
        try:
            with transaction.atomic():
                update_many(records, by=self.by, batch=opened, verb="undo")
        except IntegrityError:
            # What may be there once changed hands within the batch: newest change first, it is free each time.
            by_id = {record.pk: record for record in records}
            for pk in dict.fromkeys(change.object_id for change in edits):
                save(by_id[pk], by=self.by, batch=opened, verb="undo")

    def _look_through(
        self, kind: ObjectType, edits: Sequence[Change], later: dict[int, list[Change]]
    ) -> list[Any]:
        """The edited records with their former values, in memory only. `later`: changes that are still to be undone."""
        records = kind.model.everything.in_bulk({change.object_id for change in edits})
        scope = kind.policy.scope("change", self.by).q(self.by)
        may = set(kind.model.everything.filter(scope, pk__in=records).values_list("pk", flat=True))
        for change in edits:
            record = _there(records, change)
            require_rights(change, record, self.by, may=may)
            guard(kind, record, change)
            covered = {
                name
                for other in later.get(record.pk, ())
                if other.pk > change.pk
                for name in other.after or {}
            }
            put_back(change, record, self.by, unless=covered)
        found = list(records.values())
        # The rules of an edit, but for those of single values, which stood there before.
        references.refuse_gone(found, by=self.by, coming_too=self.batch)
        if kind.check is not None:
            _fetch_references(found)
        for record in found:
            check(record)
        return found

    def _later(self, kind: ObjectType, edits: Sequence[Change]) -> dict[int, list[Change]]:
        """Of the edited records: changes of the same batch that lie before this part and are not undone yet."""
        found: dict[int, list[Change]] = {}
        if not edits:
            return found
        last = max(change.pk for change in edits)
        others = Change.objects.filter(
            object_type=kind.key,
            object_id__in={change.object_id for change in edits},
            id__gt=last,
            batch=self.batch,
        )
        for change in others:
            found.setdefault(change.object_id, []).append(change)
        return found

    def _refuse_made(self, kind: ObjectType, made: Sequence[Change]) -> None:
        """Records that came with the batch may go only while nobody has worked on them, and by whom they may."""
        if not made:
            return
        ids = [change.object_id for change in made]
        here = set(kind.model.everything.filter(pk__in=ids).values_list("pk", flat=True))
        for change in made:
            _there(here, change)
        self._require_rights(kind, made)
        since = {change.object_id: change.pk for change in made}
        others = (
            Change.objects.filter(object_type=kind.key, object_id__in=ids, id__gt=min(since.values()))
            .exclude(verb="undo")
            .exclude(batch_id=self.batch.pk)
        )
        for later in others.order_by("-id").iterator():
            if later.pk > since[later.object_id]:
                raise worked_on(kind.model.everything.get(pk=later.object_id), later, self.by)
        if kind.undo_guard is not None:
            records = kind.model.everything.in_bulk(ids)
            for change in made:
                guard(kind, records[change.object_id], change)
        references.refuse_if_needed(kind, ids, by=self.by, going_too=self.batch)

    def _require_rights(self, kind: ObjectType, made: Sequence[Change]) -> None:
        """A slip of one's own may be taken back by whoever sees it; else it takes the right to delete."""
        own = [change.object_id for change in made if change.actor_id == self.by.pk]
        seen = set(kind.model.everything.visible_to(self.by).filter(pk__in=own).values_list("pk", flat=True))
        rest = [change.object_id for change in made if change.object_id not in seen]
        if not rest:
            return
        right = "delete" if kind.policy.delete else "change"
        scope = kind.policy.scope(right, self.by).q(self.by)
        may = set(kind.model.everything.filter(scope, pk__in=rest).values_list("pk", flat=True))
        for pk in rest:
            if pk not in may:
                access.require(self.by, right, kind.model.everything.get(pk=pk))

    def _bin(self, kind: ObjectType, ids: Sequence[int], opened: Batch) -> None:
        """Send records to the recycle bin that are not there yet: without reading them, as only this changes."""
        now = clock.now()
        live = list(kind.model.objects.filter(pk__in=ids).order_by("-pk").values_list("pk", flat=True))
        if not live:
            return
        kind.model.objects.filter(pk__in=live).update(deleted_at=now, updated_at=now)
        search.forget(kind.key, live)
        before, after = json.dumps({"deleted_at": None}), json.dumps({"deleted_at": plain(now)})
        count = len(live)
        insert_changes(
            kind.key, live, [before] * count, [after] * count, by=self.by, batch=opened, verb="undo"
        )


def _sorted(changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """Edits, and what made records."""
    edits = [change for change in changes if change.before is not None]
    return edits, [change for change in changes if change.before is None]


def _fetch_references(records: Sequence[Any]) -> None:
    """What records point at now, for the rules that read it: a query for each reference, not for each record.

    By the ids: what Django's own prefetching asks for two thousand touches is an expression too deep for SQLite.
    """
    fields: Sequence[Any] = records[0]._meta.concrete_fields if records else ()
    for field in fields:
        if not registry.declares_model(field.related_model):
            continue
        ids = {getattr(record, field.attname) for record in records} - {None}
        found = field.related_model._base_manager.in_bulk(ids) if ids else {}
        for record in records:
            target = found.get(getattr(record, field.attname))
            if target is not None:
                field.set_cached_value(record, target)


def _there(records: Any, change: Change) -> Any:
    if change.object_id not in records:
        raise Conflict(_("The record is gone for good, so this cannot be undone."))
    return records[change.object_id] if isinstance(records, dict) else None
