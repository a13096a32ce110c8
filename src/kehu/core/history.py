"""What happened to a record, as one user may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from kehu.core import access, clock, registry, verbs
from kehu.core.changes import origin
from kehu.core.changes.undo import used_since
from kehu.core.changes.values import plain
from kehu.core.custom.page import typed
from kehu.core.errors import Conflict
from kehu.core.models import Batch, Change, Company, User
from kehu.core.models.company import HISTORY
from kehu.core.models.values import code_of
from kehu.core.reading import WITHHELD, text_of
from kehu.core.registry import ObjectType

PAGE = 20


@dataclass(frozen=True)
class FieldChange:
    """`name` is the model field that can be set back; empty where it cannot."""

    field: str
    before: str
    after: str
    name: str = ""


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
    origin: str = ""


@dataclass(frozen=True)
class Timeline:
    entries: list[Entry]
    more_url: str = ""


def of_record(
    record: Any, user: User, *, before: int | None = None, field: str = "", person: int | None = None
) -> Timeline:
    """The newest entries of a record's history, older than change `before` where it is given.

    Narrowed to what touched a field, by its name, or to what one person did.
    """
    kind = registry.of(record)
    found = Change.objects.filter(object_type=kind.key, object_id=record.pk).select_related("actor", "batch")
    if field:
        name = getattr(kind.field(field), "attname", field)
        found = found.filter(before__has_key=name)
    if person is not None:
        found = found.filter(actor=person)
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
        who=name_of(change),
        what=str(verb.label),
        verb=change.verb,
        icon=verb.icon,
        changes=fields,
        undo_url=undo_url,
        origin=origin.words(change.origin, file_of(change)),
    )


def name_of(change: Change) -> str:
    """Who made a change."""
    return str(change.actor) if change.actor else _("the system")


def file_of(change: Change) -> str:
    """The file that an import read a change from; empty where it comes from elsewhere."""
    batch = change.batch
    return batch.label if batch is not None and batch.verb == "import" else ""


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
        if attname == "tags":
            found.append(FieldChange(_("Tags"), str(old or ""), str(after.get(attname) or "")))
        if (
            field is None
            or attname in {"deleted_at", "password", "path", "secret"}
            or field.name in kind.pointer  # what it pointed at then is not asked for now
            or registry.hides(kind, field.name, user)
        ):
            continue
        old_text, new_text = (value_text(kind, field, value, user) for value in (old, after.get(attname)))
        label = str(getattr(field, "verbose_name", attname))
        found.append(FieldChange(label, old_text, new_text, field.name))
    return found


def people(record: Any) -> list[User]:
    """Who has changed a record."""
    changes = Change.objects.filter(object_type=registry.of(record).key, object_id=record.pk)
    return list(User.everything.filter(pk__in=changes.values("actor")).order_by("name"))


def values_on(record: Any, day: date) -> dict[str, Any]:
    """The logged values of a record, by column, as they stood at the end of a day where the company is.

    Raises Conflict where the record came later.
    """
    kind = registry.of(record)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.zone()) - clock.offset()
    columns = [field.attname for field in kind.model._meta.concrete_fields]
    values = {name: plain(getattr(record, name)) for name in columns}
    since = Change.objects.filter(object_type=kind.key, object_id=record.pk, at__gte=end).order_by("-id")
    for change in since.iterator():
        if change.before is None:
            raise Conflict(_("This record did not exist on that day."))
        values.update({name: old for name, old in change.before.items() if name in values})
    return values


def differing(record: Any, then: dict[str, Any]) -> dict[str, Any]:
    """By field name the earlier values of those fields that stand otherwise now."""
    fields = registry.of(record).model._meta.concrete_fields
    skipped = {"id", "created_at", "updated_at", "deleted_at", "password"}
    return {
        field.name: then[field.attname]
        for field in fields
        if field.attname not in skipped
        and _bare(then[field.attname]) != _bare(plain(getattr(record, field.attname)))
    }


def _bare(value: Any) -> Any:
    return None if value == "" else value


def value_text(kind: ObjectType, field: Any, value: Any, user: User) -> str:
    if value is None or value == "":
        return ""
    if kind.policy.masks(field.name, user):
        return access.mask(value)
    if field.is_relation:
        return reference_text(field, value, user)
    if code_of(field.name):
        shown = typed(field, value)
        return text_of(shown, registry.kind_of_field(field), path=field.name)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return text_of(_typed(field, value), registry.kind_of_field(field), path=field.name)


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
