"""Imports that run or ran: watched, stopped, gone on with, undone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kehu.core import registry
from kehu.core.errors import NotFound, Refused
from kehu.core.imports import fields, runs
from kehu.core.models import Batch, ImportDraft, ImportRun, User
from kehu.core.views.base import go_to, is_fragment
from kehu.core.views.notices import done

SHOWN = 50
LOOK = {"waiting": "info", "running": "info", "done": "good", "stopped": "warn", "failed": "bad"}
WAITS = "undo"
OPEN = (ImportRun.State.WAITING, ImportRun.State.RUNNING)
ENDED = (ImportRun.State.STOPPED, ImportRun.State.FAILED)


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """The imports that the user may see, files that wait for a decision, and what can be imported."""
    found = list(runs.visible_to(request.user)[:SHOWN])
    waiting = ImportDraft.objects.filter(actor=request.user)[:SHOWN]
    page = {
        "title": _("Imports"),
        "runs": [card(run, request.user) for run in found],
        "drafts": [
            {"draft": draft, "object": registry.get(draft.object_type)}
            for draft in waiting
            if registry.known(draft.object_type)
        ],
        "kinds": [kind for kind in registry.all() if fields.importable(kind, request.user)],
        "open": any(run.state in OPEN for run in found),
    }
    template = "runs_fragment" if is_fragment(request) else "runs"
    return render(request, f"core/imports/{template}.html", {"page": page})


@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import; the page asks for its body each second while it runs."""
    run = runs.find(pk, request.user)
    waits = WAITS in request.GET and run.batch.state != Batch.State.UNDONE and not run.batch.problem
    page = {"title": run.file_name, "run": card(run, request.user, waits=waits)}
    template = "run_fragment" if is_fragment(request) else "run"
    return render(request, f"core/imports/{template}.html", {"page": page})


def card(run: ImportRun, user: User, *, waits: bool = False) -> dict[str, Any]:
    """What the pages draw of a run; `waits`: it is about to be undone in the background."""
    kind = registry.get(run.object_type) if registry.known(run.object_type) else None
    taken = run.batch.state in (Batch.State.UNDONE, Batch.State.UNDOING)
    undone = taken or waits
    is_open, wrote = run.state in OPEN, run.created + run.updated > 0
    where = [run.pk]
    return {
        "run": run,
        "object": kind,
        "url": reverse("import-run", args=where) + (f"?{WAITS}=1" if waits else ""),
        "state": run.batch.get_state_display() if taken else run.get_state_display(),
        "look": "" if taken else LOOK[run.state],
        "open": is_open or waits or run.batch.state == Batch.State.UNDOING,
        "problem": run.batch.problem or run.problem,
        "total": max(run.estimate, run.read),
        "left": time_left(run),
        "note": _("It was interrupted and went on by itself.") if run.interrupted else "",
        "stop_url": reverse("import-stop", args=where) if is_open and not run.stop_asked else "",
        "go_on_url": reverse("import-go-on", args=where) if run.state in ENDED and not undone else "",
        "undo_url": reverse("import-undo", args=where) if not is_open and wrote and not undone else "",
        "errors_url": reverse("import-errors", args=where) if run.rejected and run.errors_to else "",
        "records_url": f"{reverse('list', args=[kind.key])}?{runs.PARAMETER}={run.batch_id}"
        if kind and wrote and not undone
        else "",
        "again_url": reverse("import-new", args=[kind.key]) if kind and fields.importable(kind, user) else "",
    }


def time_left(run: ImportRun) -> str:
    if run.stop_asked and run.state == ImportRun.State.RUNNING:
        return _("It stops behind the rows at hand.")
    left = run.time_left
    if left is None:
        return ""
    minutes, seconds = divmod(round(left / timedelta(seconds=1)), 60)
    return _("about %(minutes)s min %(seconds)s s left") % {"minutes": minutes, "seconds": seconds}


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    return steer(request, pk, runs.stop)


@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    return steer(request, pk, runs.go_on)


def steer(request: HttpRequest, pk: int, action: Any) -> HttpResponse:
    try:
        action(run=runs.find(pk, request.user), by=request.user)
    except Refused as refusal:
        if isinstance(refusal, NotFound):
            raise
        messages.error(request, str(refusal))
    return go_to(request, reverse("import-run", args=[pk]))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole import back; much of it in the background."""
    run = runs.find(pk, request.user)
    try:
        undone = runs.undo(run=run, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return go_to(request, reverse("import-run", args=[pk]))
    if not undone:
        messages.info(request, _("This is much. It is being taken back in the background."))
        return go_to(request, f"{reverse('import-run', args=[pk])}?{WAITS}=1")
    done(request, _("The import is undone."))
    return go_to(request, reverse("import-run", args=[pk]))


@require_safe
def errors(request: HttpRequest, pk: int) -> FileResponse:
    """The rejected rows with their reasons, to be corrected and imported again."""
    run = runs.find(pk, request.user)
    path = Path(run.errors_to) if run.errors_to else None
    if path is None or not run.rejected or not path.exists():
        raise NotFound(_("There is no such file. It may be too old: make it again."))
    name = f"{Path(run.file_name).stem}.errors.csv"
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )
