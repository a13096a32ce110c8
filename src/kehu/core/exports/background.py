"""The export as long work: the ids in the order of the list first, then blocks of rows into the file.

A file of these formats is whole only when it is closed, so what was interrupted begins anew: it reads only.
"""

from __future__ import annotations

import logging
import os
import time
from array import array
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kehu.core import access, clock, listing, registry, sorting, work
from kehu.core.asked import Asked
from kehu.core.errors import NotFound, Refused
from kehu.core.exports.columns import Columns, as_texts, default_paths, shown_in
from kehu.core.models import Batch, Work
from kehu.kit.tables import TableError
from kehu.kit.tables.sinks import FORMATS as WRITTEN
from kehu.kit.tables.sinks import sink

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kehu.core.models import User
    from kehu.core.registry import ObjectType

log = logging.getLogger("kehu.exports")
BLOCK = 2_000
EXPORT = "export"
FORMATS = {
    "csv": gettext_lazy("CSV, for Excel and every other program"),
    "xlsx": gettext_lazy("Excel workbook (XLSX)"),
    "parquet": gettext_lazy("Parquet, for data tools"),
}
# Says how many rows are written; answers whether to stop.
Progress = Callable[[int], bool]


def start(*, kind: ObjectType, query: str, format: str, paths: Sequence[str], by: User) -> Work:
    """Queue the export of what the address `query` asks for; refused for a format or columns that are not there."""
    _known_format(format)
    picked = listing.readable(kind, by, list(dict.fromkeys(paths)))
    if not picked:
        raise Refused(_("Choose at least one column."))
    if Asked.of(kind, by, query).form.errors:
        raise Refused(_("A filter has a value that makes no sense."))
    return work.start(
        EXPORT,
        label=said(kind),
        by=by,
        parameters={
            "object": kind.key,
            "query": query,
            "format": format,
            "columns": picked,
            "language": translation.get_language() or "en",
        },
    )


