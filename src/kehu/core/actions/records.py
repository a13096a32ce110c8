"""The plain actions: create, edit, delete, restore. A module writes its own only when it has something to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.core import access, changes, clock, registry
from kehu.core.changes import references
from kehu.core.custom import rules
from kehu.core.custom.given import completed, folded
from kehu.core.duplicates import pairs
from kehu.core.errors import Conflict, Forbidden, Merged, NotFound, Stale
from kehu.core.models import Batch, Record
from kehu.core.models.values import Given
from kehu.core.validation import check
from kehu.core.validation import refusal_of as refusal_of
from kehu.core.validation import refuse_broken_text as refuse_broken_text
from kehu.core.validation import validate as validate

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType, RecordAction

Check = Callable[[Any], bool]
_STALE = gettext_lazy("The record was changed since you read it. Read it again, then send your change.")


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
    if kind.create is not None and kind.reads_first:
        return kind.create(values=dict(values), by=by, batch=batch)
    with transaction.atomic():
        if kind.create is not None:
            return kind.create(values=dict(values), by=by, batch=batch)
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
    *,
    record: Any,
    values: Mapping[str, Any],
    by: User,
    batch: Batch | None = None,
    verb: str = "edit",
    expected: Check | None = None,
) -> Any:
    """Change fields of a record that the user may change.

    The record is read anew and held: nobody else changes it meanwhile. `expected` looks at it then: refused as stale
    where it says no.
    """
    record = as_expected(record, expected)
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


def update_many(
    *, records: Sequence[Any], values: Sequence[Mapping[str, Any]], by: User, batch: Batch | None = None
) -> None:
    """New values for many records of one type, each its own; for actions that have checked the right to change them.

    The values are taken as checked by their fields; the database refuses what its constraints forbid.
    """
    kind = registry.of(records[0])
    for record, row in zip(records, allowed_rows(kind, values, by), strict=True):
        for name, value in row.items():
            setattr(record, name, value)
        record.clean()
        check(record)
    changes.update_many(records, by=by, batch=batch, verb="import" if batch else "edit")


@transaction.atomic
def delete(*, record: Any, by: User, batch: Batch | None = None, expected: Check | None = None) -> None:
    """Move a record to the recycle bin, unless live records need it. `expected` as in `edit`."""
    record = as_expected(record, expected)
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
    """Take a record back out of the recycle bin, under the rules of an edit; Conflict without what it belongs to.

    Merged where a merge sent it there: what belonged to it is with the other now.
    """
    access.require(by, "delete", record)
    if not registry.of(record).deletable:
        raise Forbidden(_("This kind of record is kept as it is."))
    if merge := pairs.merges_of(registry.of(record), [record.pk]).get(record.pk):
        raise Merged(merge)
    record.deleted_at = None
    references.refuse_gone([record], by=by)
    validate(record, changed=("deleted_at",))
    changes.save(record, by=by, verb="restore", batch=batch)


@transaction.atomic
def press(action: RecordAction, *, record: Any, by: User, **values: Any) -> Any:
    """Do what a button of a record does, with the record as it is stored: who presses twice presses one after the
    other. The answer is the action's own."""
    stored = locked(record)
    if stored is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    if stored.deleted_at is not None:
        raise Conflict(_("This record is in the recycle bin. Restore it first."))
    return action.run(record=stored, by=by, **values)


def locked(record: Any) -> Any:
    """The record as it is stored, which nobody else changes before the transaction ends; nothing where it is gone."""
    return type(record).everything.select_for_update(of=("self",)).filter(pk=record.pk).first()


def as_expected(record: Any, expected: Check | None) -> Any:
    """The record, made what is stored now and locked: what others have changed since it was read is not written over.

    Stale where a check of it was asked for and it says no.
    """
    rows = type(record).everything.select_for_update(of=("self",))
    try:
        record.refresh_from_db(from_queryset=rows)
    except type(record).DoesNotExist:
        if expected is None:
            raise NotFound(_("There is no such record, or you may not see it.")) from None
        raise Stale(_STALE) from None
    record.loaded = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    if expected is not None and not expected(record):
        raise Stale(_STALE)
    return record


def allowed(kind: ObjectType, values: Mapping[str, Any], by: User) -> dict[str, Any]:
    """The values that the user may set; a field outside the form is refused by name.

    A record that the user may not see cannot be pointed at either. Custom values come under `custom`, checked.
    """
    accepted = {}
    for name, value in values.items():
        if isinstance(value, Given):
            accepted[name] = value  # an import has folded and checked it already
            continue
        if name not in kind.form_fields or kind.policy.fixes(name, by):
            raise Forbidden(
                _("The field “%(field)s” cannot be set here.") % {"field": kind.label_of(name)},
                fields={name: ""},
            )
        if isinstance(value, Record):
            access_to_reference(value, name, by)
        accepted[name] = value
    return folded(kind, accepted)


def allowed_rows(kind: ObjectType, rows: Sequence[Mapping[str, Any]], by: User) -> Iterator[dict[str, Any]]:
    """`allowed` of each row; where many records get the very same values, those are looked at once."""
    known: dict[int, dict[str, Any]] = {}
    for row in rows:
        found = known.get(id(row))
        if found is None:
            found = known[id(row)] = allowed(kind, row, by)
        yield found


def access_to_reference(target: Record, name: str, by: User) -> None:
    if not access.can(by, "view", target):
        raise NotFound(_("There is no such record, or you may not see it."), fields={name: ""})
