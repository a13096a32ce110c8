"""The demo, loaded once, and servers that run on copies of it: `kehu serve` as a user starts it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from kehu.testing.postgres import free_port

STARTING_SECONDS = 90
LOADING_SECONDS = 600
OURS = ("KEHU_", "DATABASE_URL", "WAREHOUSE_URL", "DJANGO_", "PYTEST_", "PORT")
ROOT = Path(__file__).resolve().parents[2]


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a fresh shell: nothing of the test run's own settings reaches the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "KEHU_DATA": str(data), "PYTHONPATH": str(ROOT), **more}


def load_demo(folder: Path) -> Path:
    """An installation with the demo company in it, ready to be served.

    What a worker does in its first minute is done already: each site would do it again while the journeys wait.
    """
    first_night = "from kehu.core import jobs; jobs.run_due()"
    for arguments in (
        ["demo", "--no-serve"],
        ["migrate"],
        ["manage", "shell", "--verbosity", "0", "--command", first_night],
        ["manage", "db_worker", "--batch", "--queue-name", "*"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "kehu", *arguments],
            env=environment(folder),
            capture_output=True,
            text=True,
            timeout=LOADING_SECONDS,
            check=False,
        )
        if done.returncode:
            pytest.fail(f"kehu {' '.join(arguments)} failed.\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return folder


def copy_of(folder: Path, target: Path) -> Path:
    """The same installation once more, so that what one journey writes does not disturb another."""
    shutil.copytree(folder, target)
    return target


class Site:
    """A served installation."""

    def __init__(self, port: int, log: Path) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.log = log

    def complaints(self) -> list[str]:
        """What the processes have logged as errors so far."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if " ERROR " in line or line.startswith("Traceback")]


@contextmanager
def served(data: Path, **more: str) -> Iterator[Site]:
    """`kehu serve` (web and worker) on a free port until the block ends."""
    port, log = free_port(), data.with_suffix(".log")
    command = [sys.executable, "-m", "kehu", "serve", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment(data, **more), stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield wait_for(Site(port, log), process)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(site: Site, process: subprocess.Popen[bytes]) -> Site:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{site.address}/accounts/login/", timeout=20):
                return site
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"`kehu serve` did not answer.\n{site.log.read_text(errors='replace')[-4000:]}")
