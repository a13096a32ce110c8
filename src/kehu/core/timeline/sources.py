"""What a timeline is made of. A module declares which of its dated rows belong to the story of a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from kehu.core import clock, registry

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType, Text

ANY = "*"
# Where a page of a timeline goes on: a moment, the source's key and a row's id, as all are ordered by all three.
Place = tuple[datetime, str, int]


@dataclass(frozen=True)
class Retold:
    """Changes of another record that rows tell already: those of `verb`, to which `record` leads from the row.

    What a row holds in `row_field` is what the change has put into `field`.
    """

    verb: str
    record: str
    row_field: str
    field: str


@dataclass(frozen=True)
class Source:
    """Dated rows of one object type that the timeline of a record tells of.

    `at` is the field that dates them, `path` leads from a row to the record over foreign keys (`lead__opportunity`);
    without a path the rows point at it by `object_type` and `object_id`. `chip` and `chip_label` group sources that a
    reader filters by together. `what` says in a few words what happened (the name of the object type where it is
    empty), `facts` are the paths shown below it, `who` the field that names the person, `only` the rows that count.
    `step` names two fields: from where to where something went, told as one arrow.
    """

    object_type: str
    at: str
    chip: str
    chip_label: Text
    path: str = ""
    what: Text = ""
    facts: tuple[str, ...] = ()
    who: str = ""
    only: Q | None = None
    icon: str = ""
    retold: Retold | None = None
    step: tuple[str, str] | tuple[()] = ()

    @property
    def key(self) -> str:
        return f"{self.object_type}.{self.at}"

    @property
    def kind(self) -> ObjectType:
        return registry.get(self.object_type)

    def rows(self, record: Any, around: Q, user: User, before: Place | None, most: int) -> list[Any]:
        """The newest rows before a place that the user may see; `around` names the records of the story as pointers."""
        found: QuerySet = self.kind.model.objects.visible_to(user).filter(**{f"{self.at}__isnull": False})
        found = found.filter(Q(**{self.path: record}) if self.path else around)
        if self.only is not None:
            found = found.filter(self.only)
        if before is not None:
            found = found.filter(self._before(before))
        joins = [
            path.replace(".", "__")
            for path in (*self.facts, *self.step, self.who)
            if path and self._is_reference(path)
        ]
        return list(found.select_related(*joins).order_by(f"-{self.at}", "-pk")[:most])

    def untold(self, changes: QuerySet, user: User) -> QuerySet:
        """Those of the changes that these rows do not tell; a move that was taken back has no row any more."""
        if self.retold is None:
            return changes
        retold, record = self.retold, self.retold_by
        told: Any = self.kind.model.objects.visible_to(user)
        told = told.filter(
            **{record.attname: OuterRef("object_id"), retold.row_field: OuterRef(f"to_{retold.field}")}
        )
        changes = changes.annotate(**{f"to_{retold.field}": KT(f"after__{retold.field}")})
        within = Q(object_type=registry.of(record.related_model).key, verb=retold.verb)
        return changes.exclude(within & Q(Exists(told)))

    @property
    def retold_by(self) -> Any:
        """The reference to the record whose changes these rows tell."""
        return self.kind.field(self.retold.record) if self.retold is not None else None

    def moment(self, row: Any) -> datetime:
        """When a row happened; a day counts from its beginning where the company is."""
        value = getattr(row, self.at)
        if isinstance(value, datetime):
            return value
        return datetime.combine(value, time.min, tzinfo=clock.zone())

    def _is_reference(self, path: str) -> bool:
        field = self.kind.field(path)
        return field is not None and field.is_relation

    def _before(self, place: Place) -> Q:
        moment, key, pk = place
        if isinstance(self.kind.field(self.at), models.DateTimeField):
            return before(self.at, moment, self.key, key, pk)
        day = clock.local_date(moment)
        midnight = datetime.combine(day, time.min, tzinfo=clock.zone())
        if moment > midnight:
            return Q(**{f"{self.at}__lte": day})
        return before(self.at, day, self.key, key, pk)


def before(name: str, value: Any, own: str, other: str, pk: int) -> Q:
    """Rows of the source `own` that come after (value, other, pk) in a story told from its end."""
    earlier = Q(**{f"{name}__lt": value})
    if own < other:
        return earlier | Q(**{name: value})
    if own == other:
        return earlier | Q(**{name: value, "pk__lt": pk})
    return earlier


_sources: dict[str, list[Source]] = {}


def contribute(object_type: str, *sources: Source) -> None:
    """Add sources to the timeline of an object type; `*` means every one that people write."""
    _sources.setdefault(object_type, []).extend(sources)


def of(kind: ObjectType) -> list[Source]:
    return [*_sources.get(kind.key, ()), *(_sources.get(ANY, ()) if kind.carries else ())]
