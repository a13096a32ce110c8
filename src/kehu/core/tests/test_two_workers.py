"""Two workers that look at the same moment."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from kehu.core import jobs
from kehu.core.models import Schedule

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_workers_takes_a_run_that_is_due():
    declared = jobs.Periodic("tick", lambda: None, timedelta(minutes=5))
    taken: list[bool] = []
    together = threading.Barrier(2)

    def work() -> None:
        try:
            together.wait(20)
            taken.append(jobs._take(declared))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(taken) == [False, True]
    assert Schedule.objects.count() == 1
