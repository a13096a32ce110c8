"""Taking many records out of the recycle bin: looked at first, then done in steps and taken back as one batch.

The bin holds records of many types, and what a record belongs to has to be back before it: types that others point
at come first, and of one type what was deleted last, as nothing is deleted before what needs it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.core import recycled, registry, work
from kehu.core.actions import many
from kehu.core.bulk import doing
from kehu.core.bulk.trial import SHOWN, TRIED
from kehu.core.errors import Refused
from kehu.core.models import Batch, User, Work
from kehu.core.reading import title
from kehu.core.registry import ObjectType
from kehu.core.selection import MOST
from kehu.kit.text import clean_text, whole_number

WORK = "restore"


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
        """Of each object type those that are in the bin for this user, in the order in which they can come back."""
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


def preview(picked: Picked, by: User) -> Preview:
    """Bring the first records back and take all of it back again: which would come, and which would not and why."""
    total, tried = 0, 0
    stays: list[Line] = []
    comes: list[Line] = []
    with transaction.atomic():
        batch = Batch.objects.create(verb=WORK, actor=by)
        for kind, rows in picked.records(by):
            total += rows.count()
            records = list(islice(rows, TRIED - tried)) if tried < TRIED else []
            tried += len(records)
            refusals = many.restore(kind, records, by=by, batch=batch)
            for record in records:
                line = Line(kind, record.pk, title(record), refusals.get(record.pk, ""))
                (stays if line.problem else comes).append(line)
        transaction.set_rollback(True)
    # Refusals first: they are what the user has to decide about.
    return Preview(total, tried, len(stays), [*stays, *comes][:SHOWN])


def begin(picked: Picked, by: User) -> Work:
    """Do it: a few at once, many in the background."""
    total = sum(rows.count() for _kind, rows in picked.records(by))
    start = work.do_now if total <= doing.AT_ONCE else work.start
    return start(WORK, label=_said(total), by=by, parameters=picked.parameters, total=total, verb=WORK)


def _said(total: int) -> str:
    told = ngettext("Restore %(count)s record", "Restore %(count)s records", total)
    return told % {"count": f"{total:,}"}


@work.step(WORK, said=lambda running: _said(running.total))
def step(running: Work) -> bool:
    """The next records out of the bin. Which they are is settled when it begins."""
    ids = work.path_of(running, ".ids")
    if not running.cursor:
        kinds = _settle(ids, Picked.read(running.parameters), running.actor)
        running.total = sum(count for _key, count in kinds)
        running.cursor = {"at": 0, "size": doing.FIRST, "refused": 0, "written": 0, "kinds": kinds}
    key, here = _stretch(running.cursor["kinds"], running.cursor["at"])
    chunk = doing.ids_in(ids, running.cursor["at"], min(running.cursor["size"], here)) if key else []
    if chunk:
        doing.timed(running, lambda: _restore(running, registry.get(key), chunk))
    running.cursor["at"] = running.done = running.cursor["at"] + len(chunk)
    running.outcome = doing.outcome(running)
    if running.done < running.total:
        return True
    ids.unlink(missing_ok=True)
    return False


def _restore(running: Work, kind: ObjectType, chunk: list[int]) -> None:
    by = running.actor
    found = recycled.deleted(kind, by).in_bulk(chunk)
    records = [found[pk] for pk in chunk if pk in found]
    refusals = many.restore(kind, records, by=by, batch=running.batch)
    gone = _("It is not in the recycle bin any more, or you may not restore it.")
    rows = [(pk, "", gone) for pk in chunk if pk not in found]
    rows += [(record.pk, title(record), why) for record, why in many.told(refusals, records)]
    doing.refuse(running, rows, f"{kind.key}-restore.csv")


def _settle(file: Any, picked: Picked, by: User) -> list[tuple[str, int]]:
    """Write down the ids of the records as they are now; how many of each object type."""
    kinds = []
    with file.open("wb") as out:
        for kind, rows in picked.records(by):
            ids = array("q", rows.values_list("pk", flat=True).iterator(10_000))
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
