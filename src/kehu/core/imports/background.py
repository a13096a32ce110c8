"""What imports do in the lane for long work: run, try. Sentences are in the language of who asked."""

from __future__ import annotations

import logging
from pathlib import Path

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kehu.core import clock, registry
from kehu.core import work as long_work
from kehu.core.errors import Refused
from kehu.core.imports import run as engine
from kehu.core.imports.values import mapping_of
from kehu.core.jobs import job
from kehu.core.models import Batch, Company, ImportDraft, ImportRun, User, Work

log = logging.getLogger("kehu.imports")
TRIAL = "imports.trial"
READING = ("encoding", "delimiter", "header_row", "sheet")


@job(lane="long", attempts=1)
def run_import(run: int) -> None:
    """Work through a run that waits; one that another process has taken up is left to it."""
    waiting = ImportRun.objects.filter(pk=run, state=ImportRun.State.WAITING)
    if not waiting.update(state=ImportRun.State.RUNNING, beat_at=timezone.now(), begun_at=timezone.now()):
        return
    found = ImportRun.objects.select_related("batch", "actor").get(pk=run)
    with translation.override(language_of(found.actor)), timezone.override(clock.zone()):
        try:
            kind = registry.get(found.object_type)
            engine.go_on(found, kind, mapping_of(found.mapping, kind))
        except Refused as refusal:
            fail(found, str(refusal))
        except Exception as error:
            log.exception("import %s", run)
            fail(found, _("It failed: %(why)s") % {"why": long_work.reason_of(error)})


def fail(run: ImportRun, problem: str) -> None:
    """The run ends with a sentence; what is in stays and can be undone, the rest can be gone on with."""
    now = timezone.now()
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(
            state=ImportRun.State.FAILED, problem=problem[:2000], finished_at=now
        )
        Batch.objects.filter(pk=run.batch_id, state=Batch.State.RUNNING).update(
            state=Batch.State.STOPPED, finished_at=now
        )


def language_of(user: User) -> str:
    return user.language or Company.current().language


class Stopped(Exception):
    """Somebody asked the trial to stop."""


def said_of_trial(file_name: str) -> str:
    return _("Trial: %(file)s") % {"file": file_name}


@long_work.step(
    TRIAL,
    writes=False,
    said=lambda work: said_of_trial(work.parameters["file"]),
    told=lambda work: outcome(work.result),
)
def trial(work: Work) -> bool:
    """Try all rows of a draft; the rows that would be rejected become the work's file."""
    draft = ImportDraft.objects.filter(pk=work.parameters["draft"], actor=work.actor).first()
    if draft is None:
        raise Refused(_("There is no such file. It may have been imported already."))
    kind = registry.get(draft.object_type)
    chosen = {name: value for name in READING if (value := draft.reading.get(name))}
    mapping = mapping_of({**draft.mapping, "file": chosen}, kind)

    def progress(run: ImportRun) -> None:
        Work.objects.filter(pk=work.pk).update(done=run.read)
        if Work.objects.filter(pk=work.pk, stop_asked=True).exists():
            raise Stopped

    errors = long_work.path_of(work, ".csv")
    try:
        run = engine.import_file(
            kind,
            Path(draft.stored),
            mapping,
            by=work.actor,
            errors_to=errors,
            dry_run=True,
            progress=progress,
        )
    except Stopped:
        return True  # the work itself sees to the rest
    work.done, work.total = run.read, run.read
    work.result = {name: getattr(run, name) for name in ("read", "created", "updated", "skipped", "rejected")}
    work.outcome = outcome(work.result)
    if run.rejected:
        work.file, work.file_name = str(errors), f"{Path(draft.file_name).stem}.errors.csv"
    return False


def outcome(counts: dict[str, int]) -> str:
    """What a trial found, in a sentence."""
    shown = {name: f"{count:,}" for name, count in counts.items()}
    return (
        _(
            "%(read)s rows: %(created)s would be created, %(updated)s updated, %(skipped)s left as they are, "
            "%(rejected)s rejected."
        )
        % shown
    )
