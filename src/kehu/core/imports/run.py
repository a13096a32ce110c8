"""One import from beginning to end, in chunks. Every chunk and the mark of how far the file has come are one
transaction, so a killed import goes on where it was: nothing twice, nothing lost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import access
from kehu.core.database import LongWrite
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.imports.blocks import Block, blocks_of
from kehu.core.imports.chunks import Chunk
from kehu.core.imports.opening import check_columns, opened
from kehu.core.imports.permitted import refuse_closed_fields, refuse_other_rights
from kehu.core.imports.reading import Elsewhere, work_of
from kehu.core.imports.rejects import Rejects
from kehu.core.imports.values import Mapping, Reader
from kehu.core.models import Batch, ImportRun, User
from kehu.core.registry import ObjectType
from kehu.core.work import MOST_INTERRUPTED, reason_of
from kehu.kit.tables import Table
from kehu.kit.text import without_halves

# Rows of a transaction, at most and at least, and the seconds of work that it may take.
CHUNK = 2000
LONGEST_NAME = 255
LEAST = 500
LONGEST = 0.45
# From this many rows on a second process reads.
LARGE = 20_000
# A run that has not moved for this long belongs to a process that died.
DEAD_AFTER = timedelta(seconds=30)
# What a chunk changes; not `stop_asked`, which others write meanwhile.
MOVED = ("read", "created", "updated", "skipped", "rejected", "position", "errors_size", "beat_at")
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
        return _dry_run(kind, path, table, mapping, by, errors_to, progress)
    run = start(kind, path, table, mapping, by, errors_to)
    return go_on(run, kind, mapping, progress)


def start(
    kind: ObjectType, path: Path, table: Table, mapping: Mapping, by: User, errors_to: Path | None
) -> ImportRun:
    """Keep a copy of the file, so that the import can be finished whatever happens to the original."""
    name = without_halves(path.name)[:LONGEST_NAME]
    batch = Batch.objects.create(verb="import", actor=by, label=name)
    stored = Path(settings.KEHU_DATA) / "imports" / f"{batch.pk}{path.suffix}"
    stored.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, stored)
    return ImportRun.objects.create(
        object_type=kind.key,
        file_name=name,
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
        "file": {name: getattr(mapping, name) for name in ("encoding", "delimiter", "header_row", "sheet")},
    }


def go_on(run: ImportRun, kind: ObjectType, mapping: Mapping, progress: Progress | None = None) -> ImportRun:
    """Work through the rows behind the run's position until the file ends or somebody stops the run.

    Refused, and so failed, where its person has lost the right to bring these rows in meanwhile: looked at before
    every chunk.
    """
    table = opened(Path(run.stored), mapping)
    chunk = Chunk(kind, mapping, Reader(kind, mapping, table.header, run.actor, run.batch), run)
    rejects = Rejects(Path(run.errors_to), table.header, size=run.errors_size)
    pace = Pace()
    try:
        access.require(run.actor, "add", kind)
        refuse_closed_fields(kind, mapping, run.actor)
        with (
            blocks(kind, table, mapping, Path(run.stored), run.position) as found,
            LongWrite() as writing,
        ):
            for block in found:
                if block.old:
                    chunk.remember(block)
                    continue
                for part in block.parts(pace.rows):
                    with pace.measured():
                        went_on = _write(chunk, part, run, rejects)
                    if not went_on:
                        return _stop(run)
                    writing.settle()
                    if progress:
                        progress(run)
    except BaseException as error:
        if isinstance(error, Exception):
            ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.FAILED, problem=reason_of(error))
            _stop_batch(run)
        raise
    finally:
        chunk.close()
    _finish(run)
    return run


@contextmanager
def blocks(
    kind: ObjectType, table: Table, mapping: Mapping, path: Path, position: int
) -> Iterator[Iterable[Block]]:
    """The rows of a file as blocks: of a small one from this process, of a large one from a second that only reads."""
    if table.estimate < LARGE:
        reader = Reader(kind, mapping, table.header, None, None)
        yield blocks_of(table, reader, position)
        return
    elsewhere = Elsewhere(work_of(kind, mapping, path, position))
    try:
        yield elsewhere
    finally:
        elsewhere.close()


class Pace:
    """How many rows go into one transaction: as many as keep SQLite's write lock well under half a second."""

    def __init__(self) -> None:
        self.rows = CHUNK

    @contextmanager
    def measured(self) -> Iterator[None]:
        # Of the processor: on a busy machine smaller chunks would only make it all longer.
        start = time.process_time()
        yield
        taken = time.process_time() - start
        if taken > LONGEST:
            self.rows = max(LEAST, self.rows // 2)
        elif taken < LONGEST / 3:
            self.rows = min(CHUNK, self.rows * 2)


def _write(chunk: Chunk, block: Block, run: ImportRun, rejects: Rejects) -> bool:
    """One chunk, whole or not at all; False, and nothing written, where somebody has asked to stop."""
    if ImportRun.objects.filter(pk=run.pk, stop_asked=True).exists():
        return False
    with transaction.atomic():
        refuse_other_rights(run)
        result = chunk.write(block)
        run.read += block.read
        run.created += result.created
        run.updated += result.updated
        run.skipped += result.skipped
        run.rejected += len(result.rejected)
        run.position = block.last
        run.errors_size = rejects.add(result.rejected)
        run.beat_at = timezone.now()
        run.save(update_fields=MOVED)
    return True


def stop(*, run: ImportRun, by: User) -> None:
    """Ask a running import to stop before its next chunk. What is in stays; it can go on later, or be undone."""
    require_owner(run, by)
    if not ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING).update(stop_asked=True):
        raise Conflict(_("This import does not run any more."))


