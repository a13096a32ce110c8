"""Imports as their owner sees and steers them: which there are, stop, go on, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import access, changes
from kehu.core import work as long_work
from kehu.core.errors import NotFound
from kehu.core.imports import background
from kehu.core.imports import run as engine
from kehu.core.models import Batch, Change, ImportRun, User, Work
from kehu.core.registry import Narrowed, ObjectType

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

# More records than this are undone in the background.
AT_ONCE = 2_000
# From this many on the records of an import are found by asking each record rather than the log.
MANY = 20_000
PARAMETER = "batch"


def visible_to(user: User) -> QuerySet[ImportRun]:
    """A file is its owner's business; an administrator sees all."""
    runs = ImportRun.objects.select_related("batch", "actor")
    return runs if user.role == access.roles.ADMINISTRATOR else runs.filter(actor=user)


def find(pk: int, user: User) -> ImportRun:
    run = visible_to(user).filter(pk=pk).first()
    if run is None:
        raise NotFound(_("There is no such import, or you may not see it."))
    return run


def stop(*, run: ImportRun, by: User) -> None:
    """Stop a run: at once while it waits, else behind the chunk that is being written."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.WAITING)
    with transaction.atomic():
        if visible_to(by).filter(pk=run.pk).exists() and waiting.update(
            state=ImportRun.State.STOPPED, finished_at=timezone.now()
        ):
            Batch.objects.filter(pk=run.batch_id).update(
                state=Batch.State.STOPPED, finished_at=timezone.now()
            )
            return
    engine.stop(run=run, by=by)


def go_on(*, run: ImportRun, by: User) -> None:
    """Go on with a stopped or failed run where it ended, in the background."""
    with transaction.atomic():
        engine.take_up(run=run, by=by)
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.WAITING)
        background.run_import.later(run=run.pk)


def undo(*, run: ImportRun, by: User) -> Work | None:
    """Take everything back that the run brought in: at once, or as work in the background where it is much."""
    if run.created + run.updated <= AT_ONCE:
        changes.undo(batch=run.batch, by=by)
        return None
    engine.require_owner(run, by)
    return long_work.start(
        background.UNDO,
        label=_("Undo: %(file)s") % {"file": run.file_name},
        by=by,
        parameters={"batch": run.batch_id},
        total=run.created + run.updated,
    )


def narrow(request: HttpRequest, kind: ObjectType) -> Narrowed | None:
    """A list's records that came in, or were changed, by the import that the address names."""
    given = str(request.GET.get(PARAMETER, ""))
    if not given:
        return None
    run = None
    if given.isascii() and given.isdecimal() and len(given) < 19:
        run = visible_to(request.user).filter(batch_id=int(given), object_type=kind.key).first()  # type: ignore[arg-type]
    if run is None:
        raise NotFound(_("There is no such import, or you may not see it."))
    of_batch = Change.objects.filter(batch_id=run.batch_id, object_type=kind.key)
    if run.created + run.updated > MANY:
        condition = Q(Exists(of_batch.filter(object_id=OuterRef("pk"))))
    else:
        condition = Q(pk__in=of_batch.values("object_id"))
    label = _("Imported from %(file)s") % {"file": run.file_name}
    return Narrowed(condition, label, frozenset({PARAMETER}))
