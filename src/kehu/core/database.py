"""What differs between the two databases, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, models

CHUNK = 2000
# What PostgreSQL gives a statement up for: a deadlock, an order that cannot be, a lock that is not to be had.
COLLISIONS = frozenset({"40P01", "40001", "55P03"})


def collided(error: BaseException) -> bool:
    """Whether the database gave up because somebody else writes the same rows: nothing is written, and it may go
    well the next time."""
    locked = "database is locked" in str(error) or "database table is locked" in str(error)
    return isinstance(error, OperationalError) and (
        locked or getattr(error.__cause__, "sqlstate", "") in COLLISIONS
    )


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows about to be inserted, taken so that no other writer gets them.

    Must run inside a transaction: on SQLite it is the write lock that keeps them.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        if row:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [first + count - 1, table])
        else:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first + count - 1]
            )
        return list(range(first, first + count))


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert prepared values (JSON as text) by the fastest way through Django's connection: `executemany` or COPY."""
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        if is_postgresql():
            # Django translates the errors of `execute` only; a refusal by a constraint must look the same here.
            with connection.wrap_database_errors, cursor.copy(f"COPY {name} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {name} ({quoted}) VALUES ({marks})", list(rows))


class LongWrite:
    """Many transactions of one process in a row, as an import writes them.

    SQLite copies its log into the file after every thousand pages, in the writer's time and with a wait for the disk;
    a load that touches every index does so after each chunk. Here that is put off until `LOG` bytes wait, and done
    by `settle`, between two transactions, when nobody is kept from writing. Pages are kept in a larger cache instead
    of being mapped, so that the memory of a load does not grow with the file.
    """

    LOG = 48 << 20

    def __init__(self) -> None:
        self.settling = not is_postgresql() and not connection.in_atomic_block

    def __enter__(self) -> LongWrite:
        self._set(0, -64_000, 0)
        return self

    def __exit__(self, *_error: object) -> None:
        self._set(1000, -32_000, 256 << 20)
        self.settle(0)

    def settle(self, most: int = LOG) -> None:
        """Bring the log into the file where more than this waits in it."""
        if not self.settling or connection.connection is None:
            return
        log = Path(f"{connection.settings_dict['NAME']}-wal")
        if log.exists() and log.stat().st_size > most:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _set(self, pages: int, cache: int, mapped: int) -> None:
        if self.settling:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA wal_autocheckpoint={pages}")
                cursor.execute(f"PRAGMA cache_size={cache}")
                cursor.execute(f"PRAGMA mmap_size={mapped}")
