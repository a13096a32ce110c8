"""Taking changes back. Undo is a change like any other: it has an actor, a batch, and can itself be undone."""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from kehu.core import access, clock, registry, tags, verbs
from kehu.core.changes import references
from kehu.core.changes.log import batch as open_batch
from kehu.core.changes.log import log, save
from kehu.core.changes.standing import is_undone
from kehu.core.changes.values import SECRET, held, restore
from kehu.core.errors import Conflict, Forbidden
from kehu.core.models.changelog import Batch, Change
from kehu.core.models.values import code_of
from kehu.core.validation import validate

if TYPE_CHECKING:
    from kehu.core.models import Record, User
    from kehu.core.registry import ObjectType

CHUNK = 500


def undo_change(*, change: Change, by: User) -> Batch:
    """Take one change back. Refuses, and names it, where a later change touched the same fields."""
    _refuse_part(change)
    with transaction.atomic(), open_batch("undo", by=by, label=_label(change)) as opened:
        gone = _revert(change, by=by, batch=opened)
        if gone is not None:
            references.refuse_if_needed(registry.of(gone), [gone.pk], by=by)
    return opened


def undo_at_once(*, batch: Batch, by: User) -> Batch:
    """Take a whole batch back in one transaction, newest change first; all of it or nothing."""
    with transaction.atomic():
        # Of two that ask at once, the second finds it done.
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        refuse_batch(batch, by)
        with open_batch("undo", by=by, label=str(batch)) as opened:
            opened.undoes = batch
            opened.save(update_fields=["undoes"])
            gone: dict[str, list[int]] = {}
            for change in Change.objects.filter(batch=batch).order_by("-id").iterator(CHUNK):
                if (record := _revert(change, by=by, batch=opened)) is not None:
                    gone.setdefault(change.object_type, []).append(record.pk)
            for key, ids in gone.items():
                references.refuse_if_needed(registry.get(key), ids, by=by)
        is_undone(batch)
    return opened


def _refuse_part(change: Change) -> None:
    """Only what history offers is taken back by itself: no half of a step, nothing that stands for good."""
    batch = change.batch
    whole = batch is None or (verbs.get(batch.verb).loads and change.verb == batch.verb)
    if not whole:
        raise Conflict(_("This is part of a larger step. Take the whole step back."))
    if not verbs.get(change.verb).undoable:
        raise Conflict(_("This cannot be taken back. Do what sets it right instead."))


def refuse_batch(batch: Batch, by: User) -> None:
    """Refuse what cannot be taken back at all, or not by this user."""
    if batch.state == Batch.State.UNDONE:
        raise Conflict(_("This has been undone already."))
    if batch.state == Batch.State.RUNNING:
        raise Conflict(_("This is still running. Stop it first, then undo it."))
    if batch.actor_id != by.pk and by.role != access.roles.ADMINISTRATOR:
        raise Forbidden(_("Only the person who did this, or an administrator, can undo it."))


def _revert(change: Change, *, by: User, batch: Batch) -> Record | None:
    """Take one change back; returns the record where that sends it to the recycle bin."""
    kind = registry.get(change.object_type)
    record = kind.model.everything.filter(pk=change.object_id).first()
    if record is None:
        raise Conflict(_("The record is gone for good, so this cannot be undone."))
    if change.before is None:
        # A slip of one's own may be taken back by whoever may create, even where deleting is for others.
        own = change.actor_id == by.pk and access.can(by, "view", record)
        if not own:
            access.require(by, "delete" if kind.policy.delete else "change", record)
        guard(kind, record, change)
        _refuse_if_used_since(change, record, by)
        record.deleted_at = record.deleted_at or clock.now()
        save(record, by=by, verb="undo", batch=batch)
        return record
    require_rights(change, record, by)
    guard(kind, record, change)
    if set_tags_back(kind, change, by=by, batch=batch):
        return None
    obey(record, put_back(change, record, by), by)
    save(record, by=by, verb="undo", batch=batch)
    return record if record.deleted_at is not None and "deleted_at" in change.before else None


def set_tags_back(kind: ObjectType, change: Change, *, by: User, batch: Batch) -> bool:
    """Where a change was one of tags, which stand beside the record: put the former ones on it."""
    if "tags" not in (change.before or {}):
        return False
    before, after = (change.before or {})["tags"], (change.after or {})["tags"]
    tags.set_back(kind, change.object_id, before=before, after=after)
    log(
        object_type=kind.key, object_id=change.object_id, by=by, verb="undo",
        before={"tags": after}, after={"tags": before}, batch=batch,
    )  # fmt: skip
    return True


