"""DuckDB as the engine: closed to files and network, fed with the tables that a statement reads."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from kehu.warehouse.facts import Shape
from kehu.warehouse.store import DELETED, Store

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY = "1GB"
# Open dashboards ask the same again and again.
KEPT_ANSWERS, KEPT_ROWS = 256, 1_000


class Source(Protocol):
    """Something that answers SQL over fact tables."""

    @property
    def shapes(self) -> Mapping[str, Shape]: ...

    def fetch(self, sql: str, tables: Iterable[str]) -> list[tuple[Any, ...]]: ...


def connect() -> duckdb.DuckDBPyConnection:
    """A connection that reads nothing but what is registered with it, and whose settings are locked."""
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "enable_external_access": "false",
            "memory_limit": MEMORY,
            "threads": "2",
            "preserve_insertion_order": "false",
            "lock_configuration": "true",
        },
    )


class Warehouse:
    """The installation's tables. Each thread has a connection of its own, which follows their versions."""

    def __init__(self, store: Store, shapes: Mapping[str, Shape]) -> None:
        self.store = store
        self.shapes = shapes
        self._own = threading.local()
        self._answers: dict[str, tuple[tuple[tuple[int, int] | None, ...], list[tuple[Any, ...]]]] = {}

    def fetch(self, sql: str, tables: Iterable[str]) -> list[tuple[Any, ...]]:
        """Rows of a statement; the same statement over the same versions is reckoned once in this process."""
        connection = self._connection()
        versions = tuple(self._register(connection, name) for name in sorted(tables))
        kept = self._answers.get(sql)
        if kept is None or kept[0] != versions:
            kept = versions, connection.execute(sql).fetchall()
            if len(kept[1]) <= KEPT_ROWS:
                self._answers[sql] = kept
                while len(self._answers) > KEPT_ANSWERS:
                    self._answers.pop(next(iter(self._answers)), None)
        return list(kept[1])

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._own, "connection"):
            self._own.connection = connect()
            self._own.versions = {}
        return self._own.connection

    def _register(self, connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int] | None:
        shape = self.shapes[name]
        table = self.store.table(shape)
        snapshot = table.snapshot()
        version = snapshot.version if snapshot else None
        if self._own.versions.get(name, ()) == version:
            return version
        if snapshot is None:
            connection.register(f"{name}__base", shape.schema().empty_table())
            connection.execute(_view(shape, recent=False))
        else:
            connection.register(f"{name}__base", table.scanned(snapshot))
            recent = bool(snapshot.recent.num_rows)
            if recent:
                connection.register(f"{name}__recent", snapshot.recent)
            connection.execute(_view(shape, recent=recent))
        self._own.versions[name] = version
        return version


class Memory:
    """Tables given as Arrow: for the examples of metrics."""

    def __init__(self, shapes: Mapping[str, Shape], tables: Mapping[str, pa.Table]) -> None:
        self.shapes = shapes
        self.tables = tables

    def fetch(self, sql: str, tables: Iterable[str]) -> list[tuple[Any, ...]]:
        with connect() as connection:
            for name in tables:
                empty = self.shapes[name].schema().empty_table()
                connection.register(name, self.tables.get(name, empty))
            return connection.execute(sql).fetchall()


def _view(shape: Shape, *, recent: bool) -> str:
    """The table as readers see it: the base without the changed ids, and the latest of those."""
    columns = ", ".join(f'"{name}"' for name in shape.names)
    name = shape.table
    text = f'CREATE OR REPLACE TEMP VIEW "{name}" AS SELECT {columns} FROM "{name}__base"'
    if recent:
        text += (
            f' WHERE id NOT IN (SELECT id FROM "{name}__recent")'
            f' UNION ALL SELECT {columns} FROM "{name}__recent" WHERE NOT {DELETED}'
        )
    return text
