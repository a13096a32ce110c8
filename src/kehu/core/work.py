"""Long work in steps: watched, stopped, gone on with after a crash, taken back as one batch.

A module declares a step with `@step(...)`; `start` queues the work and the lane for long jobs repeats the step
until it says that nothing is left. A step moves `work.cursor` and `work.done` itself; they are saved in the same
transaction as what the step wrote. A step holds SQLite's write lock, so it lasts less than half a second; one that
only reads or computes is declared with `writes=False` and runs outside a transaction.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kehu.core import clock
from kehu.core.errors import Conflict, NotFound, Refused
from kehu.core.jobs import job, periodic
from kehu.core.models import Batch, Company, Work

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kehu.core.models import User

log = logging.getLogger("kehu.work")
BEAT = 5.0
# A run that has not beaten for this long belongs to a process that died.
DEAD_AFTER = timedelta(seconds=30)
KEPT = timedelta(days=14)
SAVED = ("cursor", "total", "done", "outcome", "result", "file", "file_name", "beat_at")

# Work whose process died so often with it is not begun again: it may be what kills it.
MOST_INTERRUPTED = 3
INTERRUPTED = "interrupted"

Step = Callable[[Work], bool]
Said = Callable[[Work], str]
Told = Callable[[Work], str]


class Stopped(Exception):
    """Its person has asked a step to stop, and it can."""


@dataclass(frozen=True)
class Declared:
    step: Step
    writes: bool
    said: Said | None
    told: Told | None


_steps: dict[str, Declared] = {}


def step(
    name: str, *, writes: bool = True, said: Said | None = None, told: Told | None = None
) -> Callable[[Step], Step]:
    """Declare the step of a kind of work: called again and again while it returns true.

    `said` names such work from its parameters in the language of whoever reads it, `told` says what came of it.
    """

    def declare(function: Step) -> Step:
        _steps[name] = Declared(function, writes, said, told)
        return function

    return declare


def start(
    name: str,
    *,
    label: str,
    by: User,
    parameters: Mapping[str, Any] | None = None,
    total: int = 0,
    verb: str = "",
) -> Work:
    """Queue work for the lane of long jobs; with a `verb` its changes form a batch that can be undone."""
    with transaction.atomic():
        work = _queued(name, label, by, parameters, total, verb)
        run.later(pk=work.pk)
    return work


def do_now(
    name: str,
    *,
    label: str,
    by: User,
    parameters: Mapping[str, Any] | None = None,
    total: int = 0,
    verb: str = "",
) -> Work:
    """Work that is little enough to be done at once, all of it or nothing: its person waits for it."""
    with transaction.atomic():
        work = _queued(name, label, by, parameters, total, verb)
        while _steps[name].step(work):
            pass
        work.save(update_fields=SAVED)
        _end(work, Work.State.DONE)
    work.refresh_from_db()
    return work


def _queued(
    name: str, label: str, by: User, parameters: Mapping[str, Any] | None, total: int, verb: str
) -> Work:
    batch = Batch.objects.create(verb=verb, actor=by, label=label[:300]) if verb else None
    return Work.objects.create(
        name=name, label=label[:300], actor=by, parameters=dict(parameters or {}), total=total, batch=batch
    )


def label_of(work: Work) -> str:
    """What the work is called, in the reader's language; as its starter read it where what it is about is gone."""
    declared = _steps.get(work.name)
    try:
        return declared.said(work) if declared is not None and declared.said is not None else work.label
    except (Refused, KeyError):
        return work.label


def outcome_of(work: Work) -> str:
    """What came of the work, in the reader's language; nothing as long as nothing has."""
    declared = _steps.get(work.name)
    if not work.outcome or declared is None or declared.told is None:
        return work.outcome
    try:
        return declared.told(work)
    except (KeyError, TypeError):
        return work.outcome


def progress(work: Work, done: int) -> None:
    """Say within a step that only reads how far it is; raises Stopped where its person has asked for that."""
    work.done = done
    Work.objects.filter(pk=work.pk).update(done=done, total=work.total)
    if Work.objects.filter(pk=work.pk, stop_asked=True).exists():
        raise Stopped


def visible_to(user: User) -> QuerySet[Work]:
    """A person's work is that person's business alone: what it read, it read with that person's rights."""
    return Work.objects.filter(actor=user)


def find(pk: int, user: User) -> Work:
    work = visible_to(user).filter(pk=pk).select_related("batch").first()
    if work is None:
        raise NotFound(_("There is no such page."))
    return work


def stop(*, work: Work, by: User) -> None:
    """Ask running work to stop after its step; what it has done so far stays until it is undone."""
    if not Work.objects.filter(_open(), pk=work.pk, actor=by).update(stop_asked=True):
        raise Conflict(_("This is finished already."))


def go_on(*, work: Work, by: User) -> None:
    """Go on with stopped or failed work where it ended."""
    ended = Work.objects.filter(pk=work.pk, actor=by, state__in=(Work.State.STOPPED, Work.State.FAILED))
    with transaction.atomic():
        if work.batch is not None and not _reopen(work.batch):
            raise Conflict(_("This has been undone already."))
        # Whoever asks for it once more asks with patience anew.
        work.parameters.pop(INTERRUPTED, None)
        again = {"state": Work.State.WAITING, "stop_asked": False, "problem": "", "finished_at": None}
        if not ended.update(**again, parameters=work.parameters):
            raise Conflict(_("Only what was stopped or failed can go on."))
        run.later(pk=work.pk)


