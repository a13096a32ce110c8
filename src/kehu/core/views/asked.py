"""What the address of a list asks for. List, board, calendar, chart, groups and exports read it in one way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from kehu.core import access, filters, registry, sorting, steering
from kehu.core.filters import Every, Leaf, every
from kehu.core.registry import ObjectType
from kehu.kit.turns import Turns

# Parameters that say how the records are shown, not which; a filter's own are what is left.
SHOWN = frozenset({"page", "sort", "group", "view", "by", "measure", "look", "day", "span"})


class Asked:
    """The records that one address asks for, as one user may see them."""

    def __init__(self, request: HttpRequest, kind: ObjectType) -> None:
        """Refuses a condition in `where` that makes no sense; a simple filter that makes none is left out."""
        self.request, self.kind, self.user = request, kind, request.user
        self.form = filters.form_for(kind, self.user, request.GET)
        self.narrowed = registry.narrowed(request, kind)
        self.where = filters.parse(kind, self.user, request.GET.get("where", ""))
        self.simple = list(self.form.leaves(kind, self.user))

    @cached_property
    def condition(self) -> Every:
        """All filters of the address as one condition."""
        return every(*(leaf for _name, leaf in self.simple), self.where)

    @property
    def active(self) -> bool:
        return bool(self.form.active or self.where or self.narrowed)

    def records(self) -> QuerySet:
        """The records in no order, without what they refer to."""
        records = self.kind.model.objects.visible_to(self.user)
        for found in self.narrowed:
            records = records.filter(found.condition)
        return filters.narrow(records, self.kind, self.form, self.user, self.where)

    def ordering(self, sort: str) -> tuple[str | Turns, ...]:
        """How the pages are walked. A reference that is the same in every record takes no turns."""
        found = sorting.ordering(self.kind, sort, self.user)
        first = found[0]
        return found if isinstance(first, str) or first.lookup not in self._equal else found[1:]

    def walked(self, ordering: Sequence[str | Turns]) -> QuerySet:
        """The same records, put so that the database gives a page of them in this order quickly."""
        kind, parts = self.kind, self._conditions()
        if kind.few or not (parts or self.form.words):
            return self.records()
        if self.form.words:
            return filters.found(kind.model.objects.all(), kind, self.form, self.user).filter(_opaque(parts))
        if steering.is_steep(kind, ordering, self._equal):
            fixed = [part for column, part in parts if column]
            return _filtered(kind.model.objects.all(), fixed).filter(_opaque([p for p in parts if not p[0]]))
        records = self.records()
        return kind.model.objects.filter(_opaque(parts)) if steering.fit_many(records) else records

    def _conditions(self) -> list[tuple[str, Q]]:
        """Everything that is asked for but the search words; with the column that a part fixes to one value."""
        scope = self.kind.policy.scope("view", self.user)
        found = [(f"{scope.field}_id" if isinstance(scope, access.Own) else "", scope.q(self.user))]
        found += [("", one.condition) for one in self.narrowed]
        for part in self.condition.parts:
            fixes = isinstance(part, Leaf) and part.op == "eq" and "." not in part.field.path
            found.append((part.field.field.attname if fixes else "", part.q()))  # type: ignore[attr-defined]
        return [(column, condition) for column, condition in found if condition]

    @cached_property
    def _equal(self) -> frozenset[str]:
        return frozenset(column for column, _part in self._conditions() if column)

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


def _filtered(records: QuerySet, conditions: Sequence[Q]) -> QuerySet:
    for condition in conditions:
        records = records.filter(condition)
    return records


def _opaque(parts: Sequence[tuple[str, Q]]) -> Any:
    condition = Q()
    for _column, part in parts:
        condition &= part
    return steering.opaque(condition) if condition else Q()
