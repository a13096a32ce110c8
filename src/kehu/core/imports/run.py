"""One import from beginning to end, in chunks. Every chunk and the mark of how far the file has come are one
transaction, so a killed import goes on where it was: nothing twice, nothing lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import access
from kehu.core.errors import Forbidden, Refused
from kehu.core.imports.chunks import Chunk
from kehu.core.imports.rejects import Rejects
from kehu.core.imports.values import Mapping, Reader, named_by
from kehu.core.models import Batch, ImportRun, User
from kehu.core.registry import ObjectType
from kehu.kit.tables import Row, Table, TableError, open_table

CHUNK = 500
SAMPLE = 200
# A run that has not moved for this long belongs to a process that died.
DEAD_AFTER = timedelta(seconds=30)
Progress = Callable[[ImportRun], None]


def import_file(
    kind: ObjectType,
    path: Path,
    mapping: Mapping,
    *,
    by: User,
    errors_to: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Read a file into records of one type.

    Rows that make no sense go to the error file with their reason, the good ones in. With `dry_run` every
    chunk is checked against the database and taken back. Returns the finished run with its counts.
    """
    access.require(by, "add", kind)
    refuse_closed_fields(kind, mapping, by)
    table = opened(path, mapping)
    check_columns(table, mapping)
    if dry_run:
        return _dry_run(kind, table, mapping, by, errors_to, progress)
    run = start(kind, path, table, mapping, by, errors_to)
    return go_on(run, kind, mapping, progress)


def refuse_closed_fields(kind: ObjectType, mapping: Mapping, by: User) -> None:
    """A file may fill only what its reader may write by hand, and name and make records only as its reader may."""
    for name, source in mapping.fields.items():
        if kind.policy.fixes(name, by):
            raise Forbidden(_("The field “%(field)s” cannot be set here.") % {"field": kind.label_of(name)})
        target = named_by(name, kind)
        if target is None:
            continue
        lookup = source.lookup or target.lookup
        if not target.policy.reads(lookup, by):
            raise Forbidden(
                _("Your role may not read “%(field)s”, so no %(kind)s can be looked up by it.")
                % {"field": target.label_of(lookup), "kind": target.label}
            )
        if source.create:
            access.require(by, "add", target)


def opened(path: Path, mapping: Mapping) -> Table:
    try:
        return open_table(path, encoding=mapping.encoding or None, delimiter=mapping.delimiter or None)
    except TableError as error:
        raise Refused(_place(error)) from error


def check_columns(table: Table, mapping: Mapping) -> None:
    try:
        for column in mapping.columns:
            table.column(column)
    except TableError as error:
        raise Refused(error.message) from error


def start(
    kind: ObjectType, path: Path, table: Table, mapping: Mapping, by: User, errors_to: Path | None
) -> ImportRun:
    """Keep a copy of the file, so that the import can be finished whatever happens to the original."""
    batch = Batch.objects.create(verb="import", actor=by, label=path.name)
    stored = Path(settings.KEHU_DATA) / "imports" / f"{batch.pk}{path.suffix}"
    stored.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, stored)
    return ImportRun.objects.create(
        object_type=kind.key,
        file_name=path.name,
        stored=str(stored),
        mapping=as_json(mapping),
        errors_to=str(errors_to) if errors_to else str(stored.with_suffix(".errors.csv")),
        batch=batch,
        actor=by,
        estimate=table.estimate,
    )


def as_json(mapping: Mapping) -> dict[str, Any]:
    fields = {name: vars(source) for name, source in mapping.fields.items()}
    return {
        "fields": fields,
        "key": mapping.key,
        "file": {"encoding": mapping.encoding, "delimiter": mapping.delimiter},
    }


