"""`kehu serve` as users meet it: start, leads through the API from four clients, a change until it is in the figures,
idle memory; and what a command costs."""

from __future__ import annotations

import http.client
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import market
import measure

from kehu.testing.postgres import free_port

CLIENTS = 4
SECONDS = 10.0
CHANGES = 20
WAIT = 60.0


@contextmanager
def serving(port: int) -> Iterator[tuple[int, float]]:
    """The server's process, and the seconds until the sign-in page came."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "kehu", "serve"]
    environment = dict(os.environ) | {"PORT": str(port)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not answers(port):
            if process.poll() is not None or time.perf_counter() - start > WAIT:
                raise RuntimeError("kehu serve did not start")
            time.sleep(0.05)
        yield process.pid, time.perf_counter() - start
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/accounts/login/")
        return connection.getresponse().status == 200
    except OSError:
        return False


class Caller:
    """One client with a connection that stays open."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def create(self, number: str) -> None:
        body = {"name": f"王小明{number}", "phone": "0912-345-678", "email": f"p{number}@example.com"}
        self.connection.request("POST", "/api/lead", json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status}: {text[:300]!r}")


def client(number: int, port: int, token: str) -> list[float]:
    """Create leads for some seconds; how long each took."""
    caller, seconds, until = Caller(port, token), [], time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        start = time.perf_counter()
        caller.create(f"{number}-{len(seconds)}")
        seconds.append(time.perf_counter() - start)
    return seconds


def created(port: int, token: str, clients: int) -> dict[str, Any]:
    with get_context("spawn").Pool(clients) as pool:
        start = time.perf_counter()
        each = pool.starmap(client, [(number, port, token) for number in range(clients)])
        seconds = time.perf_counter() - start
    everything = [one for found in each for one in found]
    return {"per_second": round(len(everything) / seconds), **measure.spread(everything)}


def seen(port: int, token: str, user: Any) -> dict[str, float]:
    """From the answer to a new lead until the figures count it, fed by the worker."""
    from kehu.warehouse import engine

    def leads() -> int:
        return engine.ask(["leads"], user=user, totals=False).rows[0][0]

    caller, seconds = Caller(port, token), []
    count = settled(leads)
    for number in range(CHANGES):
        caller.create(f"seen{number}")
        start, count = time.perf_counter(), count + 1
        while leads() < count:
            if time.perf_counter() - start > WAIT:
                raise RuntimeError("the figures did not follow")
            time.sleep(0.02)
        seconds.append(time.perf_counter() - start)
    return measure.spread(seconds) | {"longest_ms": round(max(seconds) * 1000)}


def settled(leads: Any) -> int:
    """The count once every lead is in the warehouse."""
    from kehu.leads.models import Lead

    until = time.perf_counter() + WAIT
    while (found := leads()) != Lead.objects.count() and time.perf_counter() < until:
        time.sleep(0.1)
    return found


def bare_inserts() -> dict[str, Any]:
    """The limit: rows of the same table, one a transaction, by one process without a server."""
    from django.db import connection, transaction

    table, rows = "leads_lead", 500
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id LIMIT 1")
        names, row = [column[0] for column in cursor.description], list(cursor.fetchone())
        place = {name: number for number, name in enumerate(names)}
        marks = ", ".join(["%s"] * len(names))
        start = time.perf_counter()
        for number in range(rows):
            row[place["id"]], row[place["number"]] = 10**9 + number, f"bare{number}"
            row[place["external_key"]] = None
            with transaction.atomic():
                cursor.execute(f"INSERT INTO {table} VALUES ({marks})", row)
        seconds = time.perf_counter() - start
        cursor.execute(f"DELETE FROM {table} WHERE id >= %s", [10**9])
    return {"per_second": round(rows / seconds)}


def command_cpu(*words: str) -> float:
    """User CPU seconds of one command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, "-m", "kehu", *words], check=True, stdout=subprocess.DEVNULL)
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, 2)


def measured() -> dict[str, Any]:
    from kehu.core.actions import tokens
    from kehu.core.models import User

    market.people()
    user = User.objects.get(username="boss")
    token = tokens.issue_token(user=user, name="bench")
    port = free_port()
    with serving(port) as (_pid, cold):
        pass
    with serving(port) as (pid, warm):
        time.sleep(5)
        idle = measure.rss_mb(measure.family(pid))
        alone = created(port, token, 1)
        together = created(port, token, CLIENTS)
        delay = seen(port, token, user)
        worked = measure.rss_mb(measure.family(pid))
    bare = bare_inserts()
    return {
        "what": "kehu serve (2 web processes, 1 worker)",
        "seconds_to_the_first_page": {"first": round(cold, 1), "again": round(warm, 1)},
        "leads_by_api": {"1 client": alone, f"{CLIENTS} clients": together, "bare_inserts": bare},
        "ratio_to_bare_inserts": round(together["per_second"] / bare["per_second"], 3),
        "change_until_in_figures": delay,
        "memory": {"idle": idle, "after_work": worked, "processes": "all that serve started"},
        "user_cpu_seconds": {
            "kehu --version": command_cpu("--version"),
            "kehu metric leads": command_cpu("metric", "leads"),
        },
        "load_average": measure.load_average(),
    }


if __name__ == "__main__":
    measure.run(measured, __file__)
