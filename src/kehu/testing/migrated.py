"""The migrated, empty database of the tests, kept between runs: migrating takes longer than most tests together.

What is kept is found by what made it: the migrations and models of this tree, and what is installed. Whoever finds
nothing migrates and leaves the outcome to the others; Django's `migrate` looks over what was found as well.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection

from kehu.testing import postgres

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
SOURCES = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "*/recycled.py")


def fingerprint() -> str:
    """What the migrated database follows from."""
    content = sha256((ROOT / "requirements/dev.txt").read_bytes())
    content.update(sqlite3.sqlite_version.encode())
    for path in sorted(path for pattern in SOURCES for path in PACKAGE.glob(pattern)):
        content.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:20]


class Kept:
    """The copy in `folder` for the database that the tests of this process are about to use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / f"{connection.vendor}-{fingerprint()}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time: the first one migrates, the others find what it has left."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def restore(self) -> bool:
        """Lay the kept database where Django looks for the test database. False: there is none."""
        if not self.path.exists():
            return False
        creation: Any = connection.creation
        name = creation._get_test_db_name()
        if connection.vendor == "sqlite":
            shutil.copyfile(self.path, name)
        else:
            with creation._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}"')
            _program("psql", name, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(self.path))
        return True

    def keep(self) -> None:
        """Keep the test database as Django has just made it, in the place of those of older migrations."""
        for old in self.folder.glob(f"{connection.vendor}-*"):
            old.unlink(missing_ok=True)
        fresh = self.folder / f"fresh-{os.getpid()}"
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(fresh)])
        else:
            fresh.write_bytes(_program("pg_dump", connection.settings_dict["NAME"], "--no-owner"))
        fresh.rename(self.path)


def _program(name: str, database: str, *arguments: str) -> bytes:
    """What a client program of PostgreSQL prints, asked about a database of the run's server."""
    settings = connection.settings_dict
    place = ("-h", settings["HOST"], "-p", str(settings["PORT"]), "-U", settings["USER"], "-d", database)
    command = [str(postgres.programs() / name), *place, *arguments]
    return subprocess.run(command, check=True, capture_output=True, env={"PATH": os.defpath}).stdout