def _stop(run: ImportRun) -> ImportRun:
    """End here; what is in stays, and the run can go on from its position or be undone."""
    run.state, run.stop_asked, run.finished_at = ImportRun.State.STOPPED, False, timezone.now()
    with transaction.atomic():
        run.save(update_fields=["state", "stop_asked", "finished_at"])
        _stop_batch(run)
    return run


def take_up(*, run: ImportRun, by: User) -> ImportRun:
    """Set a stopped or failed import running again; `go_on` reads the rest of its file."""
    require_owner(run, by)
    states = (ImportRun.State.STOPPED, ImportRun.State.FAILED)
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=run.batch_id)
        if batch.state != Batch.State.STOPPED:
            raise Conflict(_("This import is not stopped, so it cannot go on."))
        now = timezone.now()
        waiting = ImportRun.objects.filter(pk=run.pk, state__in=states)
        if not waiting.update(
            state=ImportRun.State.RUNNING, problem="", finished_at=None, stop_asked=False, beat_at=now,
            begun_at=now, begun_with=F("read"), interrupted=0,
        ):  # fmt: skip
            raise Conflict(_("This import is not stopped, so it cannot go on."))
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.RUNNING, finished_at=None)
    run.refresh_from_db()
    return run


def require_owner(run: ImportRun, by: User) -> None:
    if run.actor_id != by.pk and by.role != access.roles.ADMINISTRATOR:
        raise Forbidden(_("Only the person who started this import, or an administrator, may do that."))


def _stop_batch(run: ImportRun) -> None:
    Batch.objects.filter(pk=run.batch_id).update(state=Batch.State.STOPPED, finished_at=timezone.now())


def _finish(run: ImportRun) -> None:
    run.state, run.finished_at = ImportRun.State.DONE, timezone.now()
    with transaction.atomic():
        run.save(update_fields=["state", "finished_at"])
        Batch.objects.filter(pk=run.batch_id).update(state=Batch.State.DONE, finished_at=run.finished_at)


class _TakenBack(Exception):
    pass


def _dry_run(
    kind: ObjectType,
    path: Path,
    table: Table,
    mapping: Mapping,
    by: User,
    errors_to: Path | None,
    progress: Progress | None,
) -> ImportRun:
    run = ImportRun(object_type=kind.key, actor=by, estimate=table.estimate)
    reader = Reader(kind, mapping, table.header, by, None)
    chunk = Chunk(kind, mapping, reader, run)
    rejects = Rejects(errors_to, table.header) if errors_to else None
    with blocks(kind, table, mapping, path, 0) as found:
        for block in found:
            try:
                with transaction.atomic():
                    result = chunk.write(block)
                    raise _TakenBack
            except _TakenBack:
                reader.forget_created()
            run.read += block.read
            run.created += result.created
            run.updated += result.updated
            run.skipped += result.skipped
            run.rejected += len(result.rejected)
            if rejects:
                rejects.add(result.rejected)
            if progress:
                progress(run)
    chunk.close()
    return run


def interrupted() -> QuerySet[ImportRun]:
    """Runs whose process died."""
    return ImportRun.objects.filter(state=ImportRun.State.RUNNING, beat_at__lt=timezone.now() - DEAD_AFTER)


def finish_interrupted() -> int:
    """Finish the imports whose process died; returns how many. Safe to call from several processes at once.

    One whose process died too often is not taken up again: it may be what kills it.
    """
    from kehu.core import registry
    from kehu.core.imports.values import mapping_of

    finished = 0
    for run in interrupted().select_related("batch", "actor"):
        claimed = ImportRun.objects.filter(pk=run.pk, beat_at=run.beat_at, state=ImportRun.State.RUNNING)
        if not claimed.update(beat_at=timezone.now(), interrupted=F("interrupted") + 1):
            continue
        if run.interrupted >= MOST_INTERRUPTED:
            _give_up(run)
            continue
        kind = registry.get(run.object_type)
        try:
            go_on(run, kind, mapping_of(run.mapping, kind))
            finished += 1
        except (Refused, IntegrityError, OSError):
            continue  # the run says why; it can be undone by its batch
    return finished


def _give_up(run: ImportRun) -> None:
    problem = _("It was interrupted too often. Ask your administrator.")
    with transaction.atomic():
        now = timezone.now()
        ImportRun.objects.filter(pk=run.pk).update(
            state=ImportRun.State.FAILED, problem=problem, finished_at=now
        )
        _stop_batch(run)
