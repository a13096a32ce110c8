"""Tags as they are read: those of a record, those that begin with some letters, the condition that lists filter by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from kehu.core import registry
from kehu.core.models import Tag, Tagging
from kehu.kit import chinese

if TYPE_CHECKING:
    from kehu.core.models import Record
    from kehu.core.registry import ObjectType

OFFERED = 8
TONES = 8


def folded(name: str) -> str:
    """How a tag is looked up. PostgreSQL refuses NUL even in a question, so it is left out."""
    return chinese.fold(" ".join(name.replace("\x00", "").split()))[:60]


def of_record(record: Record) -> QuerySet[Tag]:
    """The tags of a record by name; whoever sees the record sees them."""
    on_it = Tagging.objects.filter(object_type=registry.of(record).key, object_id=record.pk)
    return Tag.objects.filter(pk__in=on_it.values("tag")).order_by("name")


def beginning_with(text: str) -> QuerySet[Tag]:
    """What to offer while somebody types."""
    return Tag.objects.filter(folded__startswith=folded(text)).order_by("name")[:OFFERED]


def q_for(kind: ObjectType, names: Iterable[str]) -> Q:
    """The condition on records of an object type that one of the tags, by name, is on them."""
    wanted = Tag.objects.filter(folded__in=[folded(name) for name in names])
    return Q(pk__in=Tagging.objects.filter(object_type=kind.key, tag__in=wanted).values("object_id"))


def q_untagged(kind: ObjectType) -> Q:
    """The condition that no tag is on a record."""
    return ~Q(pk__in=Tagging.objects.filter(object_type=kind.key).values("object_id"))
