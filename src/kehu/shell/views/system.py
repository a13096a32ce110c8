"""The state of the machine for administrators: jobs, what runs again and again, imports, the warehouse."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tasks_db.models import DBTaskResult

from kehu.core import access, jobs
from kehu.core.errors import NotFound
from kehu.core.models import ImportRun, Schedule, Work
from kehu.core.views.base import go_to, is_fragment
from kehu.core.views.notices import done
from kehu.warehouse import feed

SHOWN = 30
WORDS = {
    "READY": Work.State.WAITING.label,
    "RUNNING": Work.State.RUNNING.label,
    "FAILED": Work.State.FAILED.label,
    "SUCCESSFUL": Work.State.DONE.label,
}
LOOK = {"READY": "info", "RUNNING": "info", "FAILED": "bad", "SUCCESSFUL": "good"}


@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """Everything that works in the background; htmx asks for the body every few seconds."""
    require_administrator(request)
    context = {
        "page": {"title": _("Jobs and system state")},
        "waiting": DBTaskResult.objects.filter(status="READY").count(),
        "jobs": [job_row(result) for result in DBTaskResult.objects.order_by("-enqueued_at")[:SHOWN]],
        "periodic": periodic_rows(),
        "imports": ImportRun.objects.select_related("actor", "batch")[:SHOWN],
        "warehouse": feed.status(),
    }
    return render(request, "shell/system_body.html" if is_fragment(request) else "shell/system.html", context)


@require_POST
def run_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Queue a failed job once more."""
    require_administrator(request)
    result = DBTaskResult.objects.filter(pk=pk, status="FAILED").first()
    if result is None:
        raise NotFound(_("This job has not failed, or is forgotten already."))
    name, kwargs, _attempt = result.args_kwargs["args"]
    jobs.queue(name, kwargs)
    done(request, _("Queued again."))
    return go_to(request, reverse("jobs"))


def require_administrator(request: HttpRequest) -> None:
    if request.user.role != access.roles.ADMINISTRATOR:
        raise NotFound(_("There is no such page."))


def job_row(result: DBTaskResult) -> dict[str, Any]:
    arguments = result.args_kwargs.get("args") or [result.task_path, {}, 1]
    return {
        "name": str(arguments[0]).removeprefix("kehu."),
        "attempt": arguments[2] if len(arguments) > 2 else 1,
        "state": str(WORDS.get(result.status, result.status)),
        "look": LOOK.get(result.status, ""),
        "queued": result.enqueued_at,
        "ended": result.finished_at,
        "lane": result.queue_name,
        "problem": result.exception_class_path,
        "again_url": reverse("job-again", args=[result.pk]) if result.status == "FAILED" else "",
    }


def periodic_rows() -> list[dict[str, Any]]:
    schedules = {schedule.name: schedule for schedule in Schedule.objects.all()}
    return [
        {
            "name": declared.name.removeprefix("kehu."),
            "every": declared.every,
            "schedule": schedules.get(declared.name),
        }
        for declared in jobs.declared_periodic()
    ]
