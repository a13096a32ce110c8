"""Putting words on records, and setting the words right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, registry, tags
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Tag, Tagging

if TYPE_CHECKING:
    from kehu.core.models import Batch, Record, User

MOST = 30


@transaction.atomic
def put_on(*, record: Record, names: Sequence[str], by: User, batch: Batch | None = None) -> list[Tag]:
    """Put tags on a record that the user may change; a word that is new becomes a tag.

    Returns those that were not there before. The history of the record says what it was tagged with.
    """
    _require(record, by)
    before = list(tags.of_record(record))
    added: list[Tag] = []
    for name in names:
        tag = named(name, by=by, batch=batch)
        if tag.pk not in {known.pk for known in (*before, *added)}:
            added.append(tag)
    if len(before) + len(added) > MOST:
        raise Refused(_("A record carries %(most)s tags at most. Take some away first.") % {"most": MOST})
    kind = registry.of(record)
    Tagging.objects.bulk_create(
        [Tagging(tag=tag, object_type=kind.key, object_id=record.pk) for tag in added], ignore_conflicts=True
    )
    _log(record, before, [*before, *added], by, batch)
    return added


@transaction.atomic
def take_off(*, record: Record, tag: Tag, by: User, batch: Batch | None = None) -> None:
    """Take a tag off a record."""
    _require(record, by)
    before = list(tags.of_record(record))
    Tagging.objects.filter(object_type=registry.of(record).key, object_id=record.pk, tag=tag).delete()
    _log(record, before, [known for known in before if known.pk != tag.pk], by, batch)


def _require(record: Record, by: User) -> None:
    access.require(by, "change", record)
    if not registry.of(record).carries:
        raise Forbidden(_("This kind of record carries no tags."))
    if record.deleted_at is not None:
        raise Conflict(_("This record is in the recycle bin. Restore it first."))


def _log(record: Record, before: Sequence[Tag], after: Sequence[Tag], by: User, batch: Batch | None) -> None:
    if len(before) == len(after):
        return
    old, new = tags.logged(before), tags.logged(after)
    changes.log(
        object_type=registry.of(record).key,
        object_id=record.pk,
        by=by,
        verb="tag",
        before={"tags": old},
        after={"tags": new},
        batch=batch,
    )


@transaction.atomic
def named(name: str, *, by: User, batch: Batch | None = None) -> Tag:
    """The tag of that name, made where there is none; one in the recycle bin comes back."""
    shown, folded = " ".join(name.replace("\x00", "").split())[:60], tags.folded(name)
    if not shown or not folded:
        raise Refused(_("A tag needs a name."), fields={"name": ""})
    found = Tag.everything.filter(folded=folded).first()
    if found is None:
        found = Tag(name=shown, folded=folded, tone=sum(folded.encode()) % tags.TONES)
        records.validate(found)
        changes.save(found, by=by, batch=batch)
    elif found.deleted_at is not None:
        found.deleted_at = None
        changes.save(found, by=by, verb="restore", batch=batch)
    return found


@transaction.atomic
def create(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Tag:
    """A tag from a form, the API or an import; refused where there is one of that name already."""
    ready = records.allowed(registry.of(Tag), values, by)
    if Tag.objects.filter(folded=tags.folded(str(ready.get("name", "")))).exists():
        raise Conflict(_("There is a tag of this name already."), fields={"name": ""})
    return named(str(ready.get("name", "")), by=by, batch=batch)


@transaction.atomic
def rename(*, record: Tag, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Tag:
    """Give a tag another name everywhere; refused where another tag has it: those are merged."""
    ready = records.allowed(registry.of(Tag), values, by)
    name = str(ready.get("name", record.name))
    folded = tags.folded(name)
    if Tag.everything.filter(folded=folded).exclude(pk=record.pk).exists():
        sentence = _("Another tag has this name. Merge the two instead.")
        raise Conflict(sentence, fields={"name": sentence})
    return records.update(record, {"name": name, "folded": folded}, by=by, batch=batch)


@transaction.atomic
def merge(*, record: Tag, into: Tag, by: User) -> Tag:
    """Let one tag become another on every record that carries it."""
    access.require(by, "delete", record)
    access.require(by, "change", into)
    if record.pk == into.pk:
        raise Refused(_("Choose another tag to merge this one into."), fields={"into": ""})
    old = Tagging.objects.filter(tag=record)
    both = [(key, pk) for key, pk in old.values_list("object_type", "object_id")]
    Tagging.objects.bulk_create(
        [Tagging(tag=into, object_type=key, object_id=pk) for key, pk in both],
        ignore_conflicts=True,
        batch_size=2000,
    )
    old.delete()
    records.delete(record=record, by=by)
    return into
