"""Tags as they are read: those of a record, those that begin with some letters, the condition that lists filter by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kehu.core import registry
from kehu.core.errors import Conflict
from kehu.core.models import Tag, Tagging
from kehu.kit import chinese

if TYPE_CHECKING:
    from kehu.core.models import Record
    from kehu.core.registry import ObjectType

OFFERED = 8
SEPARATOR = ", "
TONES = 8


def folded(name: str) -> str:
    """How a tag is looked up. PostgreSQL refuses NUL even in a question, so it is left out."""
    return chinese.fold(" ".join(name.replace("\x00", "").split()))[:60]


def of_record(record: Record) -> QuerySet[Tag]:
    """The tags of a record by name; whoever sees the record sees them."""
    on_it = Tagging.objects.filter(object_type=registry.of(record).key, object_id=record.pk)
    return Tag.objects.filter(pk__in=on_it.values("tag")).order_by("name")


def of_records(kind: ObjectType, records: Sequence[Any]) -> list[list[str]]:
    """The names of the tags of each record, by name: one query for all of them."""
    found: dict[int, list[str]] = {record.pk: [] for record in records}
    on_them = Tagging.objects.filter(object_type=kind.key, object_id__in=list(found), tag__deleted_at=None)
    for pk, name in on_them.order_by("tag__name").values_list("object_id", "tag__name"):
        found[pk].append(name)
    return [found[record.pk] for record in records]


def beginning_with(text: str) -> QuerySet[Tag]:
    """What to offer while somebody types."""
    return Tag.objects.filter(folded__startswith=folded(text)).order_by("name")[:OFFERED]


def named(names: Iterable[str]) -> QuerySet[Tag]:
    """Those tags that there are, by name."""
    return Tag.objects.filter(folded__in=[folded(name) for name in names])


def set_back(kind: ObjectType, pk: int, *, before: str, after: str) -> None:
    """Put the tags on a record that it had before a change; Conflict where others stand there than it left.

    `before` and `after` are the names as the log keeps them. A tag that is gone for good stays away.
    """
    on_it = Tagging.objects.filter(object_type=kind.key, object_id=pk)
    stands = logged(Tag.everything.filter(pk__in=on_it.values("tag")))
    if stands != after:
        raise Conflict(_("Its tags were changed again later. Undo that change first."))
    on_it.delete()
    back = Tag.everything.filter(folded__in=[folded(name) for name in before.split(SEPARATOR)])
    Tagging.objects.bulk_create([Tagging(tag=tag, object_type=kind.key, object_id=pk) for tag in back])


def logged(found: Iterable[Tag]) -> str:
    """Some tags as the history of a record names them."""
    return SEPARATOR.join(sorted(str(tag) for tag in found))


def q_for(kind: ObjectType, names: Iterable[str]) -> Q:
    """The condition on records of an object type that one of the tags, by name, is on them."""
    return Q(pk__in=Tagging.objects.filter(object_type=kind.key, tag__in=named(names)).values("object_id"))


def q_untagged(kind: ObjectType) -> Q:
    """The condition that no tag is on a record."""
    on_any = Tagging.objects.filter(object_type=kind.key, tag__deleted_at=None)
    return ~Q(pk__in=on_any.values("object_id"))
