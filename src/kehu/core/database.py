"""What differs between the two databases, in one place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import repeat
from operator import length_hint
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from django.db import OperationalError, connection, models

CHUNK = 2000
Column: TypeAlias = "Sequence[Any] | repeat[Any]"
# What PostgreSQL gives a statement up for: a deadlock, an order that cannot be, a lock that is not to be had.
COLLISIONS = frozenset({"40P01", "40001", "55P03"})
# What COPY reads as a sign of its own, and the types whose text in Python is the one that PostgreSQL reads.
_SIGNS = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
COPIED = (str, int, float, NoneType, Decimal, date, datetime, time, UUID)


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
    """Insert prepared values (JSON as text) by the fastest way through Django's connection."""
    if is_postgresql():
        if values := list(zip(*rows, strict=True)):
            insert_columns(table, columns, values)
        return
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({marks})", list(rows)
        )


def insert_columns(table: str, names: Sequence[str], columns: Sequence[Column]) -> None:
    """The same for values that stand column by column: `executemany`, or one text for COPY.

    COPY by the driver writes a row at a time in Python and looks at every value; a column has one type, so its
    texts are made at once.
    """
    if not is_postgresql():
        insert_rows(table, names, zip(*columns, strict=True))
        return
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    texts = [as_copied(values) for values in columns]
    lines = "\n".join(map("\t".join, zip(*texts, strict=True)))
    with connection.cursor() as cursor:
        # Django translates the errors of `execute` only; a refusal by a constraint must look the same here.
        statement = f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            copy.write(lines)


def as_copied(values: Column) -> Iterable[str]:
    """Values of one column as PostgreSQL's COPY takes them in its text format."""
    if isinstance(values, repeat):
        count = length_hint(values)
        return repeat(next(iter(as_copied([next(values)]))), count)
    kinds = set(map(type, values))
    if kinds <= {str}:
        return _escaped(values)
    if kinds <= {str, NoneType}:
        if not any(values):
            return ["\\N" if value is None else "" for value in values]
        there = iter(_escaped([value for value in values if value is not None]))
        return ["\\N" if value is None else next(there) for value in values]
    if kinds <= {int}:
        return list(map(str, values))
    # Numbers may come in the driver's own classes, which are integers.
    if unknown := [kind for kind in kinds if not issubclass(kind, COPIED)]:
        raise TypeError(f"COPY is not told how to write {unknown}")
    return ["\\N" if value is None else _escape(str(value)) for value in values]


def _escaped(values: Sequence[str]) -> Sequence[str]:
    """Most columns hold nothing that COPY would take for a sign of its own: one look says so for all."""
    return list(map(_escape, values)) if _SIGNS.search("".join(values)) else values


def _escape(text: str) -> str:
    return text.translate(_ESCAPES) if _SIGNS.search(text) else text


class LongWrite:
    """Many transactions of one process in a row, as an import writes them.

    SQLite copies its log into the file after every thousand pages, in the writer's time and with a wait for the disk;
    a load that touches every index does so after each chunk. Here that is put off until about `LOG` bytes wait, and
    done by `settle`, between two transactions, when nobody is kept from writing: a page that many chunks have touched
    is then copied once. Pages are kept in a larger cache instead of being mapped, so that the memory of a load does
    not grow with the file.
    """

    LOG = 160 << 20
    MOST = 64

    def __init__(self) -> None:
        self.settling = not is_postgresql() and not connection.in_atomic_block
        self.waiting, self.every = 0, 1

    def __enter__(self) -> LongWrite:
        self._set(0, -64_000, 0)
        return self

    def __exit__(self, *_error: object) -> None:
        self._set(1000, -32_000, 256 << 20)
        self._copy()

    def settle(self) -> None:
        """After each transaction: bring the log into the file where enough waits in it.

        The log's file does not shrink, so its size does not say what waits: it is told from what each transaction
        wrote before.
        """
        self.waiting += 1
        if self.settling and self.waiting >= self.every:
            self._copy()

    def _copy(self) -> None:
        if not self.settling or connection.connection is None:
            return
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            _busy, pages, copied = cursor.fetchone()
            cursor.execute("PRAGMA page_size")
            size = cursor.fetchone()[0]
        # What somebody's reading keeps from being copied waits on and is tried again after the next transaction.
        each = max(pages, 1) * size / max(self.waiting, 1)
        self.every = min(self.MOST, max(1, int(self.LOG / each))) if copied == pages else 1
        self.waiting = 0

    def _set(self, pages: int, cache: int, mapped: int) -> None:
        if self.settling:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA wal_autocheckpoint={pages}")
                cursor.execute(f"PRAGMA cache_size={cache}")
                cursor.execute(f"PRAGMA mmap_size={mapped}")
