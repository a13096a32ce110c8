"""The plain actions: create, edit, delete, restore. A module writes its own only when it has something to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock, registry
from kehu.core.changes import references
from kehu.core.custom import rules
from kehu.core.custom.given import completed, folded
from kehu.core.errors import Conflict, Forbidden, NotFound, Refused
from kehu.core.models import Batch, Record

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType


@transaction.atomic
def create(
    model: type[Record],
    values: Mapping[str, Any],
    *,
    by: User,
    batch: Batch | None = None,
    verb: str = "create",
) -> Any:
    """A new record with the given field values. Only fields of the declared form may be set."""
    kind = registry.of(model)
    access.require(by, "add", kind)
    values = completed(kind, values)
    rules.check(kind, values, by=by)
    if kind.create is not None:
        return kind.create(values=values, by=by, batch=batch)
    return insert(model, allowed(kind, values, by), by=by, batch=batch, verb=verb)


def insert(
    model: type[Record],
    values: Mapping[str, Any],
    *,
    by: User | None,
    batch: Batch | None = None,
    verb: str = "create",
) -> Any:
    """Validate and store a new record; for actions that have checked the right already."""
    record: Any = model(**values)
    if hasattr(record, "owner_id") and record.owner_id is None and "owner" not in values and by is not None:
        record.owner = by
    validate(record)
    changes.save(record, by=by, verb=verb, batch=batch)
    return record


@transaction.atomic
def edit(
    *, record: Any, values: Mapping[str, Any], by: User, batch: Batch | None = None, verb: str = "edit"
) -> Any:
    """Change fields of a record that the user may change."""
    kind = registry.of(record)
    access.require(by, "change", record)
    if record.deleted_at is not None:
        raise Conflict(_("This record is in the recycle bin. Restore it first."))
    rules.check(kind, values, by=by, record=record)
    if kind.edit is not None:
        return kind.edit(record=record, values=dict(values), by=by, batch=batch)
    return update(record, allowed(kind, values, by), by=by, batch=batch, verb=verb)


def update(
    record: Any, values: Mapping[str, Any], *, by: User | None, batch: Batch | None = None, verb: str = "edit"
) -> Any:
    """Validate and store new values; for actions that have checked the right already."""
    for name, value in values.items():
        setattr(record, name, value)
    validate(record)
    changes.save(record, by=by, verb=verb, batch=batch)
    return record


@transaction.atomic
def delete(*, record: Any, by: User, batch: Batch | None = None) -> None:
    """Move a record to the recycle bin, unless live records need it."""
    kind = registry.of(record)
    access.require(by, "delete", record)
    if not kind.deletable:
        raise Forbidden(_("This kind of record is kept for good."))
    if record.deleted_at is not None:
        return
    references.refuse_if_needed(kind, [record.pk], by=by)
    record.deleted_at = clock.now()
    changes.save(record, by=by, verb="delete", batch=batch)


@transaction.atomic
def restore(*, record: Any, by: User, batch: Batch | None = None) -> None:
    """Take a record back out of the recycle bin."""
    access.require(by, "delete", record)
    if not registry.of(record).deletable:
        raise Forbidden(_("This kind of record is kept as it is."))
    record.deleted_at = None
    changes.save(record, by=by, verb="restore", batch=batch)


def allowed(kind: ObjectType, values: Mapping[str, Any], by: User) -> dict[str, Any]:
    """The values that the user may set; a field outside the form is refused by name.

    A record that the user may not see cannot be pointed at either. Custom values come under `custom`, checked.
    """
    accepted = {}
    for name, value in values.items():
        if name not in kind.form_fields or kind.policy.fixes(name, by):
            raise Forbidden(
                _("The field “%(field)s” cannot be set here.") % {"field": kind.label_of(name)},
                fields={name: ""},
            )
        if isinstance(value, Record):
            access_to_reference(value, name, by)
        accepted[name] = value
    return folded(kind, accepted)


def access_to_reference(target: Record, name: str, by: User) -> None:
    if not access.can(by, "view", target):
        raise NotFound(_("There is no such record, or you may not see it."), fields={name: ""})


def validate(record: models.Model) -> None:
    """Field rules and database constraints, as sentences by field."""
    refuse_null_characters(record)
    try:
        record.full_clean()
    except ValidationError as error:
        fields = {name: " ".join(messages) for name, messages in error.message_dict.items()}
        raise Refused(_sentence(record, fields), fields=fields) from error
    except IntegrityError as error:
        raise Conflict(_("A record with the same key exists already.")) from error


def refuse_null_characters(record: models.Model) -> None:
    """PostgreSQL stores no text with a null character in it; forms refuse it, programs may send it."""
    for field in record._meta.concrete_fields:
        if isinstance(value := getattr(record, field.attname), str) and "\x00" in value:
            sentence = _("Null characters are not allowed.")
            raise Refused(_labelled(field.verbose_name, sentence), fields={field.name: sentence})


def _sentence(record: models.Model, fields: Mapping[str, str]) -> str:
    parts = []
    for name, message in fields.items():
        if name == "__all__":
            parts.append(message)
        else:
            field: Any = record._meta.get_field(name)
            parts.append(_labelled(field.verbose_name, message))
    return " ".join(parts)


def _labelled(label: Any, sentence: Any) -> str:
    return _("%(label)s: %(value)s") % {"label": label, "value": sentence}
