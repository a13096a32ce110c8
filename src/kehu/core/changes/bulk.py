"""Many records at once: rows, history and search rows in a few statements each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from kehu.core import clock, registry, search
from kehu.core.changes.columns import Columns, Moments, Same
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
    columns = Columns.of_records(model, records)
    _insert(kind.key, columns, ids, by=by, batch=batch, verb=verb)
    search.index(kind, records, new=True)
    names = [field.attname for field in model._meta.concrete_fields]
    for record in records:
        record._state.adding = False
        row = record.__dict__
        record.loaded = {name: row[name] for name in names}
    return ids


@transaction.atomic
def insert_columns(
    model: type[Record],
    count: int,
    given: Mapping[str, Sequence[Any] | Same],
    *,
    by: User | None,
    batch: Batch | None,
    verb: str = "import",
    moments: Moments | None = None,
) -> list[int]:
    """Insert `count` new records from their columns with one change each; what is not given is the default.

    No records are made, and no search rows: who knows the texts writes those (`search.write`). Returns the ids.
    """
    if not count:
        return []
    now = clock.now()
    ids = reserve_ids(model, count)
    pk = model._meta.pk.attname  # type: ignore[union-attr]
    columns = Columns(
        model, count, {"created_at": Same(now), "updated_at": Same(now), **given, pk: ids}, moments
    )
    _insert(registry.of(model).key, columns, ids, by=by, batch=batch, verb=verb)
    return ids


def _insert(
    object_type: str, columns: Columns, ids: Sequence[int], *, by: User | None, batch: Batch | None, verb: str
) -> None:
    names, values = columns.stored()
    insert_rows(columns.model._meta.db_table, names, zip(*values, strict=True))
    insert_changes(object_type, ids, [None] * len(ids), columns.logged(), by=by, batch=batch, verb=verb)


def insert_changes(
    object_type: str,
    object_ids: Sequence[int],
    before: Sequence[str | None],
    after: Sequence[str],
    *,
    by: User | None,
    batch: Batch | None,
    verb: str,
) -> None:
    """A change for every row; `before` and `after` are JSON texts, as the log keeps them."""
    count = len(object_ids)
    at = Change._meta.get_field("at").get_db_prep_save(timezone.now(), connections[DEFAULT_DB_ALIAS])
    same = {
        "at": at,
        "actor_id": by.pk if by else None,
        "verb": verb,
        "object_type": object_type,
        "batch_id": batch.pk if batch else None,
        "xact": transaction_number(),
    }
    values = [reserve_ids(Change, count), object_ids, before, after]
    values += [[value] * count for value in same.values()]
    names = ["id", "object_id", "before", "after", *same]
    insert_rows(Change._meta.db_table, names, zip(*values, strict=True))
