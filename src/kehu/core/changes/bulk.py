"""Many records at once: rows, history and search rows in a few statements each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.utils import timezone

from kehu.core import clock, registry, search
from kehu.core.changes.log import transaction_number
from kehu.core.changes.values import snapshot
from kehu.core.database import insert_rows, reserve_ids
from kehu.core.models.changelog import Batch, Change
from kehu.kit.money import AmountField

if TYPE_CHECKING:
    from kehu.core.models import Record, User

# Fields whose Python values the drivers take as they are.
UNPREPARED = (
    models.ForeignKey,
    models.AutoField,
    models.IntegerField,
    models.CharField,
    models.TextField,
    models.BooleanField,
)


@transaction.atomic
def insert_many(
    model: type[Record],
    records: Sequence[Any],
    *,
    by: User | None,
    batch: Batch | None,
    verb: str = "import",
) -> list[int]:
    """Insert new records with one change and one search row each; give them their ids.

    All or nothing. The caller cuts a large load into chunks of a few thousand, so that SQLite's write lock
    is never held for long. Returns the ids in the order of the records.
    """
    if not records:
        return []
    kind = registry.of(model)
    now = clock.now()
    ids = reserve_ids(model, len(records))
    for pk, record in zip(ids, records, strict=True):
        record.pk = pk
        record.created_at = record.created_at or now
        record.updated_at = record.updated_at or now
    insert_model_rows(model, records)
    insert_changes(
        kind.key, [(record.pk, None, snapshot(record)) for record in records], by=by, batch=batch, verb=verb
    )
    search.index(kind, records, new=True)
    names = [field.attname for field in model._meta.concrete_fields]
    for record in records:
        record._state.adding = False
        values = record.__dict__
        record.loaded = {name: values[name] for name in names}
    return ids


def insert_model_rows(model: type[models.Model], records: Sequence[Any]) -> None:
    """Raw rows of a model, each value prepared by its field."""
    fields: Sequence[Any] = model._meta.concrete_fields
    values = [record.__dict__ for record in records]
    columns = [prepared(field, [row[field.attname] for row in values]) for field in fields]
    insert_rows(model._meta.db_table, [field.column for field in fields], zip(*columns, strict=True))


def prepared(field: Any, values: list[Any]) -> list[Any]:
    """A column of values as the driver takes them; most fields leave them as they are."""
    if isinstance(field, UNPREPARED) and not isinstance(field, AmountField):
        return values
    if isinstance(field, models.DateTimeField) and connection.vendor == "sqlite":
        return [None if at is None else str(at.astimezone(UTC).replace(tzinfo=None)) for at in values]
    database = connections[DEFAULT_DB_ALIAS]  # the proxy costs more than the preparation
    return [field.get_db_prep_save(value, database) for value in values]


def insert_changes(
    object_type: str,
    rows: Sequence[tuple[int, dict[str, Any] | None, dict[str, Any] | None]],
    *,
    by: User | None,
    batch: Batch | None,
    verb: str,
) -> None:
    """Change rows for (object id, before, after)."""
    before_field, after_field = Change._meta.get_field("before"), Change._meta.get_field("after")
    at = Change._meta.get_field("at").get_db_prep_save(timezone.now(), connection)
    xact, actor, batch_id = transaction_number(), by.pk if by else None, batch.pk if batch else None
    ids = reserve_ids(Change, len(rows))
    insert_rows(
        Change._meta.db_table,
        ["id", "at", "actor_id", "verb", "object_type", "object_id", "before", "after", "batch_id", "xact"],
        (
            (
                pk,
                at,
                actor,
                verb,
                object_type,
                object_id,
                before_field.get_db_prep_save(before, connection),
                after_field.get_db_prep_save(after, connection),
                batch_id,
                xact,
            )
            for pk, (object_id, before, after) in zip(ids, rows, strict=True)
        ),
    )
