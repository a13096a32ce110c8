"""A few new records of different types in one short transaction, with as few statements as can be.

`insert_many` is for thousands of one type; `save` asks nothing of its caller. This is for the action that is called
hundreds of times a second: one statement a record, one for all their changes, no savepoint.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.utils import timezone

from kehu.core import clock, registry, search
from kehu.core.changes import origin
from kehu.core.changes.log import joined, transaction_number
from kehu.core.changes.values import snapshot
from kehu.core.models.changelog import Batch, Change

if TYPE_CHECKING:
    from kehu.core.models import Record, User

COLUMNS = ("at", "actor_id", "verb", "object_type", "object_id", "after", "origin", "batch_id", "xact")


class Trail:
    """Inserts validated records in the caller's transaction; `write` ends it with their history."""

    def __init__(self, *, by: User | None, batch: Batch | None) -> None:
        self.by, self.batch = by, joined(batch)
        self.now = clock.now()
        self._created: list[tuple[str, str, int, str]] = []

    def insert(self, record: Any, verb: str) -> None:
        """Store a new record, give it its id, make it findable."""
        record.created_at = record.created_at or self.now
        record.updated_at = record.updated_at or self.now
        statement, fields = _insert(type(record), connection.vendor)  # type: ignore[arg-type]
        database: Any = connections[DEFAULT_DB_ALIAS]  # the proxy costs more than the preparation
        values = [field.get_db_prep_save(getattr(record, field.attname), database) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            record.pk = cursor.fetchone()[0]
        record._state.adding = False
        record.loaded = {
            field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields
        }
        kind = registry.of(record)
        after = json.dumps(snapshot(record), cls=DjangoJSONEncoder)
        self._created.append((verb, kind.key, record.pk, after))
        search.index(kind, [record], new=True)

    def write(self) -> None:
        """One change for every record, in the order in which they came."""
        at = Change._meta.get_field("at").get_db_prep_save(timezone.now(), connection)
        actor, batch = self.by.pk if self.by else None, self.batch.pk if self.batch else None
        same = (origin.current(), batch, transaction_number())
        rows = [(at, actor, verb, key, pk, after, *same) for verb, key, pk, after in self._created]
        marks = ", ".join(["(" + ", ".join(["%s"] * len(COLUMNS)) + ")"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {Change._meta.db_table} ({', '.join(COLUMNS)}) VALUES {marks}",
                [value for row in rows for value in row],
            )
        self._created.clear()


@cache
def _insert(model: type[Record], vendor: str) -> tuple[str, list[models.Field]]:
    """The statement that stores a record of this type, and its fields in that order."""
    fields: list[Any] = [field for field in model._meta.concrete_fields if not field.primary_key]
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({marks}) RETURNING id", fields
