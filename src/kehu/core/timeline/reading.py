"""One page of a timeline: every source is asked for its newest rows before the place, the newest of all are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kehu.core import access, clock, history, registry
from kehu.core.models import Change, File
from kehu.core.reading import Cell, Reading
from kehu.core.registry import ObjectType, Text
from kehu.core.templatetags import cells
from kehu.core.timeline import sources
from kehu.core.timeline.sources import Place, Source

if TYPE_CHECKING:
    from kehu.core.models import User

PAGE = 20
CHANGES = "changes"
NEWEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Item:
    """One entry: a change of a record, or a dated row of a source. `object_label` and `title` name another record."""

    when: datetime
    key: str
    id: int
    what: str
    icon: str
    who: str = ""
    object_label: Text = ""
    title: str = ""
    url: str = ""
    facts: Sequence[tuple[Text, Cell]] = ()
    step: tuple[str, str] | tuple[()] = ()
    changes: Sequence[history.FieldChange] = ()
    undo_url: str = ""
    origin: str = ""

    @property
    def place(self) -> Place:
        return self.when, self.key, self.id


@dataclass(frozen=True)
class Timeline:
    entries: Sequence[Item]
    more_url: str = ""
    chips: Sequence[dict[str, Any]] = field(default_factory=list)
    # On the first page of a timeline stands what frames it; later pages are entries alone.
    first: bool = True


def of_record(record: Any, user: User, *, chip: str = "", after: str = "") -> Timeline:
    """A page of what happened to a record and to what is told with it, cut to what the user may see and read.

    `after` is the place that an earlier page ended at. The number of queries rests on the sources, not on the rows.
    """
    kind = registry.of(record)
    told = [source for source in sources.of(kind) if access.sees(user, source.kind)]
    place = place_in(after)
    around = _around(record, user)
    items: list[Item] = []
    if chip in ("", CHANGES):
        items += _changes(record, around, user, place, [] if chip else told)
    for source in told:
        if chip in ("", source.chip):
            items += _rows(source, record, around, user, place)
    items.sort(key=lambda item: item.place, reverse=True)
    url = reverse("record", args=[kind.key, record.pk])
    more = f"{url}?timeline={text_of_place(items[PAGE - 1].place)}&show={chip}" if len(items) > PAGE else ""
    return Timeline(items[:PAGE], more, _chips(told, chip, url), first=place is None)


def _chips(told: Sequence[Source], chip: str, url: str) -> list[dict[str, Any]]:
    if not told:
        return []
    labels: dict[str, Text] = {"": _("Everything"), CHANGES: _("Changes")}
    labels |= {source.chip: source.chip_label for source in told}
    return [
        {
            "label": label,
            "url": f"{url}?show={key}",
            "part": f"{url}?timeline=&show={key}",
            "active": key == chip,
        }
        for key, label in labels.items()
    ]


def place_in(text: str) -> Place | None:
    """The place that an address names; whatever else stands there is the beginning."""
    parts = text.split("~")
    if len(parts) != 3 or not parts[2].isdecimal():
        return None
    try:
        moment = parse_datetime(parts[0])
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not 1900 < moment.year < 9000:
        return None
    return moment, parts[1], min(int(parts[2]), NEWEST_ID)


def text_of_place(place: Place) -> str:
    return f"{place[0].isoformat()}~{place[1]}~{place[2]}".replace("+", "%2B")


def _around(record: Any, user: User) -> Q:
    """As pointers: the record itself and the rows of its panels that are told with it, as far as the user sees them."""
    kind = registry.of(record)
    found = Q(object_type=kind.key, object_id=record.pk)
    for panel in registry.panels_of(kind):
        if panel.told and access.sees(user, other := registry.get(panel.object_type)):
            related = other.model.objects.visible_to(user).filter(**{panel.field: record})
            found |= Q(object_type=other.key, object_id__in=related.order_by().values("pk"))
    return found


def _changes(record: Any, around: Q, user: User, place: Place | None, told: Sequence[Source]) -> list[Item]:
    """Changes of the record, of what is told with it, of its files; without those that rows of `told` tell too.

    The log keeps real time, a story the company's.
    """
    kind = registry.of(record)
    offset = clock.offset()
    its_files = File.everything.filter(object_type=kind.key, object_id=record.pk).values("pk")
    found = Change.objects.filter(around | Q(object_type="file", object_id__in=its_files))
    for source in told:
        found = source.untold(found, user)
    if place is not None:
        moment, key, pk = place
        found = found.filter(sources.before("at", moment - offset, CHANGES, key, pk))
    page = list(found.select_related("actor", "batch").order_by("-at", "-id")[: PAGE + 1])
    others = _records_of([c for c in page if (c.object_type, c.object_id) != (kind.key, record.pk)])
    may_undo = access.can(user, "change", record)
    items = []
    for change in page:
        other = others.get((change.object_type, change.object_id))
        own = other is None or (change.object_type == "file" and change.before is not None)
        undo = history.way_back(change, other or record, user) if may_undo and own else ""
        items.append(_change(change, registry.get(change.object_type), other, user, undo, change.at + offset))
    return items


def _records_of(changes: Sequence[Change]) -> dict[tuple[str, int], Any]:
    ids: dict[str, set[int]] = {}
    for change in changes:
        ids.setdefault(change.object_type, set()).add(change.object_id)
    return {
        (key, other.pk): other
        for key, pks in ids.items()
        for other in registry.get(key).model.everything.filter(pk__in=pks)
    }


def _change(change: Change, kind: ObjectType, other: Any, user: User, undo: str, when: datetime) -> Item:
    entry = history.entry(change, kind, user, undo_url=undo)
    return Item(
        when=when,
        key=CHANGES,
        id=change.pk,
        who=entry.who,
        what=entry.what,
        icon=entry.icon,
        changes=entry.changes,
        undo_url=entry.undo_url,
        origin="" if change.origin == "page" else entry.origin,
        object_label=kind.label if other is not None else "",
        title=str(other) if other is not None else "",
        url=reverse("record", args=[kind.key, other.pk]) if other is not None else "",
    )


def _rows(source: Source, record: Any, around: Q, user: User, place: Place | None) -> list[Item]:
    kind = source.kind
    rows = source.rows(record, around, user, place, PAGE + 1)
    reading = Reading(kind, rows, user)
    facts = reading.readable(source.facts)
    undo = _ways_back(source, rows, record, user)
    return [
        Item(
            when=source.moment(row),
            key=source.key,
            id=row.pk,
            who=reading.cell(row, source.who).text if source.who else "",
            what=str(source.what or kind.label),
            icon=source.icon or kind.icon,
            url=reverse("record", args=[kind.key, row.pk]),
            undo_url=undo.get(row.pk, ""),
            facts=[(kind.label_of(path), cell) for path in facts if (cell := reading.cell(row, path)).text],
            step=_step(source, row, reading),
        )
        for row in rows
    ]


def _ways_back(source: Source, rows: Sequence[Any], record: Any, user: User) -> dict[int, str]:
    """Where the changes of the record can be taken back that rows tell in their stead, by the row."""
    kind, retold = registry.of(record), source.retold
    if not rows or retold is None or source.retold_by.related_model is not kind.model:
        return {}
    if not access.can(user, "change", record):
        return {}
    changes = Change.objects.filter(object_type=kind.key, object_id=record.pk, verb=retold.verb)
    waiting = list(changes.select_related("actor", "batch").order_by("-id")[:PAGE])
    found = {}
    for row in rows:
        to = getattr(row, retold.row_field)
        change = next((one for one in waiting if (one.after or {}).get(retold.field) == to), None)
        if change is not None:
            waiting.remove(change)
            found[row.pk] = history.way_back(change, record, user)
    return found


def _step(source: Source, row: Any, reading: Reading) -> tuple[str, str] | tuple[()]:
    """From where, as text, and to where, drawn as far as it goes; nothing where the reader may not know."""
    if not source.step or len(reading.readable(source.step)) < 2:
        return ()
    before, after = reading.cells(row, source.step)
    return before.text, cells.drawn(replace(after, kind="meter"), source.kind, source.step[1])
