"""What the measurements share: an installation of their own, clocks, memory, percentiles, the report."""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import psycopg

from kehu.testing.postgres import PostgresMissing, PostgresServer

ROWS = int(os.environ.get("ROWS") or 100_000)
# A folder whose filled databases a later run finds again, instead of one that goes with the run.
KEPT = os.environ.get("KEEP", "")
# What DB=… asks for, whatever a measurement runs on by itself.
NAMED = {"sqlite": ("sqlite",), "postgres": ("postgresql",), "postgresql": ("postgresql",)}
SET_BY_US = ("DATABASE_URL", "WAREHOUSE_URL", "KEHU_DATA")


def environment(data: Path, database: str = "") -> dict[str, str]:
    """The environment of a process that works on an installation in this folder."""
    kept = {name: value for name, value in os.environ.items() if name not in SET_BY_US}
    given = {"KEHU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "kehu.config.settings"}
    return kept | given | ({"DATABASE_URL": database} if database else {})


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="kehu-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _installation(script: str, database: str) -> AbstractContextManager[Path]:
    """The folder of one measurement; where KEEP names a place, one that stays and is found again there."""
    if not KEPT:
        return folder()
    made = Path(KEPT).resolve() / f"{Path(script).stem}-{database}"
    made.mkdir(parents=True, exist_ok=True)
    return nullcontext(made)


def filled(fill: Callable[[], None], rows: int) -> float:
    """Fill this installation unless it holds so many rows from an earlier run; the seconds of CPU that it took."""
    mark = Path(os.environ["KEHU_DATA"]) / "filled.json"
    if mark.exists():
        known = json.loads(mark.read_text())
        if known["rows"] != rows:
            raise SystemExit(
                f"{mark.parent} holds {known['rows']:,} rows, not {rows:,}: remove it or set ROWS."
            )
        return float(known["cpu"])
    with timed() as loading:
        fill()
    mark.write_text(json.dumps({"rows": rows, "cpu": loading.cpu}))
    return loading.cpu


def run(
    measure: Callable[[], dict[str, Any]], script: str, *, databases: tuple[str, ...] = ("sqlite",)
) -> None:
    """Run the measurement once for each database, in a process and an installation of its own; print the report."""
    options = argparse.ArgumentParser()
    options.add_argument("--here", action="store_true", help="measure in this process")
    if options.parse_args().here:
        set_up()
        print(json.dumps(measure()))
        return
    databases = NAMED.get(os.environ.get("DB", ""), databases)
    found = {database: _in_child(script, database) for database in databases}
    report(found if len(databases) > 1 else found[databases[0]])


def report(found: dict[str, Any]) -> None:
    print(json.dumps(found, indent=2, ensure_ascii=False))


def _in_child(script: str, database: str) -> Any:
    with _installation(script, database) as data:
        if database == "sqlite":
            return _measured(script, environment(data))
        try:
            server = PostgresServer(data / "postgres" if KEPT else None)
        except PostgresMissing as missing:
            return {"missing": str(missing)}
        with server as url:
            with psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'kehu'").fetchone():
                    connection.execute("CREATE DATABASE kehu")
            return _measured(script, environment(data, url))


def _measured(script: str, env: dict[str, str]) -> Any:
    done = subprocess.run(
        [sys.executable, script, "--here"], env=env, stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def set_up() -> None:
    """Django with a database at this version, in the installation that the environment names."""
    import django

    django.setup()
    from django.conf import settings

    from kehu.config import garbage
    from kehu.config.running import migrate

    settings.ALLOWED_HOSTS = ["*"]
    migrate()
    # As the web server does.
    garbage.settle()


@dataclass
class Timed:
    """Seconds on the wall and of this process's CPU (in user mode) of a block."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def timed() -> Iterator[Timed]:
    found = Timed()
    wall, cpu = time.perf_counter(), _user()
    try:
        yield found
    finally:
        found.wall, found.cpu = time.perf_counter() - wall, _user() - cpu


def _user() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def milliseconds(call: Callable[[], object], times: int, *, warm: int = 1) -> dict[str, float]:
    """p50 and p95 of the wall, and the mean CPU, of a call."""
    for _ in range(warm):
        call()
    walls, cpu = [], time.process_time()
    for _ in range(times):
        start = time.perf_counter()
        call()
        walls.append(time.perf_counter() - start)
    return spread(walls) | {"cpu_ms": round((time.process_time() - cpu) / times * 1000, 2)}


def spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    at = {name: ordered[ceil(len(ordered) * part) - 1] for name, part in PERCENTILES.items()}
    return {f"{name}_ms": round(value * 1000, 2) for name, value in at.items()}


PERCENTILES = {"p50": 0.5, "p95": 0.95}


def peak_mb() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def rss_mb(pids: list[int]) -> dict[str, int]:
    """Memory of processes: what they hold, and what is left when shared pages are counted once (PSS)."""
    sums = {"Rss": 0, "Pss": 0}
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name = line.split(":")[0]
            if name in sums:
                sums[name] += int(line.split()[1])
    return {f"{name.lower()}_mb": kib // 1024 for name, kib in sums.items()}


def family(pid: int) -> list[int]:
    """A process and everything that it has started."""
    found = [pid]
    for place in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in place.read_text().split():
            found += family(int(child))
    return found


def load_average() -> float:
    """How busy the machine was: figures taken at a load above the number of cores say little in seconds."""
    return round(os.getloadavg()[0], 1)
