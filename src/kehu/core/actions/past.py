"""Bringing back what stood there before: one field, or a record as it was on a day. Both are plain edits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, history, registry
from kehu.core.actions import records
from kehu.core.changes.values import restore_value
from kehu.core.errors import Conflict, NotFound, Refused

if TYPE_CHECKING:
    from kehu.core.models import Change, Record, User
    from kehu.core.registry import ObjectType


@transaction.atomic
def restore_field(*, change: Change, name: str, by: User) -> Record:
    """Set one field to what stood there before a change."""
    kind = registry.get(change.object_type)
    record: Any = kind.model.objects.filter(pk=change.object_id).first()
    field = kind.field(name)
    if record is None or field is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    access.require(by, "change", record)
    attname = getattr(field, "attname", name)
    if change.before is None or attname not in change.before:
        raise Conflict(_("This change did not touch that field."))
    return records.edit(record=record, values={name: _value(kind, name, change.before[attname], by)}, by=by)


@transaction.atomic
def restore_day(*, record: Record, day: date, by: User) -> list[str]:
    """Set the fields that the user may set to what they were at the end of a day; returns their names.

    What only actions set (a stage, a score) stays as it is.
    """
    kind = registry.of(record)
    access.require(by, "change", record)
    then = history.values_on(record, day)
    values = {
        name: _value(kind, name, raw, by)
        for name, raw in history.differing(record, then).items()
        if name in kind.form_fields and not kind.policy.fixes(name, by)
    }
    if not values:
        raise Conflict(_("Nothing that you may set differs from that day."))
    records.edit(record=record, values=values, by=by)
    return list(values)


def _value(kind: ObjectType, name: str, raw: Any, by: User) -> Any:
    """A logged value as a form would give it; a record that is gone or hidden cannot be pointed at."""
    field: Any = kind.field(name)
    value = restore_value(field, raw)
    if value is None or not field.is_relation:
        return value
    target = field.related_model.objects.visible_to(by).filter(pk=value).first()
    if target is None:
        sentence = _("“%(field)s” pointed at a record that is gone or that you may not see.") % {
            "field": kind.label_of(name)
        }
        raise Refused(sentence, fields={name: sentence})
    return target
