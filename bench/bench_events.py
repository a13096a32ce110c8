"""Events of visitors through the door, one and 100 a call, against the bare insert behind the same server; and how
quickly the worker takes them apart."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import measure

from kehu.testing.postgres import free_port

SECONDS = 6.0
CLIENTS = 2
ORIGIN = "https://www.example.com"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
HEADERS = {"Origin": ORIGIN, "User-Agent": AGENT, "Content-Type": "text/plain"}


def event(number: str) -> dict[str, Any]:
    return {
        "id": f"{time.time_ns():x}{number}",
        "visitor": f"visitor-{number}",
        "kind": "view",
        "at": time.time() * 1000,
        "page": "https://www.example.com/products/ixx?utm_source=news",
        "title": "iXX – 新一代",
        "referrer": "https://news.example.org/today",
        "utm": {"source": "news", "medium": "cpc", "campaign": "ixx"},
        "properties": {"depth": 3, "colour": "red"},
    }


def bodies(client: int, each: int) -> Iterator[bytes]:
    """Calls with new ids: the text is made once, only the ids change, so that the client costs little."""
    mark = "@@@@@@@@"
    made = json.dumps({"site": "bench", "events": [event(f"{mark}{n:03}") for n in range(each)]})
    for number in range(10**9):
        yield made.replace(mark, f"{client}{number:07}").encode()


def client(number: int, port: int, each: int) -> int:
    """Send for some seconds over one connection; how many events were accepted."""
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent, until = 0, time.perf_counter() + SECONDS
    for body in bodies(number, each):
        caller.request("POST", "/e", body, HEADERS)
        answer = caller.getresponse()
        text = answer.read()
        if answer.status != 202:
            raise RuntimeError(f"{answer.status}: {text[:300]!r}")
        sent += each
        if time.perf_counter() > until:
            break
    return sent


def web_cpu(pid: int) -> float:
    seconds = 0.0
    for one in measure.family(pid):
        parts = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


@contextmanager
def server(port: int, application: str) -> Iterator[int]:
    """Granian with two processes, as `kehu serve` starts it."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", application, "--host", "127.0.0.1",
        "--port", str(port),
        "--workers", "2", "--blocking-threads", "1", "--log-level", "warning",
        "--working-dir", str(Path(__file__).parent),
    ]  # fmt: skip
    process = subprocess.Popen(command, env=dict(os.environ))
    try:
        until = time.perf_counter() + 60
        while time.perf_counter() < until:
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(2)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def sent(port: int, pid: int, each: int) -> dict[str, float]:
    before = web_cpu(pid)
    with get_context("spawn").Pool(CLIENTS) as pool:
        count = sum(pool.starmap(client, [(number, port, each) for number in range(CLIENTS)]))
    return {"per_second": round(count / SECONDS), "cpu_us": round((web_cpu(pid) - before) / count * 1e6, 2)}


def both(application: str) -> dict[str, dict[str, float]]:
    port = free_port()
    with server(port, application) as pid:
        return {"100 a call": sent(port, pid, 100), "single": sent(port, pid, 1)}


def measured() -> dict[str, Any]:
    from django.db import connection

    from kehu.behaviour import actions
    from kehu.behaviour.models import Arrival, Event, Site
    from kehu.core import changes

    changes.save(Site(name="Bench", key="bench", origins=ORIGIN), by=None)
    texts = "visitor text, kind text, at double precision, page text, title text, referrer text, utm text"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare_event (id text, {texts}, properties text)")
    bare, ours = both("bare_events:application"), both("kehu.config.wsgi:application")
    with measure.timed() as apart:
        while Event.objects.count() < 20_000 and actions.digest():
            pass
    return {
        "what": "events through the door, durable when answered; 2 web processes, 2 clients",
        "bare_insert": bare,
        "door": ours,
        "ratio": {name: round(ours[name]["per_second"] / bare[name]["per_second"], 3) for name in bare},
        "ratio_of_cpu": {name: round(bare[name]["cpu_us"] / ours[name]["cpu_us"], 3) for name in bare},
        "taken_apart_per_second": round(Event.objects.count() / apart.wall),
        "waiting_calls": Arrival.objects.count(),
        "load_average": measure.load_average(),
    }


if __name__ == "__main__":
    measure.run(measured, __file__, databases=("sqlite", "postgres"))