def records_of(asked: Asked) -> QuerySet:
    """The records of the address, only those that are picked in it where some are."""
    given = asked.request.GET.get("ids", "")
    if not given:
        return asked.records()
    parts = [part for part in given.split(",") if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        raise Refused(_("The address names records that cannot be."))
    return asked.records().filter(pk__in=[int(part) for part in parts])


def ids_of(asked: Asked) -> array[int]:
    """The ids in the order of the list: eight bytes for a record, whatever its columns hold."""
    order = sorting.order_by(asked.kind, asked.request.GET.get("sort", ""), asked.user)
    found = records_of(asked).order_by(*order).values_list("pk", flat=True)
    return array("q", found.iterator(BLOCK))


def columns_for(kind: ObjectType, paths: Sequence[str], user: User, *, format: str) -> Columns:
    """The columns as a file of this format takes them."""
    taken = {"csv": shown_in(clock.zone()), "parquet": as_texts}
    return Columns(kind, paths, user, moments=taken.get(format))


def write_file(
    columns: Columns, ids: Sequence[int], path: Path, *, format: str, progress: Progress | None = None
) -> int | None:
    """Write the records to a new file. Returns how many rows, or nothing (and no file) where it was stopped."""
    # Of its own process alone: who was thought dead and is not, writes to another.
    part, rows = path.with_name(f"{path.name}.{os.getpid()}.part"), 0
    try:
        with closing(sink(part, columns.typed, format=format, zone=clock.zone())) as file:
            for at in range(0, len(ids), BLOCK):
                block = columns.block(ids[at : at + BLOCK])
                file.write(block)
                rows += len(block[0]) if block else 0
                if progress is not None and progress(min(at + BLOCK, len(ids))):
                    return None
        part.replace(path)
    except TableError as error:
        raise Refused(str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return rows


def to_file(kind: ObjectType, path: Path, *, by: User, where: str = "", paths: Sequence[str] = ()) -> int:
    """Write what the user may see to a file whose name says its format; returns how many rows.

    Refused for names that are not there: of formats, of columns that this user may have.
    """
    format = path.suffix.removeprefix(".").lower()
    _known_format(format)
    if not access.sees(by, kind):
        raise NotFound(_("There is no such page."))
    query = QueryDict(mutable=True)
    query["where"] = where
    asked = Asked.of(kind, by, query.urlencode())
    picked = columns_named(kind, paths, by)
    columns = columns_for(kind, picked, by, format=format)
    rows = write_file(columns, ids_of(asked), path, format=format) or 0
    note(kind, format=format, rows=rows, by=by)
    return rows


def columns_named(kind: ObjectType, paths: Sequence[str], by: User) -> list[str]:
    """The columns of these names, without names those of the list; refuses by name one that this user may not have."""
    given, known = list(dict.fromkeys(paths)), listing.offered(kind, by)
    if unknown := [name for name in given if name not in known]:
        told = _("There is no column “%(name)s” here. There are: %(known)s.")
        sentence = told % {"name": unknown[0], "known": ", ".join(known)}
        raise Refused(sentence, fields={"columns": sentence})
    return given or default_paths(kind, by, listing.declared(kind, by))


def _known_format(format: str) -> None:
    if format not in WRITTEN:
        raise Refused(_("Choose one of the formats: %(names)s.") % {"names": ", ".join(WRITTEN)})


def said(objects: ObjectType) -> str:
    return _("Export: %(objects)s") % {"objects": objects.label_plural}


@work.step(
    EXPORT,
    writes=False,
    said=lambda work: said(registry.get(work.parameters["object"])),
    told=lambda work: _told(work.result["rows"]),
)
def write(running: Work) -> bool:
    """The whole export: it says by itself how far it is, and ends early where it is asked to stop."""
    told: dict[str, Any] = running.parameters
    with translation.override(told["language"]):
        kind, by, format = registry.get(told["object"]), running.actor, told["format"]
        if not by.is_active or not access.sees(by, kind):
            raise NotFound(_("There is no such page."))
        columns = columns_for(kind, told["columns"], by, format=format)
        if not columns.paths:
            raise Refused(_("Choose at least one column."))
        ids = ids_of(Asked.of(kind, by, told["query"]))
        this = Work.objects.filter(pk=running.pk)
        this.update(total=len(ids), done=0)
        running.total = len(ids)

        def progress(done: int) -> bool:
            running.done = done
            this.update(done=done)
            return this.filter(stop_asked=True).exists()

        path = work.path_of(running, f".{format}")
        _sweep(path)
        rows = write_file(columns, ids, path, format=format, progress=progress)
        if rows is None:
            return True  # the work sees that it is to stop
        running.file, running.file_name = str(path), file_name(kind, format)
        running.done = len(ids)
        running.outcome = _told(rows)
        running.result = {"rows": rows, "bytes": path.stat().st_size}
        note(kind, format=format, rows=rows, by=by)
    return False


def _told(rows: int) -> str:
    return ngettext("%(count)s row", "%(count)s rows", rows) % {"count": f"{rows:,}"}


def _sweep(path: Path) -> None:
    """Throw away what processes left that died at it; the part of a living one is written to all the time."""
    long_ago = time.time() - work.DEAD_AFTER / timedelta(seconds=1)
    for part in path.parent.glob(f"{path.name}.*.part"):
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < long_ago:
                part.unlink()


def file_name(kind: ObjectType, format: str) -> str:
    return f"{kind.key}-{clock.today():%Y-%m-%d}.{format}"


def note(kind: ObjectType, *, format: str, rows: int, by: User) -> None:
    """Keep who took what out, when and how much: a batch without changes, which outlives the file."""
    label = f"{kind.key}, {format}: {rows:,}"
    Batch.objects.create(
        verb=EXPORT, actor=by, label=label, state=Batch.State.DONE, finished_at=timezone.now()
    )
    log.info("export by %s: %s", by.username, label)
