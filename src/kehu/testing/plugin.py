"""The pytest plugin of this repository, loaded by `-p` so that it acts before Django reads its settings.

* KEHU_DATA: each process of the run gets a fresh folder.
* DATABASE_URL: an SQLite file in that folder, or with
  KEHU_TEST_DATABASE=postgresql a server of the run's own.
* Sockets are closed except to this machine.
"""

import atexit
import gc
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

DATABASE_ONLY = "--database-only"
CHOICE = "KEHU_TEST_DATABASE"
FOLDER = "KEHU_TEST_FOLDER"
WORKER = "PYTEST_XDIST_WORKER"

_server: PostgresServer | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        DATABASE_ONLY,
        action="store_true",
        help="leave out what never asks the database: it has run on another one already",
    )


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for; journeys without their browser stop before the demo is loaded for nothing."""
    if config.getoption(DATABASE_ONLY):
        config.hook.pytest_deselected(items=[item for item in items if not asks_database(item)])
        items[:] = [item for item in items if asks_database(item)]
    if any(item.get_closest_marker("journey") for item in items):
        try:
            chromium()
        except ChromiumMissing as missing:
            raise pytest.UsageError(str(missing)) from missing


def asks_database(item: pytest.Item) -> bool:
    """Whether a test may ask the database: pytest-django refuses every query of the others."""
    return bool(item.get_closest_marker("django_db")) or "django_db_setup" in getattr(
        item, "fixturenames", ()
    )


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: the collector need not look it over again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """What a process keeps for some seconds belongs to the test before; this package imports no other."""
    if clock := sys.modules.get("kehu.core.clock"):
        clock.forget()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    clean_up()
