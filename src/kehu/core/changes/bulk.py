"""Many records at once: rows, history and search rows in a few statements each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone

from kehu.core import clock, registry, search
from kehu.core.changes import origin
from kehu.core.changes.columns import Columns, Moments, Same, prepared
from kehu.core.changes.log import joined, transaction_number
from kehu.core.changes.values import differences
from kehu.core.database import insert_columns as store
from kehu.core.database import reserve_ids
from kehu.core.models.changelog import Batch, Change
from kehu.core.models.values import code_of

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


@transaction.atomic(savepoint=False)
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


@transaction.atomic
def update_many(
    records: Sequence[Any], *, by: User | None, batch: Batch | None, verb: str = "edit"
) -> list[Any]:
    """Store what differs from the database in records of one type, each with its own change; those that differ.

    All or nothing, a statement for each set of fields. Their values are taken as checked.
    """
    found = [(record, *differences(record)) for record in records]
    found = [(record, before, after) for record, before, after in found if after]
    if not found:
        return []
    now, moments = clock.now(), Moments()
    groups: dict[tuple[str, ...], list[Any]] = {}
    for record, _before, after in found:
        record.updated_at = now
        # All custom fields stand in one column.
        stored = dict.fromkeys("custom" if code_of(name) else name for name in after)
        groups.setdefault((*stored, "updated_at"), []).append(record)
    for names, group in groups.items():
        _update(group, names, moments)
    changed = [record for record, _before, _after in found]
    kind = registry.of(changed[0])
    insert_changes(
        kind.key,
        [record.pk for record in changed],
        [json.dumps(before) for _record, before, _after in found],
        [json.dumps(after) for _record, _before, after in found],
        by=by,
        batch=batch,
        verb=verb,
    )
    search.refresh(kind, [(record, after.keys()) for record, _before, after in found])
    for record, _before, after in found:
        stored = dict.fromkeys("custom" if code_of(name) else name for name in after)
        record.loaded |= {name: getattr(record, name) for name in (*stored, "updated_at")}
    return changed


def _update(records: Sequence[Any], names: Sequence[str], moments: Moments) -> None:
    model = type(records[0])
    fields: dict[str, Any] = {field.attname: field for field in model._meta.concrete_fields}
    columns = [
        prepared(fields[name], [getattr(record, name) for record in records], moments) for name in names
    ]
    quote = connection.ops.quote_name
    given = ", ".join(f"{quote(fields[name].column)} = %s" for name in names)
    key = quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {given} WHERE {key} = %s",
            list(zip(*columns, [record.pk for record in records], strict=True)),
        )


def _insert(
    object_type: str, columns: Columns, ids: Sequence[int], *, by: User | None, batch: Batch | None, verb: str
) -> None:
    names, values = columns.stored()
    store(columns.model._meta.db_table, names, values)
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
    count, batch = len(object_ids), joined(batch)
    at = Change._meta.get_field("at").get_db_prep_save(timezone.now(), connections[DEFAULT_DB_ALIAS])
    same = {
        "at": at,
        "actor_id": by.pk if by else None,
        "verb": verb,
        "object_type": object_type,
        "origin": origin.current(),
        "batch_id": batch.pk if batch else None,
        "xact": transaction_number(),
    }
    values: list[Any] = [reserve_ids(Change, count), object_ids, before, after]
    values += [repeat(value, count) for value in same.values()]
    names = ["id", "object_id", "before", "after", *same]
    store(Change._meta.db_table, names, values)
