"""What the address of a list asks for. List, board, calendar, chart, groups and exports read it in one way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from kehu.core import access, filters, registry, search, sorting, steering
from kehu.core.database import is_postgresql
from kehu.core.filters import Every, Leaf, every, operators
from kehu.core.registry import ObjectType
from kehu.kit.turns import Turns

if TYPE_CHECKING:
    from kehu.core.models import User

# Parameters that say how the records are shown, not which; a filter's own are what is left.
SHOWN = frozenset({"page", "sort", "group", "view", "by", "measure", "look", "day", "span"})


@dataclass(frozen=True, eq=False)
class Part:
    """One of the conditions; `column` where it is about a single one, `is_equal` where it fixes that to one value,
    `is_bound` where an index of the column leads to what fits.
    """

    condition: Q
    column: str = ""
    is_equal: bool = False
    is_bound: bool = False


class Asked:
    """The records that one address asks for, as one user may see them."""

    def __init__(self, request: HttpRequest, kind: ObjectType) -> None:
        """Refuses a condition in `where` that makes no sense; a simple filter that makes none is left out."""
        self.request, self.kind, self.user = request, kind, request.user
        self.form = filters.form_for(kind, self.user, request.GET)
        self.narrowed = registry.narrowed(request, kind)
        self.where = filters.parse(kind, self.user, request.GET.get("where", ""))
        self.simple = list(self.form.leaves(kind, self.user))

    @classmethod
    def of(cls, kind: ObjectType, user: User, query: str) -> Asked:
        """What an address's parameters ask for outside a request, as when work on a selection goes on later."""
        request = HttpRequest()
        request.method, request.GET, request.user = "GET", QueryDict(query), user  # type: ignore[assignment]
        return cls(request, kind)

    @cached_property
    def condition(self) -> Every:
        """All filters of the address as one condition."""
        return every(*(leaf for _name, leaf in self.simple), self.where)

    @property
    def active(self) -> bool:
        return bool(self.form.active or self.where or self.narrowed)

    def records(self) -> QuerySet:
        """The records in no order, without what they refer to."""
        return self.narrow(self.kind.model.objects.visible_to(self.user))

    def narrow(self, records: QuerySet) -> QuerySet:
        """Those of some records that the address asks for."""
        for found in self.narrowed:
            records = records.filter(found.condition)
        return filters.narrow(records, self.kind, self.form, self.user, self.where)

    def ordering(self, sort: str) -> tuple[str | Turns, ...]:
        """How the pages are walked. A reference that is the same in every record takes no turns."""
        found = sorting.ordering(self.kind, sort, self.user)
        first = found[0]
        return found if isinstance(first, str) or first.lookup not in self._equal else found[1:]

    def walked(self, ordering: Sequence[str | Turns], within: Part | None = None) -> QuerySet:
        """The same records, put so that the database gives a page of them in this order quickly.

        `within` says that the caller will take only some of them, such as a column of a board; it has to say so itself.
        """
        kind, records = self.kind, self.records()
        parts = [*self._parts, within] if within else self._parts
        if kind.few or not (parts or self.form.words):
            return records
        everything = kind.model.objects.all()
        if self.form.words:
            return _but(filters.found(everything, kind, self.form, self.user), parts, ())
        if within:
            records = records.filter(within.condition)
        first = ordering[0]
        along = first.removeprefix("-") if isinstance(first, str) else first.lookup
        # What bounds the order itself stays to be seen: the walk begins and ends there.
        seen = [part for part in parts if part.column == along]
        equal = [part for part in parts if part.is_equal]
        if not steering.is_steep(kind, ordering, {part.column for part in equal}):
            return _but(everything, parts, seen) if steering.fit_many(records) else self._few(records, parts)
        walk = _but(everything, parts, [*seen, *equal])
        if len(equal) == len(parts) or not _leads_to_many(everything, equal) or steering.fit_many(records):
            return walk
        return self._few(records, parts)

    def _few(self, records: QuerySet, parts: Sequence[Part]) -> QuerySet:
        """The few that fit: where no index leads to them, each is looked for once, in whatever order is quickest.

        Asked for in the order of the page, SQLite fetches a million rows one by one along that order: 2.6 s of CPU
        instead of 0.2 for one reading of the table.
        """
        model = self.kind.model
        leading = [part for part in parts if part.is_bound and steering.leads(model, part.column)]
        if steering.is_small(model) or any(not _leads_to_many(model.objects.all(), [one]) for one in leading):
            return records
        sought = records if is_postgresql() else _but(model.objects.all(), parts, ())
        for leaf in self.condition.parts:
            if isinstance(leaf, Leaf) and (keys := search.keys_of_contained(leaf)) is not None:
                sought = sought.filter(pk__in=keys)
        found = list(sought.order_by().values_list("pk", flat=True)[: steering.FEW + 1])
        return records if len(found) > steering.FEW else model.objects.filter(pk__in=found)

    @cached_property
    def _parts(self) -> list[Part]:
        """Everything that is asked for but the search words."""
        scope = self.kind.policy.scope("view", self.user)
        own = isinstance(scope, access.Own)
        found = [
            Part(scope.q(self.user), f"{scope.field}_id" if isinstance(scope, access.Own) else "", own, own)
        ]
        found += [Part(one.condition) for one in self.narrowed]
        for one in self.condition.parts:
            if isinstance(one, Leaf) and one.field.is_own:
                bound = one.op in operators.BOUND
                found.append(Part(one.q(), one.field.field.attname.replace(".", "__"), one.op == "eq", bound))
            else:
                found.append(Part(one.q()))
        return [part for part in found if part.condition]

    @cached_property
    def _equal(self) -> frozenset[str]:
        return frozenset(part.column for part in self._parts if part.is_equal)

    def query(self, **changes: Any) -> str:
        """The address's parameters without the page, with some changed; those that are None or empty go."""
        found = self.request.GET.copy()
        found.pop("page", None)
        for name, value in changes.items():
            name = name.replace("__", "-")
            found.pop(name, None)
            if value not in (None, ""):
                found[name] = str(value)
        return found.urlencode()

    def without(self, *names: str) -> str:
        kept = [(k, v) for k, values in self.request.GET.lists() for v in values if k not in {*names, "page"}]
        return urlencode(kept)

    def chips(self) -> Iterator[dict[str, str]]:
        """The filters in words, each with the address without it."""
        for name, leaf in self.simple:
            yield {"words": leaf.sentence(), "remove_url": f"?{self.without(name)}"}
        parts = list(self.where.parts) if isinstance(self.where, filters.Every) else [self.where]
        for place, part in enumerate(parts):
            rest = every(*(one for at, one in enumerate(parts) if at != place))
            yield {"words": part.sentence(), "remove_url": f"?{self.query(where=rest.text)}"}

    def problems(self) -> list[dict[str, str]]:
        """Simple filters that make no sense, with their sentences."""
        labels = {name: str(field.label or name) for name, field in self.form.fields.items()}
        return [
            {"label": labels.get(name, name), "sentence": " ".join(str(one) for one in errors)}
            for name, errors in self.form.errors.items()
        ]


def _leads_to_many(everything: QuerySet, parts: Sequence[Part]) -> bool:
    """Whether so many fit these that to read the whole table costs less than to fetch them by an index."""
    for part in parts:
        everything = everything.filter(part.condition)
    return steering.fit_many(everything, least=steering.LED)


def _but(records: QuerySet, parts: Sequence[Part], seen: Sequence[Part]) -> QuerySet:
    """The records that fit all parts, of which the planner sees some and none of the others."""
    hidden = Q()
    for part in parts:
        if part in seen:
            records = records.filter(part.condition)
        else:
            hidden &= part.condition
    return records.filter(steering.opaque(hidden)) if hidden else records
