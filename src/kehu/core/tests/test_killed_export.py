"""An export killed with no chance to clean up begins anew by itself: the file is whole, and the page says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kehu.core import exports, registry, work
from kehu.core.models import User, Work
from kehu.core.tests.company import make, person
from kehu.kit.tables import open_table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss() -> User:
    return person("boss")


def run(started: Work) -> Work:
    work.run(pk=started.pk)
    started.refresh_from_db()
    return started


def begun(by: User, query: str = "") -> Work:
    return exports.start(kind=registry.get("account"), query=query, format="csv", paths=["name"], by=by)


def rows_of(path: Path) -> list[list[str]]:
    return [row.cells for row in open_table(path)]


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.close()
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
settings.KEHU_DATA = sys.argv[3]
from kehu.core import exports, work
from kehu.core.errors import Refused
from kehu.core.exports import background
background.BLOCK = 2
real, calls = exports.Columns.block, []
def block(self, ids):
    calls.append(ids)
    return os.kill(os.getpid(), signal.SIGKILL) if len(calls) == 2 else real(self, ids)
exports.Columns.block = block
work.run(pk=int(sys.argv[2]))
"""


def test_killed_in_the_middle_another_process_makes_the_file_whole(boss: User, settings: Any) -> None:
    for number in range(5):
        make("account", name=f"A{number}")
    started = begun(boss, "sort=name")
    command = [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"]), str(started.pk)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([*command, str(settings.KEHU_DATA)], env=environment, check=False)
    started.refresh_from_db()
    assert (killed.returncode, started.state, started.done) == (-signal.SIGKILL, Work.State.RUNNING, 2)
    Work.objects.filter(pk=started.pk).update(beat_at=timezone.now() - 2 * work.DEAD_AFTER)
    part = next(iter(work.path_of(started, ".csv").parent.glob("*.part")))
    os.utime(part, (0, 0))
    work.look_for_interrupted_work()  # what the worker does every twenty seconds
    work.run(pk=started.pk)
    started.refresh_from_db()
    assert (started.state, started.done, work.interrupted(started)) == (Work.State.DONE, 5, 1)
    assert rows_of(Path(started.file)) == [[f"A{number}"] for number in range(5)]
    assert not list(part.parent.glob("*.part"))
    mine = Client()
    mine.force_login(boss)
    page = mine.get(reverse("work", args=[started.pk])).content.decode()
    assert "5 rows It was interrupted and began anew by itself." in page


def test_what_kills_its_process_each_time_is_not_begun_for_ever(boss: User) -> None:
    started = begun(boss)
    long_ago = timezone.now() - 2 * work.DEAD_AFTER
    died = {"state": Work.State.RUNNING, "beat_at": long_ago, "parameters": {"interrupted": 3}}
    Work.objects.filter(pk=started.pk).update(**died)
    assert run(started).state == Work.State.FAILED
    assert "too often" in started.problem
    work.go_on(work=started, by=boss)
    started.refresh_from_db()
    assert (started.state, work.interrupted(started)) == (Work.State.WAITING, 0)
