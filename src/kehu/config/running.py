"""Processes: what `kehu serve` and `kehu worker` start and stop."""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.db import close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

log = logging.getLogger("kehu.worker")
FEED_INTERVAL = 0.3
SCHEDULE_INTERVAL = 1.0
JOB_INTERVAL = 0.5
PR_SET_PDEATHSIG = 1
NOT_SET_UP = gettext_lazy("The database is not set up for this version yet. Run: kehu migrate")


def manage(rest: list[str]) -> int:
    execute_from_command_line(["kehu manage", *rest])
    return 0


def migrate() -> int:
    """Bring the database to this version, with what every company starts with, and put the static files in place."""
    Path(settings.KEHU_DATA).mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    for module in settings.MODULES:
        if find_spec(f"{module}.seed") is not None:
            import_module(f"{module}.seed").seed()
    place_static_files()
    return 0


def lacks_migrations() -> bool:
    """Whether the database is not at this version yet, or not set up at all."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def place_static_files() -> None:
    """Hash and compress the static files, unless the ones in place come from the same sources."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            stat = os.stat(storage.path(path))
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    mark = Path(settings.STATIC_ROOT) / ".sources"
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(digest.hexdigest())


def serve(*, host: str = "127.0.0.1", port: int | None = None, web_only: bool = False) -> int:
    """Run the web server and the worker until one of them ends or a signal comes; then end both."""
    port = port or int(os.environ.get("PORT") or 8000)
    migrate()
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "kehu.config.wsgi:application",
        "--host", host, "--port", str(port), "--workers", os.environ.get("KEHU_WEB_WORKERS", "2"),
        "--blocking-threads", "1", "--log-level", "warning", "--respawn-failed-workers",
    ]  # fmt: skip
    commands = [web]
    if not web_only:
        commands.append([sys.executable, "-m", "kehu", "worker"])
    children = [subprocess.Popen(command, preexec_fn=_die_with_parent) for command in commands]
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    told = False
    while not stopping.wait(0.5) and all(child.poll() is None for child in children):
        if not told and answers(host, port):
            told = True
            print(_("Kehu is at %(address)s") % {"address": address(host, port)}, flush=True)
    failed = next((child.returncode for child in children if child.poll() not in (None, 0)), 0)
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if stopping.is_set() else failed


def address(host: str, port: int) -> str:
    """What a browser on this machine opens."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


def answers(host: str, port: int) -> bool:
    """Whether the web server takes connections yet."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def _die_with_parent() -> None:
    """On Linux a child is told when its parent is gone, even one that was killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def work() -> int:
    """Run the lanes of a worker until a signal comes: the feed, periodic jobs, short jobs, long jobs."""
    from kehu.core import jobs
    from kehu.core.errors import Refused
    from kehu.warehouse import feed

    if lacks_migrations():
        raise Refused(NOT_SET_UP)
    stopping = threading.Event()
    lanes = [
        threading.Thread(target=_repeat, args=("feed", feed.refresh, FEED_INTERVAL, stopping)),
        threading.Thread(target=_repeat, args=("periodic", jobs.run_due, SCHEDULE_INTERVAL, stopping)),
    ]
    workers = [_job_worker(lane) for lane in jobs.LANES]
    lanes += [threading.Thread(target=worker.run) for worker in workers]
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    for lane in lanes:
        lane.daemon = True
        lane.start()
    parent = os.getppid()
    while not stopping.wait(1.0):
        if not all(lane.is_alive() for lane in lanes):
            log.error("a lane of the worker ended; stopping so that it is started anew")
            return 1
        if os.getppid() != parent:  # the server that started this worker is gone
            break
    stopping.set()
    for worker in workers:
        worker.running = False
    deadline = time.monotonic() + 8
    for lane in lanes:
        lane.join(max(0.0, deadline - time.monotonic()))
    return 0


def _repeat(name: str, step: Callable[[], object], interval: float, stopping: threading.Event) -> None:
    """Call a step for ever; an error is logged and slows the lane down, it does not end it."""
    wait = interval
    while not stopping.wait(wait):
        try:
            step()
            wait = interval
        except Exception:
            log.exception("lane %s", name)
            wait = min(wait * 2, 30)
        finally:
            close_old_connections()


def _job_worker(lane: str):  # type: ignore[no-untyped-def]
    from django_tasks_db.management.commands.db_worker import Worker

    return Worker(
        queue_names=[lane],
        interval=JOB_INTERVAL,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{os.getpid()}-{lane}",
        excluded_queue_names=[],
    )
