"""The pytest plugin of this repository, loaded by `-p` so that it acts before Django reads its settings.

* KEHU_DATA: each process of the run gets a fresh folder.
* DATABASE_URL: an SQLite file in that folder, or with
  KEHU_TEST_DATABASE=postgresql a server of the run's own.
* Sockets are closed except to this machine.
"""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from kehu.testing import sockets
from kehu.testing.browser import ChromiumMissing, chromium
from kehu.testing.postgres import PostgresMissing, PostgresServer

CHOICE = "KEHU_TEST_DATABASE"
FOLDER = "KEHU_TEST_FOLDER"
WORKER = "PYTEST_XDIST_WORKER"

_server: PostgresServer | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """A wrapper runs before pytest-django's own hook, which reads the settings."""
    prepare()
    return (yield)


def prepare() -> None:
    """Set the environment that Kehu's settings read; workers of xdist take over the controller's server."""
    if WORKER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="kehu-test-")
        atexit.register(clean_up)
        _choose_database()
    data = Path(os.environ[FOLDER]) / os.environ.get(WORKER, "main")
    data.mkdir(exist_ok=True)
    (data / "static").mkdir(exist_ok=True)
    os.environ["KEHU_DATA"] = str(data)
    if os.environ[CHOICE] == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{data / 'kehu.sqlite3'}"
    os.environ["WAREHOUSE_URL"] = str(data / "warehouse")
    sockets.close()


def _choose_database() -> None:
    global _server
    choice = os.environ.setdefault(CHOICE, "sqlite")
    if choice not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"{CHOICE} is `sqlite` or `postgresql`, not {choice!r}.")
    if choice == "postgresql":
        try:
            _server = PostgresServer()
        except PostgresMissing as missing:
            raise pytest.UsageError(str(missing)) from missing
        os.environ["DATABASE_URL"] = _server.start()


def clean_up() -> None:
    """Stop the server, remove what the run wrote. Safe to call twice."""
    global _server
    if WORKER in os.environ:
        return
    if _server:
        _server.stop()
        _server = None
    if folder := os.environ.pop(FOLDER, None):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_report_header() -> str:
    return f"database: {os.environ[CHOICE]}"


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Hashing that costs nothing, and static files without a manifest: neither is what tests are about."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys without their browser stop at once, before the demo is loaded for nothing."""
    if any(item.get_closest_marker("journey") for item in items):
        try:
            chromium()
        except ChromiumMissing as missing:
            raise pytest.UsageError(str(missing)) from missing


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """What a process keeps for some seconds belongs to the test before; this package imports no other."""
    if clock := sys.modules.get("kehu.core.clock"):
        clock.forget()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    clean_up()
