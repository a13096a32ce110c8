"""What happened to a record, as one user may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from kehu.core import access, registry, verbs
from kehu.core.changes.undo import used_since
from kehu.core.custom.page import typed
from kehu.core.models import Batch, Change, Company, User
from kehu.core.models.company import HISTORY
from kehu.core.models.values import code_of
from kehu.core.reading import WITHHELD, text_of
from kehu.core.registry import ObjectType

PAGE = 20


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    id: int
    when: datetime
    who: str
    what: str
    verb: str
    icon: str
    changes: list[FieldChange]
    undo_url: str = ""


@dataclass(frozen=True)
class Timeline:
    entries: list[Entry]
    more_url: str = ""


def of_record(record: Any, user: User, *, before: int | None = None) -> Timeline:
    """The newest entries of a record's history, older than change `before` where it is given."""
    kind = registry.of(record)
    found = Change.objects.filter(object_type=kind.key, object_id=record.pk).select_related("actor", "batch")
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-id")[: PAGE + 1])
    may_undo = access.can(user, "change", record)
    entries = [
        entry(change, kind, user, undo_url=way_back(change, record, user) if may_undo else "")
        for change in page[:PAGE]
    ]
    more = (
        f"{reverse('record', args=[kind.key, record.pk])}?history={page[PAGE - 1].pk}"
        if len(page) > PAGE
        else ""
    )
    return Timeline(entries, more)


def of_company(url: str, *, before: int | None = None) -> Timeline:
    """The newest changes of the company's habits, for administrators; `url` is the page that shows them."""
    found = Change.objects.filter(object_type=HISTORY).select_related("actor")
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found.order_by("-id")[: PAGE + 1])
    entries = []
    for change in page[:PAGE]:
        after = change.after or {}
        fields = [
            FieldChange(_habit(name), _habit(name, old), _habit(name, after.get(name)))
            for name, old in (change.before or {}).items()
        ]
        entries.append(_entry(change, fields))
    return Timeline(entries, f"{url}?history={page[PAGE - 1].pk}" if len(page) > PAGE else "")


def _habit(name: str, *value: Any) -> str:
    """What a habit of the company is called, or a value of it as text."""
    field: Any = Company._meta.get_field(name)
    if not value:
        return str(field.verbose_name)
    return str(dict(field.flatchoices).get(value[0], value[0]) if field.choices else value[0])


def entry(change: Change, kind: ObjectType, user: User, *, undo_url: str) -> Entry:
    fields = field_changes(change, kind, user) if change.before is not None else []
    return _entry(change, fields, undo_url)


def _entry(change: Change, fields: list[FieldChange], undo_url: str = "") -> Entry:
    verb = verbs.get(change.verb)
    return Entry(
        id=change.pk,
        when=change.at,
        who=str(change.actor) if change.actor else _("the system"),
        what=str(verb.label),
        verb=change.verb,
        icon=verb.icon,
        changes=fields,
        undo_url=undo_url,
    )


def way_back(change: Change, record: Any, user: User) -> str:
    """The address that takes a change back, with the step that it was part of; empty where none is offered."""
    batch = change.batch
    if batch is not None and not verbs.get(batch.verb).loads:
        own = batch.actor_id == user.pk or user.role == access.roles.ADMINISTRATOR
        offered = own and batch.state == Batch.State.DONE and verbs.get(batch.verb).undoable
        return reverse("batch-undo", args=[batch.pk]) if offered else ""
    if batch is not None and change.verb != batch.verb:
        return ""  # a step within a load: half of it would stay
    if not verbs.get(change.verb).undoable:
        return ""
    if change.before is None and (
        change.verb != "create" or record.deleted_at is not None or used_since(change) is not None
    ):
        return ""
    return reverse("change-undo", args=[change.pk])


def field_changes(change: Change, kind: ObjectType, user: User) -> list[FieldChange]:
    """The changed fields that the user may read; a masked one stays masked, a reference needs its own right."""
    found = []
    fields = {field.attname: field for field in kind.model._meta.concrete_fields}
    after = change.after or {}
    for attname, old in (change.before or {}).items():
        field = kind.field(attname) if code_of(attname) else fields.get(attname)
        if (
            field is None
            or attname in {"deleted_at", "password", "path"}
            or registry.hides(kind, field.name, user)
            or attname in {"deleted_at", "password", "path", "secret"}
            or field.name in kind.pointer  # what it pointed at then is not asked for now
            or kind.policy.hides(field.name, user)
        ):
            continue
        texts = [value_text(kind, field, value, user) for value in (old, after.get(attname))]
        found.append(FieldChange(str(getattr(field, "verbose_name", attname)), *texts))
    return found


def value_text(kind: ObjectType, field: Any, value: Any, user: User) -> str:
    if value is None or value == "":
        return ""
    if kind.policy.masks(field.name, user):
        return access.mask(value)
    if field.is_relation:
        return reference_text(field, value, user)
    if code_of(field.name):
        shown = typed(field, value)
        return text_of(shown, registry.kind_of_field(field))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return text_of(_typed(field, value), registry.kind_of_field(field))


def reference_text(field: Any, pk: Any, user: User) -> str:
    target = field.related_model
    if not registry.declares_model(target):
        return str(pk)
    kind = registry.of(target)
    seen = target.everything.filter(kind.policy.scope("view", user).q(user), pk=pk).first()
    return str(seen) if seen is not None else WITHHELD


def _typed(field: Any, value: Any) -> Any:
    kind = registry.kind_of_field(field)
    if kind == "time":
        return parse_datetime(value) or value
    if kind == "date":
        return parse_date(value) or value
    return field.to_python(value)
