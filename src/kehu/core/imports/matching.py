"""Keys: which came before in the file, and which records hold them already. Memory does not grow with either."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from kehu.core.database import is_postgresql
from kehu.core.models import User
from kehu.core.registry import ObjectType

# Keys asked for in one statement, and rows fetched at a time.
AT_ONCE = 2000


def spelled(found: Any, value: Any) -> str:
    """The text by which two spellings of one key are the same: an e-mail address is, whatever its case."""
    return value.casefold() if isinstance(found, models.EmailField) else str(value)


class Seen:
    """The keys of all rows so far with their row: in a file of SQLite's own that is gone afterwards."""

    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None)
        self.database.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")

    def add(self, keys: Sequence[str], rows: Sequence[int]) -> dict[int, int]:
        """Take in the keys of some rows; answers which of these rows repeat a key, and of which earlier row."""
        with self.database:
            self.database.execute("BEGIN")
            self.database.executemany(
                "INSERT OR IGNORE INTO seen VALUES (?, ?)", zip(keys, rows, strict=True)
            )
            told = self.database.execute(
                "SELECT seen.key, row FROM json_each(?) given JOIN seen ON seen.key = given.value",
                [json.dumps(list(keys))],
            )
            first: dict[str, int] = dict(told.fetchall())
        return {row: first[key] for key, row in zip(keys, rows, strict=True) if first[key] != row}

    def close(self) -> None:
        self.database.close()


class Held:
    """The records that hold a key, among those that the user may see.

    A field with an index is asked for in the database. Of others (and of e-mail addresses, whose case does not count)
    the keys are copied once and what is new since is added, so that a chunk never costs a walk through the table.
    """

    def __init__(self, kind: ObjectType, key: str, by: User) -> None:
        self.kind, self.key, self.by = kind, key, by
        self.field: Any = kind.field(key)
        self.direct = _indexed(kind.model, self.field) and not isinstance(self.field, models.EmailField)
        self.newest = 0
        self.copy: sqlite3.Connection | None = None

    def find(self, values: Sequence[Any]) -> dict[str, list[int]]:
        """The ids of the records by spelled key, for those of these keys that are held."""
        found: dict[str, list[int]] = {}
        if self.direct:
            for start in range(0, len(values), AT_ONCE):
                for pk, value in self._holding(values[start : start + AT_ONCE]):
                    found.setdefault(spelled(self.field, value), []).append(pk)
            return found
        copy = self._renewed()
        keys = json.dumps([spelled(self.field, value) for value in values])
        for key, pk in copy.execute(
            "SELECT held.key, pk FROM json_each(?) given JOIN held ON held.key = given.value", [keys]
        ):
            found.setdefault(key, []).append(pk)
        return found

    def _holding(self, values: Sequence[Any]) -> Iterable[tuple[int, Any]]:
        """Ids and keys of the visible records that hold one of these."""
        model, name = self.kind.model, self.field.attname
        visible = model.objects.visible_to(self.by).order_by()
        if not isinstance(self.field, models.CharField):
            return visible.filter(**{f"{self.key}__in": values}).values_list("pk", name)
        # As one parameter: thousands of them, each prepared by itself, cost more than the search.
        marks = "= ANY(%s)" if is_postgresql() else "IN (SELECT value FROM json_each(%s))"
        table, column = (
            connection.ops.quote_name(str(part)) for part in (model._meta.db_table, self.field.column)
        )
        given = list(values) if is_postgresql() else json.dumps(list(values))
        return visible.extra(where=[f"{table}.{column} {marks}"], params=[given]).values_list("pk", name)

    def note(self, ids: Sequence[int]) -> None:
        """The import has written these itself, so they need not be looked for."""
        self.newest = max(self.newest, max(ids, default=0))

    def close(self) -> None:
        if self.copy is not None:
            self.copy.close()

    def _renewed(self) -> sqlite3.Connection:
        if self.copy is None:
            self.copy = sqlite3.connect("", isolation_level=None)
            self.copy.execute("CREATE TABLE held (key TEXT, pk INTEGER)")
            self.copy.execute("CREATE INDEX by_key ON held (key)")
        fresh = self.kind.model.objects.visible_to(self.by).filter(pk__gt=self.newest).order_by("pk")
        rows = fresh.exclude(**{self.key: None}).values_list("pk", self.field.attname)
        with self.copy:
            self.copy.execute("BEGIN")
            for pk, value in rows.iterator(AT_ONCE):
                self.newest = pk
                if value != "":
                    self.copy.execute("INSERT INTO held VALUES (?, ?)", (spelled(self.field, value), pk))
        return self.copy


def _indexed(model: type[models.Model], found: Any) -> bool:
    """Whether an index of the database begins with this field."""
    if getattr(found, "unique", False) or getattr(found, "db_index", False):
        return True
    lists = [list(index.fields) for index in model._meta.indexes]
    lists += [list(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    return any(names and names[0].lstrip("-") == found.name for names in lists)
