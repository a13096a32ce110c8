"""The search rows, written inside the transaction of the change that they follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from kehu.core.database import insert_rows, is_postgresql, reserve_ids
from kehu.core.models.search import SearchRow
from kehu.core.models.values import code_of
from kehu.kit import chinese

if TYPE_CHECKING:
    from kehu.core.registry import ObjectType

TOKENS = "core_searchtoken"
CHUNK = 500
# array_to_tsvector takes no empty word.
EMPTY = "∅"


def index(kind: ObjectType, records: Sequence[Any], *, new: bool = False) -> None:
    """Bring the search rows of these records up to date; a deleted record is not found. `new`: none has a row."""
    if not kind.search or not records:
        return
    if not new:
        forget(kind.key, [record.pk for record in records])
    live = [record for record in records if record.deleted_at is None]
    if not live:
        return
    closed = kind.policy.closed_fields
    open_fields = [name for name in kind.search if name not in closed]
    closed_fields = [name for name in kind.search if name in closed]
    rows, tokens = [], []
    for pk, record in zip(reserve_ids(SearchRow, len(live)), live, strict=True):
        open_text, closed_text = text_of(record, open_fields), text_of(record, closed_fields)
        rows.append(
            (pk, kind.key, record.pk, str(record)[:300], chinese.fold(open_text), chinese.fold(closed_text))
        )
        tokens.append((pk, token_text(open_text), token_text(closed_text)))
    columns = ["id", "object_type", "object_id", "title", "open_text", "closed_text"]
    insert_rows(SearchRow._meta.db_table, columns, rows)
    write_tokens(tokens)


def text_of(record: Any, fields: Iterable[str]) -> str:
    return " ".join(str(value) for name in fields if (value := _value(record, name)) not in (None, ""))


def _value(record: Any, name: str) -> Any:
    code = code_of(name)
    return (record.custom or {}).get(code) if code else getattr(record, name)


def token_text(text: str) -> str:
    return " ".join(chinese.search_tokens(text)) if text else ""


def write_tokens(rows: Sequence[tuple[int, str, str]]) -> None:
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TOKENS} (rowid, open_tokens, closed_tokens) VALUES (%s, %s, %s)", list(rows)
            )
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TOKENS} (id, open_tokens, closed_tokens) "
            "SELECT id, array_to_tsvector(string_to_array(open_words, ' ')), "
            "array_to_tsvector(string_to_array(closed_words, ' ')) "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, open_words, closed_words)",
            [[row[0] for row in rows], [row[1] or EMPTY for row in rows], [row[2] or EMPTY for row in rows]],
        )


def forget(object_type: str, ids: Sequence[int]) -> None:
    """Take the search rows of these records away."""
    for start in range(0, len(ids), CHUNK):
        found = SearchRow.objects.filter(object_type=object_type, object_id__in=ids[start : start + CHUNK])
        keys = list(found.values_list("pk", flat=True))
        if not keys:
            continue
        column = "id" if is_postgresql() else "rowid"
        marks = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TOKENS} WHERE {column} IN ({marks})", keys)
        SearchRow.objects.filter(pk__in=keys).delete()
