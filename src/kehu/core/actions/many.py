"""The same done to many records: together where nothing speaks against it, one by one where something does.

Every function answers with its refusals: of each record that stays as it is, by its id, the sentence that says why.
The caller cuts a large number into chunks and opens the transaction of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock
from kehu.core.actions import records as single
from kehu.core.changes import references
from kehu.core.custom import rules
from kehu.core.custom.given import folded
from kehu.core.duplicates import pairs
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.validation import validate

if TYPE_CHECKING:
    from kehu.core.models import Batch, Record, User
    from kehu.core.registry import ObjectType

Refusals = dict[int, str]
Rows = Sequence[tuple[Any, Mapping[str, Any]]]


def edit(
    kind: ObjectType, rows: Rows, *, by: User, batch: Batch | None, verb: str = "edit", ruled: bool = True
) -> Refusals:
    """New values for records of one type, each its own, under the rules of a single edit.

    The values are taken as such that the user may set, checked by their fields. `ruled` is false where no rule of
    fields has a say.
    """
    refusals: Refusals = {}
    rows = _permitted(kind, rows, refusals, by, "change")
    rows = _obeying(kind, rows, refusals, by) if ruled else rows
    together = kind.edit_many or (single.update_many if kind.edit is None else None)
    if together is not None and len(rows) > 1:
        try:
            with transaction.atomic():
                together(
                    records=[record for record, _new in rows],
                    values=[new for _record, new in rows],
                    by=by,
                    batch=batch,
                )
            return refusals
        except (Refused, ValidationError, DatabaseError):
            rows = _afresh(kind, rows)

    def one(record: Any, new: Mapping[str, Any]) -> None:
        if kind.edit is not None:
            kind.edit(record=record, values=dict(new), by=by, batch=batch)
        else:
            single.update(record, new, by=by, batch=batch, verb=verb)

    return refusals | each(rows, one)


def delete(kind: ObjectType, records: Sequence[Any], *, by: User, batch: Batch | None) -> Refusals:
    """Move records to the recycle bin, but those that live records need."""
    if not kind.deletable:
        raise Forbidden(_("This kind of record is kept for good."))
    refusals: Refusals = {}
    rows = _permitted(kind, [(record, {}) for record in records], refusals, by, "delete")
    rows = [(record, new) for record, new in rows if record.deleted_at is None]
    try:
        with transaction.atomic():
            references.refuse_if_needed(kind, [record.pk for record, _new in rows], by=by)
            for record, _new in rows:
                record.deleted_at = clock.now()
            changes.update_many([record for record, _new in rows], by=by, batch=batch, verb="delete")
        return refusals
    except (Refused, DatabaseError):
        rows = _afresh(kind, rows)
    return refusals | each(rows, lambda record, _new: single.delete(record=record, by=by, batch=batch))


def restore(kind: ObjectType, records: Sequence[Any], *, by: User, batch: Batch | None) -> Refusals:
    """Take records out of the recycle bin, but those without what they belong to and those that a rule forbids.

    One that belongs to another of them comes after that one, in whatever order they are given.
    """
    refusals: Refusals = {}
    waiting: Rows = [(record, {}) for record in records if record.deleted_at is not None]
    if len(waiting) > 1 and _restored_together(kind, [record for record, _new in waiting], by, batch):
        return refusals
    while waiting:
        found = kind.model.everything.in_bulk(record.pk for record, _new in waiting)
        rows = [(found[record.pk], new) for record, new in waiting if record.pk in found]
        refusals = each(rows, lambda record, _new: single.restore(record=record, by=by, batch=batch))
        if len(refusals) in (0, len(rows)):
            break
        waiting = [row for row in rows if row[0].pk in refusals]
    return refusals


def _restored_together(kind: ObjectType, records: Sequence[Any], by: User, batch: Batch | None) -> bool:
    """Bring them back in a few statements where nothing speaks against any of them; says whether that was so."""
    scope = kind.policy.scope("delete", by).q(by)
    ids = [record.pk for record in records]
    if not kind.deletable or kind.model.everything.filter(scope, pk__in=ids).count() != len(ids):
        return False
    if pairs.merges_of(kind, ids):
        return False
    try:
        with transaction.atomic():
            for record in records:
                record.deleted_at = None
            references.refuse_gone(records, by=by)
            for record in records:
                validate(record, changed=("deleted_at",))
            changes.update_many(records, by=by, batch=batch, verb="restore")
    except (Refused, ValidationError, DatabaseError):
        return False
    return True


def each(rows: Rows, one: Callable[[Any, Mapping[str, Any]], Any]) -> Refusals:
    """One by one, each whole or not at all."""
    refusals = {}
    for record, new in rows:
        try:
            with transaction.atomic():
                one(record, new)
        except (Refused, ValidationError, DatabaseError) as error:
            refusals[record.pk] = sentence(error)
    return refusals


def sentence(error: Exception) -> str:
    """What refuses a record, for a person."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, DatabaseError):
        return _("the database refuses this row: %(why)s") % {"why": str(error).splitlines()[0]}
    return str(error)


def _permitted(kind: ObjectType, rows: Rows, refusals: Refusals, by: User, verb: str) -> Rows:
    """Those whose record the user may change or delete and that is not in the recycle bin."""
    scope = kind.policy.scope(verb, by).q(by)
    mine = kind.model.objects.filter(scope, pk__in=[record.pk for record, _new in rows])
    may = set(mine.values_list("pk", flat=True))
    for record, _new in rows:
        if record.pk not in may:
            try:
                access.require(by, verb, record)
                _require_live(record)
            except Refused as refusal:
                refusals[record.pk] = str(refusal)
    return [row for row in rows if row[0].pk in may]


def _require_live(record: Record) -> None:
    if record.deleted_at is not None:
        raise Conflict(_("This record is in the recycle bin. Restore it first."))


def _obeying(kind: ObjectType, rows: Rows, refusals: Refusals, by: User) -> Rows:
    """Those that the rules of fields let through; custom values come to stand in their column."""
    ready: list[tuple[Any, Mapping[str, Any]]] = []
    for record, new in rows:
        try:
            rules.check(kind, new, by=by, record=record)
            ready.append((record, folded(kind, new)))
        except Refused as refusal:
            refusals[record.pk] = str(refusal)
    return ready


def _afresh(kind: ObjectType, rows: Rows) -> Rows:
    """The rows with their records as they are stored: what was refused has left its traces in memory."""
    fresh = kind.model.objects.in_bulk(record.pk for record, _new in rows)
    return [(fresh[record.pk], new) for record, new in rows if record.pk in fresh]


def told(refusals: Refusals, records: Iterable[Any]) -> list[tuple[Any, str]]:
    """The refused records with their sentences, in the order of the records."""
    return [(record, refusals[record.pk]) for record in records if record.pk in refusals]
