"""From the change log to the fact tables.

The reader's cursor says which changes have been fed. Changes name rows; the rows themselves are read from
the database as they are now, so feeding a change twice, or after a later one, ends in the same tables. One
process at a time feeds: the reader's lease sees to it.
"""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.core import clock, registry
from kehu.core.errors import Conflict
from kehu.core.models import Change, Position
from kehu.core.readers import LEASE, Reader, oldest_open_transaction
from kehu.warehouse.facts import Shape, shapes
from kehu.warehouse.loading import all_rows, chunks, rows_of
from kehu.warehouse.store import Store, current

if TYPE_CHECKING:
    from kehu.warehouse.store import Table

READER = "warehouse"
BATCH = 5_000
# While a large import is being fed, recent may grow to this before it is merged.
BUSY_ROWS = 50_000


@dataclass(frozen=True)
class TableStatus:
    table: str
    rows: int
    recent: int
    version: int


@dataclass(frozen=True)
class Status:
    """Where the warehouse stands: `behind` counts the changes that wait (up to 10,000)."""

    tables: list[TableStatus]
    behind: int
    version: int
    moved_at: datetime | None


def refresh(*, wait: bool = False) -> int:
    """Feed what changed since the last call; returns how many changes. Loads in full what was never loaded.

    Where another process is feeding there is nothing to do; with `wait` its lease is waited for. A call with
    nothing new costs one query.
    """
    reader = Reader(READER)
    store = current()
    zone = clock.zone()
    if store.ready == zone.key and not reader.read(1):
        return 0
    with _lease(reader, wait=wait) as held:
        return _refresh(reader, store) if held else 0


def rebuild() -> dict[str, int]:
    """Load every table anew from the database, as new versions; returns rows by table.

    Raises Conflict where another process keeps feeding.
    """
    reader = Reader(READER)
    with _lease(reader, wait=True) as held:
        if not held:
            raise Conflict(_("Another process is feeding the warehouse. Try again in a minute."))
        _load(reader, current(), shapes())
    return {row.table: row.rows for row in status().tables}


def version() -> int:
    """A number that changes whenever figures may have: one indexed row of the database."""
    return Position.objects.filter(reader=READER).values_list("version", flat=True).first() or 0


def status() -> Status:
    """Rows and version of every table, and how far they are behind the change log."""
    reader = Reader(READER)
    position = reader.position()
    tables = []
    for shape in shapes().values():
        snapshot = current().table(shape).snapshot()
        if snapshot is None:
            tables.append(TableStatus(shape.table, 0, 0, -1))
        else:
            rows = current().table(shape).count(snapshot)
            tables.append(TableStatus(shape.table, rows, snapshot.recent.num_rows, snapshot.version[0]))
    return Status(tables, reader.behind(), position.version, position.moved_at)


def _refresh(reader: Reader, store: Store) -> int:
    zone = clock.zone()
    known = shapes()
    if _belongs_elsewhere(reader, store, known):
        return _load(reader, store, known)
    if store.ready != zone.key:
        for shape in known.values():
            if not store.table(shape).fits(zone.key):
                _load_table(reader, store, shape)
        store.ready = zone.key
    fed = 0
    appended: Counter[Shape] = Counter()
    while changes := reader.read(BATCH):
        _hold(reader)
        appended.update(_feed(changes, store, known))
        reader.advance()
        fed += len(changes)
        for shape in [shape for shape, rows in appended.items() if rows > BUSY_ROWS]:
            store.table(shape).merge()
            appended[shape] = 0
    for shape in appended:
        if store.table(shape).wants_merge():
            _hold(reader)
            store.table(shape).merge()
    return fed


def _belongs_elsewhere(reader: Reader, store: Store, known: dict[str, Shape]) -> bool:
    """Whether the tables hold another database's rows, or none yet: then everything is loaded."""
    position = reader.position()
    if position.xact == 0 and position.change_id == 0:
        return True
    if store.ready:
        return False
    newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return any(store.table(shape).fed() > newest for shape in known.values())


def _load(reader: Reader, store: Store, known: dict[str, Shape]) -> int:
    """All tables from the database; the cursor moves to where the log ended before the first row was read."""
    waiting = reader.behind()
    end = _end_of_log()
    for shape in known.values():
        _load_table(reader, store, shape)
    reader.seen = end
    reader.advance()
    store.ready = clock.zone().key
    return waiting


def _load_table(reader: Reader, store: Store, shape: Shape) -> None:
    kind, zone = registry.get(shape.table), clock.zone()

    def batches() -> Iterator[Any]:
        for batch in all_rows(kind, shape, zone):
            _hold(reader)
            yield batch

    store.table(shape).load(batches(), zone=zone.key)


def _feed(changes: Sequence[Change], store: Store, known: dict[str, Shape]) -> dict[Shape, int]:
    """Append the present state of every row that the changes touch; returns how many rows by table."""
    appended = {}
    zone = clock.zone()
    newest = max(change.pk for change in changes)
    for key, shape in known.items():
        ids = {change.object_id for change in changes if change.object_type == key}
        ids |= _copies(changes, shape)
        if ids:
            rows, gone = rows_of(registry.get(key), shape, zone, ids)
            _append(store.table(shape), rows, gone, newest)
            appended[shape] = len(ids)
    return appended


def _append(table: Table, rows: Any, gone: set[int], newest: int) -> None:
    table.append(rows, sorted(gone), fed=newest)


def _copies(changes: Sequence[Change], shape: Shape) -> set[int]:
    """The ids of rows that hold a copy of a field that changed in another row."""
    found: set[int] = set()
    model = registry.get(shape.table).model
    keys: dict[type, str] = {kind.model: kind.key for kind in registry.all()}
    for other, path, field in shape.follows:
        key = keys.get(other)
        sources = {
            change.object_id
            for change in changes
            if change.object_type == key
            and change.before is not None
            and field in (change.after or {field: None})
        }
        for some in chunks(sorted(sources)):
            found.update(model.everything.filter(**{f"{path}__in": some}).values_list("pk", flat=True))
    return found


def _end_of_log() -> tuple[int, int]:
    """Behind which change no other can still appear (see core.readers)."""
    changes = Change.objects.order_by("-xact", "-pk")
    if (horizon := oldest_open_transaction()) is not None:
        changes = changes.filter(xact__lt=horizon)
    return changes.values_list("xact", "pk").first() or (0, 0)


@contextmanager
def _lease(reader: Reader, *, wait: bool) -> Iterator[bool]:
    """Hold the reader's lease for the block. A holder on this machine that has died does not keep it."""
    until = time.monotonic() + (LEASE.total_seconds() + 5 if wait else 0)
    while not (held := reader.hold() or _take_over(reader)) and time.monotonic() < until:
        time.sleep(0.5)
    try:
        yield held
    finally:
        if held:
            reader.release()


def _take_over(reader: Reader) -> bool:
    host, _colon, number = reader.position().holder.rpartition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        reader.release(f"{host}:{number}")
        return reader.hold()
    except PermissionError:
        return False
    return False


def _hold(reader: Reader) -> None:
    """Renew the lease during long work; Conflict where another process has taken it meanwhile."""
    if not reader.hold():
        raise Conflict(_("Another process has begun to feed the warehouse."))
