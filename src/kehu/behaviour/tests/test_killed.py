"""What was answered survives a process that is killed with no chance to clean up."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from kehu.behaviour import actions, queries
from kehu.behaviour.models import Arrival, Event, Site
from kehu.testing.postgres import free_port

from .conftest import BROWSER, ORIGIN, event

pytestmark = pytest.mark.django_db(transaction=True)
SERVER = """
import sys
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
settings.ALLOWED_HOSTS = ["*"]
from wsgiref.simple_server import make_server
from kehu.config.wsgi import application
make_server("127.0.0.1", int(sys.argv[2]), application).serve_forever()
"""


def posted(port: int, sent: list[dict[str, Any]]) -> int:
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = json.dumps({"site": "showroom", "events": sent})
    caller.request("POST", "/e", body, {"Origin": ORIGIN, "User-Agent": BROWSER})
    answer = caller.getresponse()
    answer.read()
    return answer.status


def test_every_event_that_was_answered_is_there_after_the_server_was_killed(
    site: Site, tmp_path: Path
) -> None:
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    name = str(connection.settings_dict["NAME"])
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, name, str(port)], env=environment, stdout=log, stderr=log
        )
    answered: list[str] = []
    try:
        until = time.monotonic() + 60
        while len(answered) < 40 and time.monotonic() < until:
            some = [event(visitor=f"visitor-{len(answered):04}") for _n in range(2)]
            try:
                assert posted(port, some) == 202
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.1)
                continue
            answered += [one["id"] for one in some]
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait(10)
    assert len(answered) == 40
    connection.close()
    while actions.digest():
        pass
    assert set(Event.objects.values_list("key", flat=True)) >= set(answered)


def test_a_worker_killed_before_its_commit_leaves_the_call_for_the_next(
    site: Site, send: Any, monkeypatch: Any
) -> None:
    send(event())

    class Killed(BaseException):
        pass

    def die(*arguments: Any) -> None:
        raise Killed

    monkeypatch.setattr("kehu.behaviour.actions.apart._count", die)
    with pytest.raises(Killed):
        actions.digest()
    assert (Arrival.objects.count(), Event.objects.count()) == (1, 0)
    monkeypatch.undo()
    queries.forget()
    actions.digest()
    assert (Arrival.objects.count(), Event.objects.count()) == (0, 1)
