"""A throw-away PostgreSQL server for one test run.

It runs as an unprivileged user (PostgreSQL refuses root), on a free port of the loopback address,
without waiting for the disk. It ends with the process that started it, however that ends.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

STARTING_SECONDS = 60
FOLDERS = Path("/usr/lib/postgresql")
MISSING = (
    "PostgreSQL's server programs were not found (initdb, postgres). "
    "Install the Debian package `postgresql`, or run `make setup-tests` as root."
)
INITIAL = ("-U", "kehu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
_SET_PARENT_DEATH_SIGNAL = 1


class PostgresMissing(Exception):
    """The server programs are not on this machine; the text names the package."""


def programs() -> Path:
    """The newest folder that holds `initdb` and `postgres`."""
    found = [path.parent for path in FOLDERS.glob("*/bin/initdb") if (path.parent / "postgres").exists()]
    if found:
        return max(found, key=lambda path: int(path.parent.name.split(".")[0]))
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise PostgresMissing(MISSING)


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom the server runs as when root starts it; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end_with_parent() -> None:
    """In the child: a killed test run takes its server with it (SIGINT is PostgreSQL's fast shutdown)."""
    ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGINT)


class PostgresServer:
    """Use as a context manager, or call `start` and `stop`."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is kept and its data found again; without one the server has its own, which goes with it."""
        self._programs = programs()
        self._user = unprivileged_user()
        self._port = free_port()
        self._kept = folder is not None
        self._folder = folder or Path(tempfile.mkdtemp(prefix="kehu-pg-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return f"postgresql://kehu@127.0.0.1:{self._port}/kehu"

    def start(self) -> str:
        """Make the cluster, start it, wait until it answers; return its URL."""
        if self._user:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        data = self._folder / "data"
        if not (data / "PG_VERSION").exists():
            self._make(data)
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", data, *self._options()],
                **self._as_user(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self._wait()
        return self.url

    def _make(self, data: Path) -> None:
        made = subprocess.run(
            [self._programs / "initdb", "-D", data, *INITIAL],
            **self._as_user(),
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")

    def stop(self) -> None:
        """End the server and remove everything it wrote, unless it is kept. May be called twice."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(timeout=10)
        self._process = None
        if not self._kept:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _as_user(self) -> dict[str, Any]:
        """Arguments of subprocess: the user, and a folder and environment that this user may read."""
        place: dict[str, Any] = {"cwd": self._folder, "env": {"PATH": os.defpath, "TZ": "UTC"}}
        if self._user:
            place |= {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return place

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": str(self._folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "120",
            "timezone": "UTC",
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _wait(self) -> None:
        assert self._process
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            ready = subprocess.run(
                [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)], check=False
            )
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        log = (self._folder / "log").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start:\n{log}")