def pace(work: Work) -> tuple[float | None, timedelta | None]:
    """How many a second so far, and how long the rest will take by that; nothing where it cannot be said."""
    if not work.done or work.started_at is None:
        return None, None
    until = work.finished_at or timezone.now()
    passed = max((until - work.started_at) / timedelta(seconds=1), 0.001)
    rate = work.done / passed
    if not work.is_open or not work.total:
        return rate, None
    return rate, timedelta(seconds=max(work.total - work.done, 0) / rate)


def interrupted(work: Work) -> int:
    """How often the process died that was at it, and another took it up."""
    return int(work.parameters.get(INTERRUPTED, 0))


def begins_anew(work: Work) -> bool:
    """Whether it was interrupted and had to begin from its beginning: a step that only reads keeps nothing."""
    return interrupted(work) > 0 and not _steps[work.name].writes


def path_of(work: Work, suffix: str) -> Path:
    """Where the file of a piece of work is written."""
    place = Path(settings.KEHU_DATA) / "work" / f"{work.pk}{suffix}"
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


@job(lane="long", attempts=1)
def run(pk: int) -> None:
    """Repeat the step until the work is done, stopped or failed."""
    work = _claim(pk)
    if work is None:
        return
    language = work.actor.language or Company.current().language
    with translation.override(language), timezone.override(clock.zone()), _beating(work.pk):
        try:
            while _one_step(work):
                pass
        except Stopped:
            _end(work, Work.State.STOPPED)
        except Refused as refusal:
            _end(work, Work.State.FAILED, str(refusal))
        except Exception as error:
            log.exception("work %s", work.name)
            _end(work, Work.State.FAILED, _("It failed: %(why)s") % {"why": reason_of(error)})


def reason_of(error: BaseException) -> str:
    """What an error nobody expected says, as far as it can be kept and shown.

    Only its first line: behind that databases quote the values of rows, which may be anybody's.
    """
    text = str(error).strip().partition("\n")[0].replace("\x00", "")
    return text.encode(errors="replace").decode()[:500] or type(error).__name__


def _one_step(work: Work) -> bool:
    """One step with its progress, in one transaction if it writes. Returns whether to go on."""
    if Work.objects.filter(pk=work.pk, stop_asked=True).exists():
        _end(work, Work.State.STOPPED)
        return False
    declared = _steps[work.name]
    # Its person may have been blocked, or given another role, since the step before.
    work.refresh_from_db(fields=["actor"])
    with transaction.atomic() if declared.writes else nullcontext():
        more = declared.step(work)
        work.beat_at = timezone.now()
        work.save(update_fields=SAVED)
    if not more:
        _end(work, Work.State.DONE)
    return more


def _claim(pk: int) -> Work | None:
    """Take the work over, unless another process is at it."""
    now = timezone.now()
    this = Work.objects.filter(pk=pk)
    died = bool(this.filter(_left_alone(now)).update(beat_at=now))
    if not died and not this.filter(state=Work.State.WAITING).update(state=Work.State.RUNNING, beat_at=now):
        return None
    this.filter(started_at=None).update(started_at=now)
    work = this.select_related("actor", "batch").get()
    if died:
        work.parameters[INTERRUPTED] = interrupted(work) + 1
        work.save(update_fields=["parameters"])
        if interrupted(work) > MOST_INTERRUPTED:
            _end(work, Work.State.FAILED, _("It was interrupted too often. Ask your administrator."))
            return None
        if not _steps[work.name].writes:
            # The pace of the dead one says nothing of this one.
            this.update(started_at=now, done=0)
            work.started_at, work.done = now, 0
    return work


def _left_alone(now: datetime) -> Q:
    """Running, as it says, but nobody has been at it for long: the process died."""
    return Q(state=Work.State.RUNNING, beat_at__lt=now - DEAD_AFTER)


def _end(work: Work, state: str, problem: str = "") -> None:
    now = timezone.now()
    with transaction.atomic():
        Work.objects.filter(pk=work.pk).update(state=state, problem=problem, finished_at=now)
        if work.batch_id is not None:
            ended = Batch.State.DONE if state == Work.State.DONE else Batch.State.STOPPED
            open_batch = Batch.objects.filter(pk=work.batch_id, state=Batch.State.RUNNING)
            open_batch.update(state=ended, finished_at=now)


def _reopen(batch: Batch) -> bool:
    stopped = Batch.objects.filter(pk=batch.pk, state=Batch.State.STOPPED)
    return bool(stopped.update(state=Batch.State.RUNNING, finished_at=None))


@contextmanager
def _beating(pk: int) -> Iterator[None]:
    """Say that the work lives, from a connection of its own, however long a step computes."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(BEAT):
                Work.objects.filter(pk=pk, state=Work.State.RUNNING).update(beat_at=timezone.now())
                close_old_connections()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _open() -> Q:
    return Q(state__in=(Work.State.WAITING, Work.State.RUNNING))


@periodic(every=timedelta(seconds=20))
def look_for_interrupted_work() -> None:
    """Have work whose process died gone on with."""
    for pk in Work.objects.filter(_left_alone(timezone.now())).values_list("pk", flat=True):
        run.later(pk=pk)


@periodic(every=timedelta(hours=6))
def forget_old_work() -> None:
    """Finished work and its file are kept for two weeks; its changes stay in the log."""
    old = Work.objects.exclude(_open()).filter(finished_at__lt=timezone.now() - KEPT)
    for work in old:
        for file in (Path(settings.KEHU_DATA) / "work").glob(f"{work.pk}.*"):
            file.unlink(missing_ok=True)
        work.delete()
