"""What administrators add without code: fields, objects, rules and layouts. All are records, so history and undo hold;
what would harm stored values is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock, registry
from kehu.core.actions import records
from kehu.core.custom import checks, definitions, indexes
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Batch, CustomField, CustomObject, CustomRecord, FieldRule, Layout, User

# Parts of lookups; a field of that name could not be asked for.
RESERVED = frozenset({
    "exact", "iexact", "contains", "icontains", "in", "gt", "gte", "lt", "lte", "range", "isnull", "has_key",
    "has_keys", "has_any_keys", "contained_by", "regex", "iregex", "startswith", "istartswith", "endswith", "iendswith",
    "custom",
    "id", "pk", "year", "month", "day", "date", "week", "quarter",
})  # fmt: skip
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
KEY = re.compile(r"x_[a-z][a-z0-9]*(_[a-z0-9]+)*")


@transaction.atomic
def add_field(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> CustomField:
    """A new field on an object; Refused where its code is taken or its formula, roll-up or choices make no sense."""
    kind = registry.of(CustomField)
    access.require(by, "add", kind)
    definition = CustomField(**records.allowed(kind, values, by))
    _check_code(definition)
    return _store(definition, by=by, batch=batch)


@transaction.atomic
def change_field(
    *, record: CustomField, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> CustomField:
    """Change a field; its object, code and kind stay, as values are stored by them."""
    access.require(by, "change", record)
    for name, value in records.allowed(registry.of(CustomField), values, by).items():
        if name in {"object_type", "code", "kind", "target"} and value != getattr(record, name):
            sentence = _("This stays as it is: values are stored by it. Add another field instead.")
            raise Refused(sentence, fields={name: sentence})
        setattr(record, name, value)
    return _store(record, by=by, batch=batch)


def _store(definition: CustomField, *, by: User, batch: Batch | None) -> CustomField:
    checks.field(definition)
    waiting = _work_of(definition)
    records.validate(definition)
    changes.save(definition, by=by, verb="", batch=batch)
    definitions.forget()
    for job, pk in waiting:
        transaction.on_commit(definitions.forget)
        job.later(pk=pk or definition.pk)
    return definition


def _work_of(definition: CustomField) -> list[tuple[Any, int | None]]:
    """What has to be done in the background, and for which field (none: for this one): an index made or dropped,
    records made findable."""
    work: list[tuple[Any, int | None]] = []
    was = definition.loaded.get("indexed", False)
    if definition.indexed != was:
        definition.index_state = CustomField.Index.WAITING if definition.indexed else ""
        work.append((indexes.build, None))
    if definition.searchable != definition.loaded.get("searchable", False):
        work.append((indexes.make_findable, None))
    if any(
        definition.loaded and getattr(definition, n) != definition.loaded[n] for n in ("formula", "result")
    ):
        # The index of a formula holds what the formula says, also that of one that uses this one.
        held = CustomField.objects.filter(
            object_type=definition.object_type, kind=CustomField.Kind.FORMULA, indexed=True
        )
        work += [
            (indexes.build, pk)
            for pk in held.values_list("pk", flat=True)
            if (indexes.build, None) not in work
        ]
    return work


def _check_code(definition: CustomField) -> None:
    """A code names one kind of value for ever: what was once stored under it has to stay readable."""
    code = definition.code
    if not CODE.fullmatch(code) or len(code) > 40 or code in RESERVED:
        sentence = _(
            "“%(code)s” cannot be a code: use small letters, digits and _, and no word of the filters."
        )
        raise Refused(sentence % {"code": code}, fields={"code": sentence % {"code": code}})
    held = CustomField.everything.filter(code=code)
    if held.filter(object_type=definition.object_type).exists():
        sentence = _("This object has or had a field “%(code)s”. Bring that one back, or take another code.")
        raise Conflict(sentence % {"code": code}, fields={"code": sentence % {"code": code}})
    if definition.object_type.startswith("x_"):
        # All custom objects share one table, so their codes share one meaning.
        other = held.filter(object_type__startswith="x_").exclude(
            kind=definition.kind, result=definition.result
        )
        if (found := other.first()) is not None:
            sentence = _("“%(code)s” is another kind of field in “%(object)s”. Take another code.") % {
                "code": code, "object": found.get_object_type_display(),
            }  # fmt: skip
            raise Conflict(sentence, fields={"code": sentence})


@transaction.atomic
def retire_field(*, record: CustomField, by: User) -> CustomField:
    """Take a field out of use; its values stay and come back with it."""
    access.require(by, "change", record)
    if record.retired_at is not None:
        raise Conflict(_("This field is retired already."))
    record.retired_at = clock.now()
    changes.save(record, by=by, verb="retire")
    definitions.forget()
    return record


@transaction.atomic
def revive_field(*, record: CustomField, by: User) -> CustomField:
    """Bring a retired field back with all its values."""
    access.require(by, "change", record)
    if record.retired_at is None:
        raise Conflict(_("This field is in use."))
    record.retired_at = None
    changes.save(record, by=by, verb="revive")
    definitions.forget()
    return record


@transaction.atomic
def add_object(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> CustomObject:
    """A new object with list, record page, form, import, export, API, search and history."""
    kind = registry.of(CustomObject)
    access.require(by, "add", kind)
    made = CustomObject(**records.allowed(kind, values, by))
    if not KEY.fullmatch(made.key) or len(made.key) > 38:
        sentence = _("“%(code)s” cannot be a code: write x_ and small letters, digits or _, as in x_project.")
        raise Refused(sentence % {"code": made.key}, fields={"key": sentence % {"code": made.key}})
    return _store_object(made, by=by, batch=batch)


@transaction.atomic
def change_object(
    *, record: CustomObject, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> CustomObject:
    """Change labels, place and rights of an object; its code stays."""
    access.require(by, "change", record)
    for name, value in records.allowed(registry.of(CustomObject), values, by).items():
        if name == "key" and value != record.key:
            sentence = _("This stays as it is: records are stored by it. Add another object instead.")
            raise Refused(sentence, fields={name: sentence})
        setattr(record, name, value)
    return _store_object(record, by=by, batch=batch)


def _store_object(made: CustomObject, *, by: User, batch: Batch | None) -> CustomObject:
    checks.custom_object(made)
    records.validate(made)
    changes.save(made, by=by, batch=batch)
    definitions.forget()
    return made


def guard_object(record: CustomObject, change: Any) -> None:
    """An object goes only while it has no records."""
    if (
        change.before is None
        and CustomRecord.everything.filter(object_key=record.key, deleted_at=None).exists()
    ):
        raise Conflict(_("“%(object)s” has records. Delete them first.") % {"object": record})


@transaction.atomic
def set_rule(
    *, values: Mapping[str, Any], by: User, record: FieldRule | None = None, batch: Batch | None = None
) -> FieldRule:
    """Add or change a rule; Refused where it names fields that are not there."""
    kind = registry.of(FieldRule)
    access.require(by, *(("change", record) if record is not None else ("add", kind)))
    record = record or FieldRule()
    for name, value in records.allowed(kind, values, by).items():
        setattr(record, name, value)
    checks.rule(record)
    records.validate(record)
    changes.save(record, by=by, batch=batch)
    definitions.forget()
    return record


@transaction.atomic
def set_layout(
    *, object_type: str, page: str, role: str, sections: list[dict[str, Any]], hidden: list[str], by: User
) -> Layout:
    """Arrange the fields of a page for a role, or for everyone; only what the object has can be arranged."""
    access.require(by, "change", registry.of(Layout))
    layout = Layout.everything.filter(object_type=object_type, page=page, role=role).first()
    layout = layout or Layout(object_type=object_type, page=page, role=role)
    layout.deleted_at = None
    layout.sections, layout.hidden = checks.arranged(registry.get(object_type), page, sections, hidden)
    records.validate(layout)
    changes.save(layout, by=by, verb="" if layout.pk is None else "arrange")
    definitions.forget()
    return layout


@transaction.atomic
def drop_layout(*, layout: Layout, by: User) -> None:
    """Go back to the layout that the object has of itself."""
    records.delete(record=layout, by=by)
    definitions.forget()
