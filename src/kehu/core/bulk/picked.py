"""Records picked in the recycle bin, which holds many types: tried out for a preview, gone through in steps."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from kehu.core import recycled, registry, work
from kehu.core.actions import many
from kehu.core.bulk import doing
from kehu.core.bulk.trial import SHOWN, TRIED
from kehu.core.errors import Refused
from kehu.core.models import User, Work
from kehu.core.reading import title
from kehu.core.registry import ObjectType
from kehu.core.selection import MOST
from kehu.kit.text import clean_text, whole_number

# What is picked, of each object type, in the order in which it is gone through.
Rows = Iterable[tuple[ObjectType, QuerySet]]
# Does it to records of one type and says which refuse and why.
Write = Callable[[ObjectType, Sequence[Any]], many.Refusals]


@dataclass(frozen=True)
class Picked:
    """Records of the recycle bin: some by type and id, or all that the bin's address asks for."""

    places: tuple[tuple[str, int], ...] = ()
    query: str | None = None

    @classmethod
    def read(cls, given: Any) -> Picked:
        """From `ids` (`account.5,task.7`) or `all` with the bin's parameters in `list`. Refuses a choice of nothing."""
        if given.get("all"):
            try:
                return cls(query=clean_text(str(given.get("list", ""))))
            except ValueError as broken:
                raise Refused(str(broken)) from None
        parts = (part.partition(".") for part in str(given.get("ids", "")).split(","))
        known = {kind.key for kind in registry.all()}
        found = dict.fromkeys((key, whole_number(pk)) for key, _dot, pk in parts if key in known)
        places = tuple((key, pk) for key, pk in found if pk is not None)
        if not places:
            raise Refused(_("Select some records first."))
        if len(places) > MOST:
            raise Refused(_("These are too many to choose one by one. Select all that fit the list instead."))
        return cls(places)

    def records(self, user: User) -> Iterator[tuple[ObjectType, QuerySet]]:
        """Of each object type those that are in the bin for this user, in the order in which they can come back:
        types that others point at first, and of one type what was deleted last, as nothing is deleted before what
        needs it. The other way round it is the order in which they can go for good.
        """
        told = QueryDict(self.query or "")
        only, text = told.get("kind", ""), recycled.words(told.get("q", ""))
        for kind in _needed_first(recycled.kinds(user)):
            rows = recycled.deleted(kind, user, text if self.query is not None else "")
            if self.query is None:
                rows = rows.filter(pk__in=[pk for key, pk in self.places if key == kind.key])
            if self.query is None or only in ("", kind.key):
                yield kind, rows.order_by("-deleted_at", "-pk")

    @property
    def parameters(self) -> dict[str, str]:
        """What `read` reads it from again."""
        if self.query is not None:
            return {"all": "1", "list": self.query}
        return {"ids": ",".join(f"{key}.{pk}" for key, pk in self.places)}


@dataclass(frozen=True)
class Line:
    """A record of the preview, and why it stays in the bin where it does."""

    kind: ObjectType
    id: int
    name: str
    problem: str = ""


@dataclass(frozen=True)
class Preview:
    """What would come of it: of `total` records the first `tried` were tried out and `refused` would stay."""

    total: int
    tried: int
    refused: int
    lines: Sequence[Line]


def tried(rows: Rows, write: Write) -> Preview:
    """Do it to the first records and take all of it back again: which would go through, and which not and why."""
    total, tried_out = 0, 0
    stays: list[Line] = []
    goes: list[Line] = []
    with transaction.atomic():
        for kind, found in rows:
            total += found.count()
            records = list(islice(found, TRIED - tried_out)) if tried_out < TRIED else []
            tried_out += len(records)
            # Named before: what is written may take the record away.
            names = {record.pk: title(record) for record in records}
            refusals = write(kind, records)
            for pk, name in names.items():
                line = Line(kind, pk, name, refusals.get(pk, ""))
                (stays if line.problem else goes).append(line)
        transaction.set_rollback(True)
    # Refusals first: they are what the user has to decide about.
    return Preview(total, tried_out, len(stays), [*stays, *goes][:SHOWN])


def step(running: Work, rows: Rows, write: Write, gone: str) -> bool:
    """The next records of long work. Which they are is settled when it begins; `gone` is said of those missing now."""
    ids = work.path_of(running, ".ids")
    if not running.cursor:
        kinds = _settle(ids, rows)
        running.total = sum(count for _key, count in kinds)
        running.cursor = {"at": 0, "size": doing.FIRST, "refused": 0, "written": 0, "kinds": kinds}
    key, here = _stretch(running.cursor["kinds"], running.cursor["at"])
    chunk = doing.ids_in(ids, running.cursor["at"], min(running.cursor["size"], here)) if key else []
    if chunk:
        doing.timed(running, lambda: _do(running, registry.get(key), chunk, write, gone))
    running.cursor["at"] = running.done = running.cursor["at"] + len(chunk)
    running.outcome = doing.outcome(running)
    if running.done < running.total:
        return True
    ids.unlink(missing_ok=True)
    return False


def _do(running: Work, kind: ObjectType, chunk: list[int], write: Write, gone: str) -> None:
    # Held until the step ends, always in one order: nobody takes one out of the bin meanwhile.
    held = recycled.deleted(kind, running.actor).select_for_update(of=("self",)).order_by("pk")
    found = held.in_bulk(chunk)
    records = [found[pk] for pk in chunk if pk in found]
    names = {record.pk: title(record) for record in records}
    refusals = write(kind, records)
    refused = [(pk, "", gone) for pk in chunk if pk not in found]
    refused += [(pk, name, refusals[pk]) for pk, name in names.items() if pk in refusals]
    doing.refuse(running, refused, f"{kind.key}-{running.name}.csv")


def _settle(file: Path, rows: Rows) -> list[tuple[str, int]]:
    """Write down the ids of the records as they are now; how many of each object type."""
    kinds = []
    with file.open("wb") as out:
        for kind, found in rows:
            ids = array("q", found.values_list("pk", flat=True).iterator(10_000))
            ids.tofile(out)
            kinds.append((kind.key, len(ids)))
    return kinds


def _stretch(kinds: Sequence[tuple[str, int]], at: int) -> tuple[str, int]:
    """The object type of the next record, and how many of it are left."""
    for key, count in kinds:
        if at < count:
            return key, count - at
        at -= count
    return "", 0


def _needed_first(kinds: Sequence[ObjectType]) -> list[ObjectType]:
    """The object types, each behind those that it points at."""
    ordered: dict[str, ObjectType] = {}
    given = {kind.key: kind for kind in kinds}

    def place(kind: ObjectType, below: frozenset[str]) -> None:
        for field in kind.model._meta.concrete_fields:
            if registry.declares_model(field.related_model):
                target = registry.of(field.related_model)
                if target.key in given and target.key not in ordered and target.key not in below:
                    place(target, below | {kind.key})
        ordered.setdefault(kind.key, kind)

    for kind in kinds:
        place(kind, frozenset())
    return list(ordered.values())
