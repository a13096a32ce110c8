"""Finding: tokens and the rule of access narrow, the folded text decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from kehu.core import access, registry
from kehu.core.database import is_postgresql
from kehu.core.models.search import SearchRow
from kehu.core.search.index import TOKENS
from kehu.kit import chinese

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

CANDIDATES = 400


@dataclass(frozen=True)
class Hit:
    kind: ObjectType
    id: int
    title: str

    @property
    def url(self) -> str:
        from django.urls import reverse

        return reverse("record", args=[self.kind.key, self.id])


def find(text: str, *, user: User, limit: int = 20, object_types: Sequence[str] = ()) -> list[Hit]:
    """Records that the user may see and that hold every word of the text, best first.

    Fields that the user's role may not read in full never make a record found.
    """
    tokens = chinese.query_tokens(text)
    if not tokens:
        return []
    hits: list[tuple[int, Hit]] = []
    for kind in registry.all():
        if object_types and kind.key not in object_types:
            continue
        if not kind.search or not access.sees(user, kind):
            continue
        closed = any(
            name in kind.search and not kind.policy.reads(name, user) for name in kind.policy.closed_fields
        )
        hits += _find_in(kind, text, tokens, user, with_closed=not closed, limit=limit)
    hits.sort(key=lambda pair: pair[0])
    return [hit for _rank, hit in hits[:limit]]


def _find_in(
    kind: ObjectType, text: str, tokens: Sequence[str], user: User, *, with_closed: bool, limit: int
) -> list[tuple[int, Hit]]:
    keys = matching(kind, tokens, user, with_closed=with_closed, most=max(limit, CANDIDATES))
    folded = chinese.fold(text)
    found = []
    for row in SearchRow.objects.filter(pk__in=keys):
        # Tokens say that the parts are there; the text itself says whether they stand together.
        if not chinese.match(text, f"{row.open_text} {row.closed_text}" if with_closed else row.open_text):
            continue
        title = chinese.fold(row.title)
        rank = 0 if title == folded else 1 if title.startswith(folded) else 2 if folded in title else 3
        found.append((rank, Hit(kind, row.object_id, row.title)))
    found.sort(key=lambda pair: (pair[0], pair[1].title, pair[1].id))
    return found[:limit]


def matching(
    kind: ObjectType, tokens: Sequence[str], user: User, *, with_closed: bool, most: int
) -> list[int]:
    """Keys of search rows that the user may see and that hold all tokens, words by their beginning.

    What the user may see is asked of the database before the cut: others' records never crowd out one's own.
    """
    sql, query = _postgresql(tokens, with_closed) if is_postgresql() else _sqlite(tokens, with_closed)
    parameters: list[Any] = [query, kind.key]
    if not access.sees_all(user, kind):
        visible, values = kind.model.objects.visible_to(user).order_by().values("pk").query.sql_with_params()
        sql += f" AND r.object_id IN ({visible})"
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s", [*parameters, most])
        return [row[0] for row in cursor.fetchall()]


def _sqlite(tokens: Sequence[str], with_closed: bool) -> tuple[str, str]:
    words = " AND ".join(
        '"' + token.replace('"', '""') + '"' + ("*" if chinese.is_word(token) else "") for token in tokens
    )
    query = words if with_closed else f"open_tokens : ({words})"
    # CROSS JOIN keeps the order: else SQLite walks all rows of the object type and asks the tokens of each.
    return (
        f"SELECT r.id FROM {TOKENS} t CROSS JOIN {SearchRow._meta.db_table} r ON r.id = t.rowid "
        f"WHERE {TOKENS} MATCH %s AND r.object_type = %s",
        query,
    )


def _postgresql(tokens: Sequence[str], with_closed: bool) -> tuple[str, str]:
    words = [(token.replace("\\", "\\\\").replace("'", "''"), chinese.is_word(token)) for token in tokens]
    query = " & ".join(f"'{word}'" + (":*" if by_beginning else "") for word, by_beginning in words)
    column = "t.all_tokens" if with_closed else "t.open_tokens"
    return (
        f"SELECT r.id FROM {TOKENS} t JOIN {SearchRow._meta.db_table} r ON r.id = t.id "
        f"WHERE {column} @@ %s::tsquery AND r.object_type = %s",
        query,
    )
