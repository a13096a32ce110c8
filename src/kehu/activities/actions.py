"""Planning, doing and noting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.activities.models import Mention, Note, Task
from kehu.activities.queries import record_about
from kehu.core import access, changes, clock, mentions, registry
from kehu.core.actions import records
from kehu.core.errors import Conflict, NotFound
from kehu.core.reading import Reading

if TYPE_CHECKING:
    from kehu.core.models import Batch, Record, User


@transaction.atomic
def add_task(
    *,
    title: str,
    by: User,
    about: Record | None = None,
    owner: User | None = None,
    kind: str = Task.Kind.TODO,
    due_on: datetime | None = None,
    priority: str = Task.Priority.NORMAL,
    note: str = "",
    batch: Batch | None = None,
) -> Task:
    """Plan a piece of work for a person (oneself by default), about a record that the planner may see."""
    access.require(by, "add", registry.of(Task))
    if about is not None:
        access.require(by, "view", about)
    values = {
        "title": title,
        "kind": kind,
        "due_on": due_on,
        "priority": priority,
        "note": note,
        "owner": owner or by,
        "object_type": registry.of(about).key if about is not None else "",
        "object_id": about.pk if about is not None else None,
    }
    return records.insert(Task, values, by=by, batch=batch)


@transaction.atomic
def create_task(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Task:
    """A task from a form or the API; the record that it points at must be visible to its author."""
    ready = records.allowed(registry.of(Task), values, by)
    _require_pointer(ready, by)
    return records.insert(Task, ready, by=by, batch=batch)


@transaction.atomic
def edit_task(*, record: Task, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Task:
    """Change a task; NotFound for a new pointer at what is not there or not visible."""
    return _edit(record, values, by=by, batch=batch)


@transaction.atomic
def create_note(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Note:
    """A note by its author. Whom it names with `@` may read it, and is told."""
    ready = records.allowed(registry.of(Note), values, by)
    _require_pointer(ready, by)
    note = records.insert(Note, {**ready, "author": by}, by=by, batch=batch)
    _write_mentions(note)
    return note


@transaction.atomic
def edit_note(*, record: Note, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Note:
    """Change a note; NotFound for a new pointer at what is not there or not visible.

    Those who are named no longer lose the right to read it that came with it.
    """
    note = _edit(record, values, by=by, batch=batch)
    _write_mentions(note)
    return note


def _write_mentions(note: Note) -> None:
    """Only people who may see the record that the note is about are named by it."""
    target = record_about(note)
    named = [
        person
        for person in mentions.named_in(note.text)
        if target is not None and access.can(person, "view", target)
    ]
    Mention.objects.filter(note=note).exclude(person__in=named).delete()
    Mention.objects.bulk_create(
        [Mention(note=note, person=person) for person in named], ignore_conflicts=True
    )


def _edit(record: Any, values: Mapping[str, Any], *, by: User, batch: Batch | None) -> Any:
    kind = registry.of(record)
    ready = records.allowed(kind, values, by)
    given = ready.keys() & set(kind.pointer)
    if given:
        if len(given) < len(kind.pointer) and not Reading(kind, [record], by).sees_pointed(record):
            raise _no_such_record()  # half a pointer that fits would tell the other half, which is hidden
        current = {name: getattr(record, name) for name in kind.pointer}
        _require_pointer({**current, **ready}, by)
    return records.update(record, ready, by=by, batch=batch)


@transaction.atomic
def complete(*, task: Task, by: User, at: datetime | None = None, batch: Batch | None = None) -> Task:
    """Tick a task off, as done now or at a moment that has passed."""
    access.require(by, "change", task)
    if task.done_at is not None:
        raise Conflict(_("This task is done already."))
    task.done_at = min(at or clock.now(), clock.now())
    changes.save(task, by=by, verb="edit", batch=batch)
    return task


@transaction.atomic
def reopen(*, task: Task, by: User, batch: Batch | None = None) -> Task:
    """Put a done task back on the list."""
    access.require(by, "change", task)
    if task.done_at is None:
        raise Conflict(_("This task is not done yet."))
    task.done_at = None
    changes.save(task, by=by, verb="edit", batch=batch)
    return task


@transaction.atomic
def load_tasks(
    tasks: Sequence[Task], *, by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Insert many tasks with their history; their ids in the same order."""
    if by is not None:
        access.require(by, "add", registry.of(Task))
    return changes.insert_many(Task, tasks, by=by, batch=batch, verb=verb)


def _require_pointer(values: Mapping[str, Any], by: User) -> None:
    """Refuse a pointer at what is not there or not visible; the answer is the same for both."""
    key, pk = values.get("object_type", ""), values.get("object_id")
    if not key and pk is None:
        return
    found = registry.get(key).model.objects.filter(pk=pk).first() if registry.known(key) else None
    if found is None or not access.can(by, "view", found):
        raise _no_such_record()


def _no_such_record() -> NotFound:
    return NotFound(_("There is no such record, or you may not see it."), fields={"object_id": ""})
