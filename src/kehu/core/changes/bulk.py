"""Many records at once: rows, history and search rows in a few statements each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from kehu.core import clock, registry, search
from kehu.core.changes import origin
from kehu.core.changes.columns import Columns
from kehu.core.changes.log import transaction_number
from kehu.core.database import insert_rows, reserve_ids
from kehu.core.models.changelog import Batch, Change

if TYPE_CHECKING:
    from kehu.core.models import Record, User


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
    columns = Columns(model, records)
    insert_columns(model._meta.db_table, *columns.stored())
    insert_changes(kind.key, zip(ids, columns.logged(), strict=True), by=by, batch=batch, verb=verb)
    search.index(kind, records, new=True)
    names = [field.attname for field in model._meta.concrete_fields]
    for record, row in zip(records, columns.rows, strict=True):
        record._state.adding = False
        record.loaded = {name: row[name] for name in names}
    return ids


def insert_changes(
    object_type: str,
    created: Iterable[tuple[int, str]],
    *,
    by: User | None,
    batch: Batch | None,
    verb: str,
) -> None:
    """A change for every new row: (object id, JSON text of its snapshot)."""
    object_ids, after = zip(*created, strict=True)
    at = Change._meta.get_field("at").get_db_prep_save(timezone.now(), connections[DEFAULT_DB_ALIAS])
    same = {
        "at": at,
        "actor_id": by.pk if by else None,
        "verb": verb,
        "object_type": object_type,
        "before": None,
        "origin": origin.current(),
        "batch_id": batch.pk if batch else None,
        "xact": transaction_number(),
    }
    values = [
        reserve_ids(Change, len(after)),
        object_ids,
        after,
        *([value] * len(after) for value in same.values()),
    ]
    insert_columns(Change._meta.db_table, ["id", "object_id", "after", *same], values)


def insert_columns(table: str, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
    insert_rows(table, names, zip(*columns, strict=True))