def go_on(run: ImportRun, kind: ObjectType, mapping: Mapping, progress: Progress | None = None) -> ImportRun:
    """Work through the rows behind the run's position until the file ends."""
    table = opened(Path(run.stored), mapping)
    reader = Reader(kind, mapping, table.header, run.actor, run.batch)
    reader.learn_formats(row.cells for row in first_rows(table))
    rejects = Rejects(Path(run.errors_to), table.header, size=run.errors_size)
    chunk = Chunk(kind, mapping, reader, run)
    try:
        for rows in chunks_of(table, chunk, run.position):
            _write(chunk, rows, run, rejects)
            if progress:
                progress(run)
    except BaseException as error:
        if isinstance(error, Exception):
            ImportRun.objects.filter(pk=run.pk).update(
                state=ImportRun.State.FAILED, problem=str(error)[:2000]
            )
            Batch.objects.filter(pk=run.batch_id).update(
                state=Batch.State.STOPPED, finished_at=timezone.now()
            )
        raise
    _finish(run)
    return run


def first_rows(table: Table) -> Iterator[Row]:
    for number, row in enumerate(table.rows()):
        if number >= SAMPLE:
            return
        yield row


def chunks_of(table: Table, chunk: Chunk, position: int) -> Iterator[list[Row]]:
    """The rows that are not in yet, in chunks; the keys of those that are count as seen."""
    rows: list[Row] = []
    for row in table.rows():
        if row.number <= position:
            chunk.remember(row)
            continue
        rows.append(row)
        if len(rows) == CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows


def _write(chunk: Chunk, rows: list[Row], run: ImportRun, rejects: Rejects) -> None:
    """One chunk, whole or not at all."""
    with transaction.atomic():
        result = chunk.write(rows)
        run.read += len(rows)
        run.created += result.created
        run.updated += result.updated
        run.skipped += result.skipped
        run.rejected += len(result.rejected)
        run.position = rows[-1].number
        run.errors_size = rejects.add(result.rejected)
        run.beat_at = timezone.now()
        run.save()


def _finish(run: ImportRun) -> None:
    run.state, run.finished_at = ImportRun.State.DONE, timezone.now()
    with transaction.atomic():
        run.save(update_fields=["state", "finished_at"])
        Batch.objects.filter(pk=run.batch_id).update(state=Batch.State.DONE, finished_at=run.finished_at)


class _TakenBack(Exception):
    pass


def _dry_run(
    kind: ObjectType,
    table: Table,
    mapping: Mapping,
    by: User,
    errors_to: Path | None,
    progress: Progress | None,
) -> ImportRun:
    run = ImportRun(object_type=kind.key, actor=by, estimate=table.estimate)
    reader = Reader(kind, mapping, table.header, by, None)  # type: ignore[arg-type]
    reader.learn_formats(row.cells for row in first_rows(table))
    chunk = Chunk(kind, mapping, reader, run)
    rejects = Rejects(errors_to, table.header) if errors_to else None
    for rows in chunks_of(table, chunk, 0):
        try:
            with transaction.atomic():
                result = chunk.write(rows)
                raise _TakenBack
        except _TakenBack:
            reader.forget_created()
        run.read += len(rows)
        run.created += result.created
        run.updated += result.updated
        run.skipped += result.skipped
        run.rejected += len(result.rejected)
        if rejects:
            rejects.add(result.rejected)
        if progress:
            progress(run)
    return run


def interrupted() -> QuerySet[ImportRun]:
    """Runs whose process died."""
    return ImportRun.objects.filter(state=ImportRun.State.RUNNING, beat_at__lt=timezone.now() - DEAD_AFTER)


def finish_interrupted() -> int:
    """Finish the imports whose process died; returns how many. Safe to call from several processes at once."""
    from kehu.core import registry
    from kehu.core.imports.values import mapping_of

    finished = 0
    for run in interrupted().select_related("batch", "actor"):
        claimed = ImportRun.objects.filter(pk=run.pk, beat_at=run.beat_at, state=ImportRun.State.RUNNING)
        if not claimed.update(beat_at=timezone.now()):
            continue
        kind = registry.get(run.object_type)
        try:
            go_on(run, kind, mapping_of(run.mapping, kind))
            finished += 1
        except (Refused, IntegrityError, OSError):
            continue  # the run says why; it can be undone by its batch
    return finished


def _place(error: TableError) -> str:
    if error.row and error.column:
        return _("Row %(row)s, column “%(column)s”: %(why)s") % {
            "row": error.row, "column": error.column, "why": error.message,
        }  # fmt: skip
    if error.row:
        return _("Row %(row)s: %(why)s") % {"row": error.row, "why": error.message}
    return error.message
