"""Finding: tokens narrow, the folded text decides, the rule of access filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    keys = matching(kind.key, tokens, with_closed=with_closed)
    rows = {row.object_id: row for row in SearchRow.objects.filter(pk__in=keys)}
    visible = kind.model.objects.visible_to(user).filter(pk__in=rows)
    folded = chinese.fold(text)
    found = []
    for pk in visible.values_list("pk", flat=True)[: limit * 5]:
        row = rows[pk]
        title = chinese.fold(row.title)
        rank = 0 if title == folded else 1 if title.startswith(folded) else 2 if folded in title else 3
        found.append((rank, Hit(kind, pk, row.title)))
    found.sort(key=lambda pair: pair[0])
    return found[:limit]


def matching(object_type: str, tokens: Sequence[str], *, with_closed: bool) -> list[int]:
    """Keys of search rows of one object type that hold all tokens; the last Latin one may be a beginning."""
    sql, query = _postgresql(tokens, with_closed) if is_postgresql() else _sqlite(tokens, with_closed)
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, object_type, CANDIDATES])
        return [row[0] for row in cursor.fetchall()]


def _sqlite(tokens: Sequence[str], with_closed: bool) -> tuple[str, str]:
    words = " AND ".join(
        '"' + token.replace('"', '""') + '"' + ("*" if token.isascii() else "") for token in tokens
    )
    query = words if with_closed else f"open_tokens : ({words})"
    return (
        f"SELECT r.id FROM {TOKENS} t JOIN {SearchRow._meta.db_table} r ON r.id = t.rowid "
        f"WHERE {TOKENS} MATCH %s AND r.object_type = %s LIMIT %s",
        query,
    )


def _postgresql(tokens: Sequence[str], with_closed: bool) -> tuple[str, str]:
    words = [token.replace("\\", "\\\\").replace("'", "''") for token in tokens]
    query = " & ".join(f"'{word}'" + (":*" if word.isascii() else "") for word in words)
    column = "t.all_tokens" if with_closed else "t.open_tokens"
    return (
        f"SELECT r.id FROM {TOKENS} t JOIN {SearchRow._meta.db_table} r ON r.id = t.id "
        f"WHERE {column} @@ %s::tsquery AND r.object_type = %s LIMIT %s",
        query,
    )
