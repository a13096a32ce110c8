"""Work that outlives a request: jobs with retries, periodic jobs, both kept in the database.

A job is a module-level function with `@job`; `NAME.later(**kwargs)` queues it in the caller's transaction.
Arguments are JSON: pass ids, not records. A job runs at least once, so it must be able to run twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from kehu.core.changes import origin
from kehu.core.models import Schedule

log = logging.getLogger("kehu.jobs")
FIRST_WAIT = timedelta(seconds=10)
LANES = ("short", "long")


@dataclass(frozen=True)
class Job:
    name: str
    run: Callable[..., Any]
    lane: str
    attempts: int

    def later(self, **kwargs: Any) -> Any:
        """Queue the job; it starts when the caller's transaction has committed."""
        return run_job.using(queue_name=self.lane).enqueue(self.name, kwargs, 1)

    def __call__(self, **kwargs: Any) -> Any:
        return self.run(**kwargs)


@dataclass(frozen=True)
class Periodic:
    name: str
    run: Callable[[], Any]
    every: timedelta


_jobs: dict[str, Job] = {}
_periodic: dict[str, Periodic] = {}


def queue(name: str, kwargs: dict[str, Any]) -> None:
    """Queue a declared job by its name, as the first attempt."""
    _jobs[name].later(**kwargs)


def job(*, lane: str = "short", attempts: int = 3) -> Callable[[Callable[..., Any]], Job]:
    """Declare a job. `lane` long is for what takes more than a few seconds."""

    def declare(function: Callable[..., Any]) -> Job:
        declared = Job(f"{function.__module__}.{function.__qualname__}", function, lane, attempts)
        _jobs[declared.name] = declared
        return declared

    return declare


def periodic(*, every: timedelta) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Declare a function that a worker calls again and again."""

    def declare(function: Callable[[], Any]) -> Callable[[], Any]:
        name = f"{function.__module__}.{function.__qualname__}"
        _periodic[name] = Periodic(name, function, every)
        return function

    return declare


@task(queue_name="short")
def run_job(name: str, kwargs: dict[str, Any], attempt: int) -> None:
    """Run a declared job; after a failure queue the next attempt, later each time, and let this one show as failed."""
    declared = _jobs[name]
    try:
        with origin.coming_from(f"job:{name}"):
            declared.run(**kwargs)
    except Exception:
        if attempt < declared.attempts:
            wait = FIRST_WAIT * 3 ** (attempt - 1)
            again = run_job.using(queue_name=declared.lane, run_after=timezone.now() + wait)
            again.enqueue(name, kwargs, attempt + 1)
        raise


def run_due() -> int:
    """Run the periodic jobs whose time has come; returns how many ran. One failure does not stop the others."""
    ran = 0
    for declared in list(_periodic.values()):
        if _take(declared):
            _run_periodic(declared)
            ran += 1
    return ran


def _take(declared: Periodic) -> bool:
    now = timezone.now()
    Schedule.objects.get_or_create(name=declared.name, defaults={"next_at": now})
    with transaction.atomic():
        due = Schedule.objects.filter(name=declared.name, next_at__lte=now)
        return bool(due.update(next_at=now + declared.every, started_at=now))


def _run_periodic(declared: Periodic) -> None:
    error = ""
    try:
        with origin.coming_from(f"job:{declared.name}"):
            declared.run()
    except Exception as failure:
        log.exception("%s failed", declared.name)
        error = f"{type(failure).__name__}: {failure}"
    Schedule.objects.filter(name=declared.name).update(
        finished_at=timezone.now(),
        runs=F("runs") + 1,
        failures=F("failures") + int(bool(error)),
        last_error=error,
    )


def declared_periodic() -> list[Periodic]:
    return sorted(_periodic.values(), key=lambda declared: declared.name)
