"""Jobs that fail are tried again, later each time; periodic ones run once, however many workers look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kehu.core import jobs
from kehu.core.models import Schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls() -> Iterator[list[str]]:
    """What ran; jobs declared by a test are forgotten behind it."""
    declared, periodic = dict(jobs._jobs), dict(jobs._periodic)
    jobs._periodic.clear()
    yield []
    jobs._jobs.clear()
    jobs._jobs.update(declared)
    jobs._periodic.clear()
    jobs._periodic.update(periodic)


def waiting() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.order_by("enqueued_at"))


def test_a_job_waits_in_its_lane_with_its_arguments(calls):
    @jobs.job(lane="long")
    def count(to: int) -> None:
        calls.append(f"to {to}")

    count.later(to=3)
    queued = waiting()[0]
    assert (queued.queue_name, queued.args_kwargs["args"][1]) == ("long", {"to": 3})
    jobs.run_job.func(*queued.args_kwargs["args"])
    assert calls == ["to 3"]


def test_a_job_of_a_rolled_back_transaction_never_was(calls):
    @jobs.job()
    def count() -> None: ...

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        count.later()
        raise ZeroDivisionError
    assert waiting() == []


def test_a_failed_job_comes_again_later_each_time_and_not_for_ever(calls):
    @jobs.job(attempts=3)
    def fail() -> None:
        raise OSError("disk")

    waits = []
    for attempt in (1, 2, 3):
        DBTaskResult.objects.all().delete()
        with pytest.raises(OSError, match="disk"):
            jobs.run_job.func(fail.name, {}, attempt)
        waits += [queued.run_after - timezone.now() for queued in waiting()]
    assert len(waits) == 2
    assert timedelta(seconds=5) < waits[0] <= timedelta(seconds=10) < waits[1] <= timedelta(seconds=30)


def test_of_two_workers_one_runs_a_periodic_job(calls):
    @jobs.periodic(every=timedelta(minutes=5))
    def tick() -> None:
        calls.append("tick")

    assert [jobs.run_due(), jobs.run_due()] == [1, 0]
    assert calls == ["tick"]
    Schedule.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    assert jobs.run_due() == 1
    assert Schedule.objects.get().runs == 2


def test_a_periodic_job_that_fails_stops_no_other_and_says_why(calls):
    @jobs.periodic(every=timedelta(minutes=5))
    def breaks() -> None:
        raise OSError("disk")

    @jobs.periodic(every=timedelta(minutes=5))
    def works() -> None:
        calls.append("works")

    assert jobs.run_due() == 2
    assert calls == ["works"]
    failed = Schedule.objects.get(failures=1)
    assert "disk" in failed.last_error
