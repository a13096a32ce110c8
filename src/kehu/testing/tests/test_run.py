"""A test run keeps to itself: its own data, its own database, no other machine."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from kehu.testing import browser, plugin, postgres
from kehu.testing.sockets import OutsideConnection

STARTS_A_SERVER = """
import sys, time
from kehu.testing.postgres import PostgresServer
server = PostgresServer()
server.start()
print(server._port, server._folder, flush=True)
time.sleep(60)
"""


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_data_lie_in_a_folder_of_the_run() -> None:
    assert Path(settings.KEHU_DATA).is_relative_to(tempfile.gettempdir())


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for() -> None:
    assert connection.vendor == os.environ["KEHU_TEST_DATABASE"]


@pytest.mark.django_db
def test_an_sqlite_database_is_a_file() -> None:
    if connection.vendor == "sqlite":
        assert Path(connection.settings_dict["NAME"]).is_file()


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80), ("2001:db8::1", 80)])
def test_a_connection_to_another_machine_is_refused(address: tuple[str, int]) -> None:
    with socket.socket() as probe, pytest.raises(OutsideConnection, match="Tests reach only"):
        probe.connect(address)


def test_a_connection_to_this_machine_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert answers(server.getsockname()[1])


def test_a_killed_run_takes_its_postgresql_with_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_A_SERVER], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        port, folder = child.stdout.readline().split()
        assert answers(int(port))
        child.kill()
    until = time.monotonic() + 20
    while answers(int(port)) and time.monotonic() < until:
        time.sleep(0.1)
    shutil.rmtree(folder)
    assert not answers(int(port))


def test_a_stopped_server_leaves_nothing() -> None:
    server = postgres.PostgresServer()
    server.start()
    folder = server._folder
    server.stop()
    assert not folder.exists()


def test_a_missing_server_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "FOLDERS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(postgres.PostgresMissing, match="Debian package `postgresql`"):
        postgres.programs()


def test_a_missing_browser_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(browser.ChromiumMissing, match="Debian package `chromium`"):
        browser.chromium()


def test_a_test_without_a_database_runs_on_one_of_them_only(request: pytest.FixtureRequest) -> None:
    assert not plugin.asks_database(request.node)


@pytest.mark.django_db
def test_a_marked_test_runs_on_both(request: pytest.FixtureRequest) -> None:
    assert plugin.asks_database(request.node)


def test_a_test_with_a_database_among_its_fixtures_runs_on_both(
    request: pytest.FixtureRequest, db: None
) -> None:
    assert plugin.asks_database(request.node)
