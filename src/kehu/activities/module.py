"""What activities declares: tasks and notes, and the panel of both on customers."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kehu.activities import actions
from kehu.activities.forms import NoteForm, TaskForm
from kehu.activities.models import Note, Task
from kehu.activities.queries import ABOUT, TASKS_AND_NOTES, Named, hanging_on, named_in
from kehu.core import access
from kehu.core.access import OWN, TEAM, Own, Policy, TeamAndBelow, everyone, roles
from kehu.core.models import User
from kehu.core.registry import Column, ObjectType, RecordAction, Section
from kehu.core.timeline import Source

LEADING = (roles.GENERAL_MANAGER, roles.MARKETING_HEAD, roles.SALES_HEAD)


def task_state(task: Task) -> tuple[str, Any]:
    if task.done_at is not None:
        return "good", _("Done")
    return ("bad", _("Overdue")) if task.is_overdue else ("info", _("To do"))


def may_complete(task: Task, user: User) -> bool:
    return task.done_at is None and access.can(user, "change", task)


def may_reopen(task: Task, user: User) -> bool:
    return task.done_at is not None and access.can(user, "change", task)


def complete(*, record: Task, by: User) -> None:
    actions.complete(task=record, by=by)


def reopen(*, record: Task, by: User) -> None:
    actions.reopen(task=record, by=by)


TASK = ObjectType(
    key="task",
    model=Task,
    label=_("Task"),
    label_plural=_("Tasks"),
    icon="checklist",
    group="sell",
    rank=60,
    policy=Policy(
        view=everyone(TEAM),
        change={**everyone(OWN), **everyone(TEAM, *LEADING)},
        delete={**everyone(OWN), **everyone(TEAM, *LEADING)},
        add=roles.ALL,
    ),
    columns=("title", Column("kind", kind="pill"), "due_on", "priority", "owner", "done_at"),
    filters=("kind", "priority", "owner", "due_on", "done_at"),
    form=(
        Section(_("Task"), ("title", "kind", "due_on", "priority", "owner", "note")),
        Section(_("About"), ("object_type", "object_id"), on_page=False),
    ),
    form_class=TaskForm,
    search=("title", "note"),
    ordering=("due_on", "id"),
    panels=(ABOUT,),
    actions=(
        RecordAction(
            "complete", _("Done"), run=complete, allowed=may_complete, icon="check", primary=True,
            many=True, done=_("“%(record)s” is done."),
        ),
        RecordAction(
            "reopen", _("Not done"), run=reopen, allowed=may_reopen, icon="rotate",
            many=True, done=_("“%(record)s” is on the list again."),
        ),
    ),
    pointer=("object_type", "object_id"),
    create=actions.create_task,
    edit=actions.edit_task,
    state=task_state,
)  # fmt: skip

NOTE = ObjectType(
    key="note",
    model=Note,
    label=_("Note"),
    label_plural=_("Notes"),
    icon="note",
    policy=Policy(
        view=everyone(TeamAndBelow("author") | Named()),
        change=everyone(Own("author")),
        delete=everyone(Own("author")),
        add=roles.ALL,
    ),
    columns=("text", "author", "created_at"),
    filters=("author",),
    form=(
        Section(_("Note"), ("text",)),
        Section(_("About"), ("object_type", "object_id"), on_page=False),
    ),
    form_class=NoteForm,
    search=("text",),
    panels=(ABOUT,),
    pointer=("object_type", "object_id"),
    create=actions.create_note,
    edit=actions.edit_note,
)

OBJECTS = (TASK, NOTE)
PANELS = {"account": (TASKS_AND_NOTES,), "contact": (TASKS_AND_NOTES,)}
DOING = ("activities", _("Tasks and notes"))
TIMELINE = {
    "*": (
        Source("note", "created_at", *DOING, what=_("Note"), facts=("text",), who="author"),
        Source(
            "task", "created_at", *DOING, what=_("Task planned"), facts=("title", "kind", "due_on"), who="owner",
            only=Q(done_at=None),
        ),
        Source(
            "task", "done_at", *DOING, what=_("Task done"), facts=("title", "kind"), who="owner", icon="circle-check"
        ),
    )
}  # fmt: skip
MENTIONS = (named_in,)
PURGED = (hanging_on,)
