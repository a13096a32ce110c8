"""Making one record of two, with everything that belongs to them; undone as one step it makes two of them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock, registry, tags
from kehu.core.actions import records
from kehu.core.changes import standing
from kehu.core.custom import definitions
from kehu.core.duplicates import pairs
from kehu.core.errors import Conflict, Forbidden, NotFound, Refused
from kehu.core.inputs import settable
from kehu.core.models import DuplicatePair, Tagging
from kehu.core.models.values import PREFIX, Given, code_of, held

if TYPE_CHECKING:
    from kehu.core.models import Batch, Record, User
    from kehu.core.registry import ObjectType

VERB = "merge"


def choices(kind: ObjectType, user: User) -> list[str]:
    """The fields whose value may be taken from the record that goes: read in full, set by the user, not following."""
    follow = kind.duplicates.follow if kind.duplicates else ()
    return [path for path in settable(kind, user) if path not in follow and kind.policy.reads(path, user)]


@transaction.atomic
def merge(*, survivor: Any, other: Any, take: Sequence[str], by: User) -> Batch:
    """Let `other` become part of `survivor`, which takes its values of the fields `take`.

    Everything that points at it points at the survivor from now on; it goes to the recycle bin, and its address leads
    on. Needs the right to change both and to delete the one that goes. Conflict where the object type refuses, as
    two leads with different opportunities do, or where the survivor has something of its own in the way.
    """
    kind = registry.of(survivor)
    survivor, other = _locked(kind, survivor, other)
    _require(kind, survivor, other, by)
    wrong = [path for path in take if path not in choices(kind, by)]
    if wrong:
        raise Forbidden(
            _("The field “%(field)s” cannot be set here.") % {"field": kind.label_of(wrong[0])},
            fields={wrong[0]: ""},
        )
    label = _("“%(other)s” into “%(survivor)s”") % {"other": other, "survivor": survivor}
    with changes.batch(VERB, by=by, label=label[:300]) as batch:
        try:
            with transaction.atomic():
                _merge(kind, survivor, other, take, by, batch)
        except IntegrityError:
            raise Conflict(
                _("Both have something that there may be only once. Delete it from one of them first.")
            ) from None
    pair = pairs.pair_of(kind, survivor.pk, other.pk)
    pairs.decide(pair, by=by, state=DuplicatePair.State.MERGED, survivor=survivor.pk, batch=batch)
    return batch


def _locked(kind: ObjectType, survivor: Record, other: Record) -> tuple[Any, Any]:
    """Both as they are stored now, which nobody else merges, edits or deletes meanwhile."""
    both = kind.model.everything.select_for_update(of=("self",)).filter(pk__in=(survivor.pk, other.pk))
    stored = {record.pk: record for record in both.order_by("pk")}
    if not {survivor.pk, other.pk} <= stored.keys():
        raise NotFound(_("There is no such record, or you may not see it."))
    return stored[survivor.pk], stored[other.pk]


def _require(kind: ObjectType, survivor: Record, other: Record, by: User) -> None:
    if not kind.mergeable:
        raise Forbidden(_("This kind of record cannot be merged."))
    for record in (survivor, other):
        access.require(by, "change", record)
        if record.deleted_at is not None:
            raise Conflict(_("This record is in the recycle bin. Restore it first."))
    access.require(by, "delete", other)
    if survivor.pk == other.pk:
        raise Refused(_("Choose two different records."))


def _merge(kind: ObjectType, survivor: Any, other: Any, take: Sequence[str], by: User, batch: Batch) -> None:
    given = {path: held(other, path) for path in take}
    _part(kind, survivor, other, by, batch)
    for source, rows, aim in list(referring(kind, other)):
        if kind.duplicates is not None and source.key in kind.duplicates.stays:
            continue
        for row in rows:
            aim(row, survivor.pk)
        changes.update_many(rows, by=by, batch=batch, verb=VERB)
    _carry(kind, survivor, other, by, batch)
    # What may be there once leaves the one before it comes to the other; in the bin no rule needs it.
    unique = {field.name for field in kind.model._meta.concrete_fields if field.unique and field.null}
    for path in unique & given.keys():
        setattr(other, path, None)
    other.deleted_at = clock.now()
    changes.save(other, by=by, verb=VERB, batch=batch)
    _take(kind, survivor, given, by, batch)
    if kind.duplicates is not None and kind.duplicates.merged is not None:
        kind.duplicates.merged(survivor=survivor, other=other, by=by, batch=batch)


def _part(kind: ObjectType, survivor: Any, other: Any, by: User, batch: Batch) -> None:
    """A survivor below the one that goes comes to stand where that stood."""
    for field in kind.model._meta.concrete_fields:
        if field.related_model is kind.model and getattr(survivor, field.attname) == other.pk:
            above = getattr(other, field.attname)
            setattr(survivor, field.attname, None if above == survivor.pk else above)
    changes.save(survivor, by=by, verb=VERB, batch=batch)


def _take(kind: ObjectType, survivor: Any, given: Mapping[str, Any], by: User, batch: Batch) -> None:
    custom = Given({code_of(path): value for path, value in given.items() if code_of(path)})
    values = {path: value for path, value in given.items() if not code_of(path)}
    if custom:
        values["custom"] = custom
    if not values:
        return
    if kind.edit is not None:
        kind.edit(record=survivor, values=values, by=by, batch=batch)
    else:
        records.update(survivor, values, by=by, batch=batch, verb=VERB)


Aim = Callable[[Any, int], None]


def referring(kind: ObjectType, record: Record) -> Iterator[tuple[ObjectType, list[Any], Aim]]:
    """The rows of each object type that refer to a record in one way, and how one of them is made to refer to another.

    By a foreign key, by a pointer at records of any type (tasks, notes, files), by a custom field.
    """
    relations: Sequence[Any] = kind.model._meta.get_fields(include_hidden=True)
    for relation in relations:
        backward = relation.auto_created and not relation.concrete
        if backward and not relation.many_to_many and registry.declares_model(relation.related_model):
            source, name = registry.of(relation.related_model), relation.field.attname
            yield source, list(source.model.everything.filter(**{name: record.pk})), _aimed(name)
    for source in registry.all():
        if {"object_type", "object_id"} <= {field.name for field in source.model._meta.concrete_fields}:
            about = {"object_type": kind.key, "object_id": record.pk}
            yield source, list(source.model.everything.filter(**about)), _aimed("object_id")
        for code, field in definitions.fields_of(source).items():
            if field.is_relation and field.related_model is kind.model:
                found = source.model.everything.filter(**{f"custom__{code}": record.pk})
                yield source, list(found), _aimed(PREFIX + code)


def _aimed(name: str) -> Aim:
    def aim(row: Any, pk: int) -> None:
        if code := code_of(name):
            row.custom = Given({code: pk})
        else:
            setattr(row, name, pk)

    return aim


def _carry(kind: ObjectType, survivor: Any, other: Any, by: User, batch: Batch) -> None:
    """Tags and followers, which stand beside the record; the other keeps its own, should it come back."""
    before, more = list(tags.of_record(survivor)), list(tags.of_record(other))
    new = [tag for tag in more if tag.pk not in {known.pk for known in before}]
    if new:
        about = {"object_type": kind.key, "object_id": survivor.pk}
        Tagging.objects.bulk_create(Tagging(tag=tag, **about) for tag in new)
        old, now = tags.logged(before), tags.logged([*before, *new])
        changes.log(**about, by=by, verb=VERB, before={"tags": old}, after={"tags": now}, batch=batch)
    standing.carry_followers(kind.key, other.pk, survivor.pk, batch=batch)


@transaction.atomic
def keep_apart(*, pair: DuplicatePair, by: User) -> DuplicatePair:
    """Say that two records are about different things, for good: no scan brings them together again."""
    kind = registry.get(pair.object_type)
    if pair.one == pair.other:
        raise Refused(_("Choose two different records."))
    for pk in (pair.one, pair.other):
        record = kind.model.objects.visible_to(by).filter(pk=pk).first()
        if record is None:
            raise NotFound(_("There is no such record, or you may not see it."))
        access.require(by, "change", record)
    return pairs.decide(pair, by=by, state=DuplicatePair.State.APART)
