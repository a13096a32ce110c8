"""Long work as its person sees it: progress, stop, go on, the file that it made, the way back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kehu.core import work as long_work
from kehu.core.errors import NotFound
from kehu.core.models import Batch, Work
from kehu.core.views.base import go_to, is_fragment

SHOWN = 50
LOOK = {"waiting": "info", "running": "info", "done": "good", "stopped": "warn", "failed": "bad"}


@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """What the user has running and had run lately."""
    found = long_work.visible_to(request.user).select_related("batch")[:SHOWN]
    page = {"title": _("My long work"), "works": [card(work) for work in found]}
    return render(request, "core/pages/work.html", {"page": page})


@require_safe
def work_card(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece of work; the card asks for itself each second while it runs."""
    shown = card(long_work.find(pk, request.user))
    if is_fragment(request):
        return render(request, "core/components/work.html", {"work": shown})
    return render(request, "core/pages/work.html", {"page": {"title": shown["label"], "works": [shown]}})


@require_POST
def work_stop(request: HttpRequest, pk: int) -> HttpResponse:
    long_work.stop(work=long_work.find(pk, request.user), by=request.user)
    return go_to(request, reverse("work", args=[pk]))


@require_POST
def work_go_on(request: HttpRequest, pk: int) -> HttpResponse:
    long_work.go_on(work=long_work.find(pk, request.user), by=request.user)
    return go_to(request, reverse("work", args=[pk]))


@require_safe
def work_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file that the work made, for the person whose rights it was made with."""
    work = long_work.find(pk, request.user)
    if work.state != Work.State.DONE or not work.file or not Path(work.file).exists():
        raise NotFound(_("There is no such file. It may be too old: make it again."))
    return FileResponse(Path(work.file).open("rb"), as_attachment=True, filename=work.file_name)


def card(work: Work) -> dict[str, Any]:
    """What the component `work.html` draws."""
    batch = work.batch
    undone = batch is not None and batch.state == Batch.State.UNDONE
    undoable = batch is not None and not work.is_open and not undone and work.done > 0
    return {
        "label": long_work.label_of(work),
        "state": _("undone") if undone else work.get_state_display(),
        "look": LOOK[work.state],
        "done": work.done,
        "total": work.total,
        "note": note(work),
        "open": work.is_open,
        "url": reverse("work", args=[work.pk]),
        "stop_url": reverse("work-stop", args=[work.pk]) if work.is_open else "",
        "go_on_url": reverse("work-go-on", args=[work.pk])
        if work.state in {Work.State.STOPPED, Work.State.FAILED} and not undone
        else "",
        "file_url": reverse("work-file", args=[work.pk]) if work.file and work.state == "done" else "",
        "undo_url": reverse("batch-undo", args=[work.batch_id]) if undoable else "",
    }


def note(work: Work) -> str:
    """What there is to say of it: why it ended, what came of it, or how long it will still take."""
    if work.problem:
        return work.problem
    parts = [long_work.outcome_of(work) or left(work)]
    if long_work.begins_anew(work):
        parts.append(_("It was interrupted and began anew by itself."))
    elif long_work.interrupted(work):
        parts.append(_("It was interrupted and went on by itself."))
    return " ".join(part for part in parts if part)


def left(work: Work) -> str:
    """How long it will still take, from what it did so far."""
    _rate, rest = long_work.pace(work)
    if rest is None:
        return ""
    minutes, seconds = divmod(round(rest / timedelta(seconds=1)), 60)
    return _("about %(minutes)s min %(seconds)s s left") % {"minutes": minutes, "seconds": seconds}
