"""What a person has to do, and what is planned and noted about a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kehu.activities.models import About, Mention, Note, Task
from kehu.core import access, clock, registry
from kehu.core.access import Scope
from kehu.core.models import Change
from kehu.core.notices import Mention as Told
from kehu.core.registry import ObjectType, Panel

if TYPE_CHECKING:
    from kehu.core.models import Record, User

SOON = timedelta(days=7)
SHOWN = 10


def open_tasks(user: User) -> QuerySet[Task]:
    """The person's own tasks that are not done, the soonest first; those without a date last."""
    return Task.objects.filter(owner=user, done_at=None).order_by(F("due_on").asc(nulls_last=True), "id")


def overdue(user: User, at: datetime | None = None) -> QuerySet[Task]:
    """Own open tasks whose moment has passed."""
    return open_tasks(user).filter(due_on__lt=at or clock.now())


def due_today(user: User, at: datetime | None = None) -> QuerySet[Task]:
    """Own open tasks that are still to come today."""
    now = at or clock.now()
    return open_tasks(user).filter(due_on__gte=now, due_on__lt=_midnight_after(now))


def due_soon(user: User, at: datetime | None = None) -> QuerySet[Task]:
    """Own open tasks of the seven days after today."""
    midnight = _midnight_after(at or clock.now())
    return open_tasks(user).filter(due_on__gte=midnight, due_on__lt=midnight + SOON)


def planned(records: Sequence[Record]) -> set[int]:
    """The ids of those records, all of one object type, about which somebody has an open task."""
    if not records:
        return set()
    ids = [record.pk for record in records]
    found = Task.objects.filter(object_type=registry.of(records[0]).key, object_id__in=ids, done_at=None)
    return {pk for pk in found.values_list("object_id", flat=True) if pk is not None}


def has_open_task(key: str) -> Exists:
    """The condition, on records of an object type, that somebody has an open task about them."""
    return Exists(Task.objects.filter(object_type=key, object_id=OuterRef("pk"), done_at=None))


def _midnight_after(now: datetime) -> datetime:
    day = clock.local_date(now) + timedelta(days=1)
    return datetime.combine(day, time.min, tzinfo=clock.zone())


@dataclass(frozen=True)
class Link:
    """A record that a task or a note is about, as the reader may see it."""

    kind: str
    title: str
    url: str


def about(item: About, user: User) -> Link | None:
    """The record that an item points at; nothing where there is none or the user may not see it."""
    found = record_about(item)
    if found is None or not access.can(user, "view", found):
        return None
    kind = registry.of(found)
    return Link(str(kind.label), str(found), reverse("record", args=[kind.key, found.pk]))


def record_about(item: About) -> Any:
    """The live record that an item points at, whoever asks."""
    if not item.object_type or not registry.known(item.object_type):
        return None
    return registry.get(item.object_type).model.objects.filter(pk=item.object_id).first()


def tasks_about(record: Record, user: User) -> QuerySet[Task]:
    """The tasks about a record that the user may see, open ones first."""
    return (
        Task.objects.visible_to(user)
        .filter(object_type=registry.of(record).key, object_id=record.pk)
        .select_related("owner")
        .order_by(F("done_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "id")
    )


def notes_about(record: Record, user: User) -> QuerySet[Note]:
    """The notes about a record that the user may see, the newest first."""
    return (
        Note.objects.visible_to(user)
        .filter(object_type=registry.of(record).key, object_id=record.pk)
        .select_related("author")
        .order_by("-created_at", "-id")
    )


@dataclass(frozen=True)
class Named(Scope):
    """Notes that name the user. Not for the warehouse: it holds no notes."""

    def q(self, user: User) -> Q:
        return Q(pk__in=Mention.objects.filter(person=user).values("note"))


def named_in(changes: Sequence[Change]) -> Iterator[Told]:
    """Who is named by notes that these changes wrote; an edit names only those who were not named before."""
    written = {c.pk: c for c in changes if c.object_type == "note" and "text" in (c.after or {})}
    notes = Note.objects.filter(pk__in={change.object_id for change in written.values()})
    found = {note.pk: note for note in notes.prefetch_related("mentions__person")}
    for change in written.values():
        note: Any = found.get(change.object_id)
        before = str((change.before or {}).get("text") or "").lower()
        for mention in note.mentions.all() if note is not None and note.object_id is not None else ():
            if f"@{mention.person.username.lower()}" not in before and mention.person_id != change.actor_id:
                yield Told(mention.person_id, (note.object_type, note.object_id), change.pk)


def hanging_on(kind: ObjectType, ids: Sequence[int]) -> Iterator[tuple[ObjectType, Sequence[int]]]:
    """Tasks and notes about records that are deleted for good."""
    for model in (Task, Note):
        about = model.everything.filter(object_type=kind.key, object_id__in=ids)
        yield registry.of(model), list(about.values_list("pk", flat=True))


def _panel(record: Record, user: User) -> Mapping[str, Any]:
    pointer = urlencode({"object_type": registry.of(record).key, "object_id": record.pk})
    return {
        "tasks": tasks_about(record, user)[:SHOWN],
        "notes": notes_about(record, user)[:SHOWN],
        "new_task_url": f"{reverse('record-new', args=['task'])}?{pointer}",
        "new_note_url": f"{reverse('record-new', args=['note'])}?{pointer}",
    }


def _about_panel(item: About, user: User) -> Mapping[str, Any]:
    return {"link": about(item, user)}


# The panel that a module puts on the page of its own object types.
TASKS_AND_NOTES = Panel(
    title=_("Tasks and notes"), template="activities/tasks_and_notes.html", context=_panel
)
ABOUT = Panel(title=_("About"), template="activities/about.html", context=_about_panel)
