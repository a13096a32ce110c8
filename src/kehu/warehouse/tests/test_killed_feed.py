"""A feed killed with no chance to clean up: the next one ends with the same tables as a rebuild."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from kehu.core import changes
from kehu.core.models import Team
from kehu.warehouse import feed, store
from kehu.warehouse.facts import shapes

pytestmark = pytest.mark.django_db(transaction=True)

KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.close()
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from kehu.core.readers import Reader
from kehu.warehouse import feed, store

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

real = {"append": feed._append, "table": store.Table.load}
moment = sys.argv[2]
if moment == "before the append":
    feed._append = die
elif moment == "after the append":
    feed._append = lambda *arguments: (real["append"](*arguments), die())
elif moment == "before the cursor moves":
    Reader.advance = die
elif moment == "in the middle of the load":
    calls = []
    def load(self, *arguments, **named):
        calls.append(real["table"](self, *arguments, **named))
        if len(calls) == 2:
            die()
    store.Table.load = load
feed.refresh(wait=True)
"""


@pytest.fixture(autouse=True)
def empty_warehouse():
    _forget()
    yield
    _forget()


def _forget() -> None:
    shutil.rmtree(settings.WAREHOUSE_URL, ignore_errors=True)
    store.forget()


def add(*names: str) -> None:
    for name in names:
        changes.save(Team(name=name), by=None)


def killed(moment: str) -> int:
    """A process of its own that feeds the test's database and is killed at the moment."""
    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", KILLED, name, moment], env=environment, check=False)
    return done.returncode


def team_names() -> list[str]:
    rows = store.current().table(shapes()["team"]).rows().to_pylist()
    return sorted(row["name"] for row in rows)


@pytest.mark.parametrize(
    "moment",
    ["before the append", "after the append", "before the cursor moves", "in the middle of the load"],
)
def test_a_killed_feed_is_finished_by_the_next_start(moment):
    if moment != "in the middle of the load":
        add("North")
        feed.refresh()
    add("East", "South", "West")
    assert killed(moment) == -signal.SIGKILL
    store.forget()
    feed.refresh(wait=True)
    expected = {"East", "South", "West"} | ({"North"} if moment != "in the middle of the load" else set())
    assert team_names() == sorted(expected)
    tables = {name: store.current().table(shape).rows() for name, shape in shapes().items()}
    feed.rebuild()
    for name, shape in shapes().items():
        assert store.current().table(shape).rows().equals(tables[name]), name
    assert feed.status().behind == 0