def put_back(change: Change, record: Record, by: User, *, unless: Container[str] = ()) -> list[str]:
    """Give a record in memory the values from before; Conflict where others stand there than the change left.

    `unless` names fields that are not looked at: a later change of the same batch did. Returns the columns put back.
    """
    fields = _columns(type(record))
    before, after = change.before or {}, change.after or {}
    known = [name for name in before if name in fields or code_of(name)]
    restored = [name for name in known if name not in SECRET and name not in unless]
    for name in restored:
        if held(record, name) != after.get(name):
            raise Conflict(_conflict(change, record, name, by))
        restore(record, name, fields.get(name), before[name])
    return restored


def guard(kind: ObjectType, record: Record, change: Change) -> None:
    """After the rights: what it says names the record."""
    if kind.undo_guard is not None:
        kind.undo_guard(record, change)


def obey(record: Record, restored: list[str], by: User) -> None:
    """What comes back stands under the rules of an edit; into the recycle bin goes what no rule needs to hold."""
    if "deleted_at" in restored and record.deleted_at is not None:
        return
    references.refuse_gone([record], by=by)
    validate(record, changed=restored)


@cache
def _columns(model: type[models.Model]) -> dict[str, Any]:
    """The fields of a model by column."""
    return {field.attname: field for field in model._meta.concrete_fields}


def require_rights(change: Change, record: Record, by: User, *, may: Container[int] = ()) -> None:
    """The recycle bin takes the right to delete, fields the right to change and, if others changed them, to read.

    `may` names records of which it is known that the user may change them: of thousands that is asked at once.
    """
    kind = registry.of(record)
    names = _columns(type(record))
    touched = set(change.before or {})
    if "deleted_at" in touched:
        access.require(by, "delete" if kind.policy.delete else "change", record)
    if touched == {"deleted_at"}:
        return
    if change.actor_id == by.pk and verbs.get(change.verb).moves and touched <= _references(kind):
        return  # what one has moved along, one may move back
    if record.pk not in may:
        access.require(by, "change", record)
    known = [
        names[name].name if name in names else name for name in touched if name in names or code_of(name)
    ]
    if change.actor_id != by.pk and any(kind.policy.fixes(name, by) for name in known):
        raise Forbidden(_("This changed a field that your role may not change, so you cannot take it back."))


def _references(kind: ObjectType) -> set[str]:
    """The columns that say what a row belongs to."""
    custom = {name for name in kind.form_fields if code_of(name) and kind.kind_of(name) == "record"}
    own = {field.attname for field in kind.model._meta.concrete_fields if field.is_relation}
    return own | custom | {"object_id"}


def used_since(change: Change) -> Change | None:
    """The newest change of a record since the one that it came with, but for what undo or the same batch wrote."""
    later = (
        Change.objects.filter(object_type=change.object_type, object_id=change.object_id, id__gt=change.pk)
        .exclude(verb="undo")
        .exclude(batch_id=change.batch_id if change.batch_id else -1)
    )
    return later.order_by("-id").first()


def _refuse_if_used_since(change: Change, record: Record, by: User) -> None:
    """A record that came with the change may go only while nobody has worked on it."""
    if found := used_since(change):
        raise worked_on(record, found, by)


def worked_on(record: Record, later: Change, by: User) -> Conflict:
    return Conflict(
        _("“%(record)s” was changed since then (%(verb)s by %(who)s), so it stays. Undo that change first.")
        % {
            "record": references.called(record, by),
            "verb": verbs.get(later.verb).label,
            "who": _actor(later),
        }
    )


def _conflict(change: Change, record: Record, name: str, by: User) -> str:
    kind = registry.of(record)
    own = {field.attname: field.name for field in kind.model._meta.concrete_fields}
    path = own.get(name, name)
    later = Change.objects.filter(
        object_type=change.object_type, object_id=change.object_id, id__gt=change.pk, after__has_key=name
    )
    found = later.order_by("-id").first()
    field: Any = kind.field(path)
    shown = field is not None and not registry.hides(kind, path, by)
    label = str(field.verbose_name) if shown else _("a field")
    return _("“%(field)s” of “%(record)s” was changed again later by %(who)s. Undo that change first.") % {
        "field": label,
        "record": references.called(record, by),
        "who": _actor(found) if found else _("someone else"),
    }


def _actor(change: Change) -> str:
    return str(change.actor) if change.actor else _("the system")


def _label(change: Change) -> str:
    return f"{change.verb} {change.object_type} {change.object_id}"
