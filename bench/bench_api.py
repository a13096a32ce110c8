"""Leads through the API: from four clients, the CPU of one call, and the bare insert behind the same server."""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import bench_serve
import market
import measure

from kehu.testing.postgres import free_port

SECONDS = 8.0
CLIENTS = 4
CALLS = 400
BULK = 1000


def body_of(number: str) -> dict[str, str]:
    return {"name": f"王小明{number}", "phone": "0912-345-678", "email": f"p{number}@example.com"}


def call(connection: http.client.HTTPConnection, address: str, body: bytes, headers: dict[str, str]) -> None:
    connection.request("POST", address, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 201):
        raise RuntimeError(f"{answer.status}: {text[:300]!r}")


def client(number: int, port: int, address: str, headers: dict[str, str]) -> list[float]:
    """Send for some seconds over one connection; how long each call took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seconds, until = [], time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        body = json.dumps(body_of(f"{number}-{len(seconds)}-{time.time()}")).encode()
        start = time.perf_counter()
        call(connection, address, body, headers)
        seconds.append(time.perf_counter() - start)
    return seconds


def together(port: int, address: str, headers: dict[str, str], clients: int) -> dict[str, Any]:
    with get_context("spawn").Pool(clients) as pool:
        each = pool.starmap(client, [(number, port, address, headers) for number in range(clients)])
    everything = [one for found in each for one in found]
    return {"per_second": round(len(everything) / SECONDS), **measure.spread(everything)}


@contextmanager
def bare_server(port: int) -> Iterator[None]:
    """The limit: a server with as many processes that does nothing but insert one row a call."""
    import os
    import subprocess

    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "bare:application", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "2", "--blocking-threads", "1", "--log-level", "warning",
        "--working-dir", str(measure.Path(__file__).parent),
    ]  # fmt: skip
    process = subprocess.Popen(command, env=dict(os.environ))
    try:
        deadline = time.perf_counter() + 60
        while time.perf_counter() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                call(connection, "/", b"{}", {})
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def in_process(token: str) -> dict[str, Any]:
    """CPU, statements and time of one call without server and clients."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    caller = Client(headers={"authorization": f"Bearer {token}"})

    def create(number: str) -> None:
        answer = caller.post("/api/lead", json.dumps(body_of(number)), content_type="application/json")
        assert answer.status_code == 201, answer.content

    for number in range(20):
        create(f"warm{number}")
    with CaptureQueriesContext(connection) as captured:
        create("one")
    statements = [query["sql"].split()[0] for query in captured.captured_queries]
    numbers = iter(range(10**6))
    timed = measure.milliseconds(lambda: create(f"in{next(numbers)}"), CALLS)
    rows = [body_of(f"bulk{number}") | {"external_key": f"bulk{number}"} for number in range(BULK)]
    with measure.timed() as bulk:
        text = json.dumps({"items": rows})
        answer = caller.post("/api/lead/bulk?key=external_key", text, content_type="application/json")
        assert answer.status_code == 200, answer.content
    return {
        "create": timed | {"statements": len(statements), "savepoints": statements.count("SAVEPOINT")},
        f"bulk of {BULK}": {"rows_per_second": round(BULK / bulk.wall), "cpu_ms_a_row": round(bulk.cpu, 3)},
    }


def measured() -> dict[str, Any]:
    from kehu.core.actions import tokens
    from kehu.core.models import User

    market.people()
    user = User.objects.get(username="boss")
    token = tokens.issue_token(user=user, name="bench")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    found: dict[str, Any] = {"in_process": in_process(token)}
    port = free_port()
    with bench_serve.serving(port):
        time.sleep(3)
        found["1 client"] = together(port, "/api/lead", headers, 1)
        found[f"{CLIENTS} clients"] = many = together(port, "/api/lead", headers, CLIENTS)
    bare_port = free_port()
    with bare_server(bare_port):
        found["bare insert, 4 clients"] = bare = together(bare_port, "/", headers, CLIENTS)
    found["ratio_to_bare_insert"] = round(many["per_second"] / bare["per_second"], 3)
    found["load_average"] = measure.load_average()
    return found


if __name__ == "__main__":
    measure.run(measured, __file__, databases=("sqlite", "postgresql"))
