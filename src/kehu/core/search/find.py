"""Finding: tokens and the rule of access narrow, the folded text decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models.expressions import RawSQL

from kehu.core import access, registry
from kehu.core.database import is_postgresql
from kehu.core.models.search import SearchRow
from kehu.core.models.values import code_of
from kehu.core.search import words
from kehu.core.search.index import MARK, TOKENS, kind_token
from kehu.kit import chinese

if TYPE_CHECKING:
    from kehu.core.filters import Leaf
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

CANDIDATES = 400
# So many rows are asked themselves whether they hold all words.
FEW = 150
FEW_KEYS = 10_000


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
        hits += _find_in(kind, text, tokens, user, limit=limit)
    hits.sort(key=lambda pair: pair[0])
    return [hit for _rank, hit in hits[:limit]]


def find_similar(
    text: str, *, user: User, limit: int = 20, object_types: Sequence[str] = ()
) -> tuple[str, list[Hit]]:
    """For a text that finds nothing: the nearest one that finds something the user may see, and what it finds.

    One word is taken for another at a time. Two empty answers where nothing near finds anything.
    """
    folded = chinese.fold(text)
    for word in words.latin(folded):
        for other in words.similar(word):
            meant = re.sub(rf"\b{re.escape(word)}\b", other, folded)
            if hits := find(meant, user=user, limit=limit, object_types=object_types):
                return meant, hits
    return "", []


def why(hits: Sequence[Hit], text: str, user: User) -> dict[tuple[str, int], list[str]]:
    """By object type and id of each hit: the fields that hold something of the text and that the user may read."""
    runs, asked = (
        chinese.runs(text),
        [token for token in chinese.query_tokens(text) if chinese.is_word(token)],
    )
    found: dict[tuple[str, int], list[str]] = {}
    for kind in {hit.kind.key: hit.kind for hit in hits}.values():
        of_kind = [hit.id for hit in hits if hit.kind.key == kind.key]
        names = [name for name in kind.search if kind.policy.reads(name, user)]
        for record in kind.model.objects.visible_to(user).filter(pk__in=of_kind):
            texts = {name: str(getattr(record, name) or "") for name in names}
            found[kind.key, record.pk] = [
                name for name, value in texts.items() if value and _holds_any(value, runs, asked)
            ]
    return found


def _holds_any(value: str, runs: Sequence[str], asked: Sequence[str]) -> bool:
    return any(chinese.match(part, value) for part in (*runs, *asked))


def _find_in(
    kind: ObjectType, text: str, tokens: Sequence[str], user: User, *, limit: int
) -> list[tuple[int, Hit]]:
    with_closed = _reads_closed(kind, user)
    keys = matching(kind, tokens, user, with_closed=with_closed, most=max(limit, CANDIDATES), text=text)
    folded, runs = chinese.fold(text), chinese.runs(text)
    found = []
    for pk, title, open_text, closed_text in SearchRow.objects.filter(pk__in=keys).values_list(
        "object_id", "title", "open_text", "closed_text"
    ):
        # The index has compared words to their beginning; of Han it knows pairs, the text says whether they meet.
        if runs and not chinese.holds(runs, f"{open_text} {closed_text}" if with_closed else open_text):
            continue
        found.append((_rank(folded, chinese.fold(title)), Hit(kind, pk, title)))
    found.sort(key=lambda pair: (pair[0], pair[1].title, pair[1].id))
    return found[:limit]


def keys_of_contained(leaf: Leaf) -> list[int] | None:
    """Among which records those are that contain a text: for Chinese in a field of the search, its index knows.

    More than fit, never fewer, and without regard to who may see them: for a statement that asks both. Nothing where
    the index cannot say, or would name too many.
    """
    kind, path = leaf.field.kind, leaf.field.path
    if leaf.op != "contains" or path not in kind.search or code_of(path):
        return None
    runs = chinese.runs(str(leaf.values[0].asked))
    tokens = [token for run in runs for token in chinese.query_tokens(run)]
    if not tokens:
        return None
    asked = (kind_token(kind.key), *dict.fromkeys(tokens))
    sql, query = _postgresql(asked, True) if is_postgresql() else _sqlite(asked, True)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s".replace("r.id", "r.object_id", 1), [query, FEW_KEYS + 1])
        keys = [row[0] for row in cursor.fetchall()]
    return keys if len(keys) <= FEW_KEYS else None


def _reads_closed(kind: ObjectType, user: User) -> bool:
    return all(kind.policy.reads(name, user) for name in kind.policy.closed_fields if name in kind.search)


def _rank(asked: str, title: str) -> int:
    """The whole title first, then its beginning, the beginning of a word in it, any part; last what is elsewhere."""
    if title == asked:
        return 0
    if title.startswith(asked):
        return 1
    if f" {asked}" in title:
        return 2
    return 3 if asked in title else 4


def matching(
    kind: ObjectType, tokens: Sequence[str], user: User, *, with_closed: bool, most: int, text: str = ""
) -> list[int]:
    """Keys of search rows that the user may see and that hold all tokens, words by their beginning.

    What the user may see is asked of the database before the cut: others' records never crowd out one's own.
    An index gives a rare word at once, and gathers a million entries of a common one (such as the host of an e-mail
    address) first. So the word that is likely the rarest is looked up alone; where it leads to few rows, those say
    whether they hold the others.
    """
    rest = _without_rarest(tokens, text)
    if rest is not None:
        rare = [token for token in tokens if token not in rest]
        keys = _keys(kind, rare, user, with_closed=with_closed, most=FEW + 1)
        if len(keys) <= FEW:
            return _holding(keys, rest, with_closed=with_closed)
    return _keys(kind, tokens, user, with_closed=with_closed, most=most)


def _without_rarest(tokens: Sequence[str], text: str) -> list[str] | None:
    """The other tokens, where one of several is a word: the name of an e-mail address, one with digits, the longest."""
    words = [token for token in tokens if _by_beginning(token)]
    if len(tokens) < 2 or not words:
        return None
    rarest = max(words, key=lambda word: (any(sign.isdigit() for sign in word), len(word)))
    if "@" in text:
        rarest = words[0]
    return [token for token in tokens if token != rarest]


def _holding(keys: Sequence[int], tokens: Sequence[str], *, with_closed: bool) -> list[int]:
    """Those rows that hold the tokens, too, as the index would say."""
    found = []
    for key, *texts in SearchRow.objects.filter(pk__in=keys).values_list("pk", "open_text", "closed_text"):
        stored = chinese.search_tokens(texts[0]) + (chinese.search_tokens(texts[1]) if with_closed else [])
        if all(_is_among(token, stored) for token in tokens):
            found.append(key)
    return found


def _is_among(token: str, stored: Sequence[str]) -> bool:
    return any(one.startswith(token) for one in stored) if _by_beginning(token) else token in stored


def _keys(kind: ObjectType, tokens: Sequence[str], user: User, *, with_closed: bool, most: int) -> list[int]:
    tokens = (kind_token(kind.key), *tokens)
    sql, query = _postgresql(tokens, with_closed) if is_postgresql() else _sqlite(tokens, with_closed)
    parameters: list[Any] = [query]
    if not access.sees_all(user, kind):
        # Asked of each row that the words find: gathering all that the user may see took two seconds at a million.
        visible = kind.model.objects.visible_to(user).order_by().filter(pk=RawSQL("r.object_id", ()))
        condition, values = visible.values("pk").query.sql_with_params()
        sql += f" AND EXISTS ({condition})"
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s", [*parameters, most])
        return [row[0] for row in cursor.fetchall()]


def _sqlite(tokens: Sequence[str], with_closed: bool) -> tuple[str, str]:
    words = " AND ".join(
        '"' + token.replace('"', '""') + '"' + ("*" if _by_beginning(token) else "") for token in tokens
    )
    query = words if with_closed else f"open_tokens : ({words})"
    return (
        f"SELECT r.id FROM {TOKENS} t CROSS JOIN {SearchRow._meta.db_table} r ON r.id = t.rowid "
        f"WHERE {TOKENS} MATCH %s",
        query,
    )


def _postgresql(tokens: Sequence[str], with_closed: bool) -> tuple[str, str]:
    words = [(token.replace("\\", "\\\\").replace("'", "''"), _by_beginning(token)) for token in tokens]
    query = " & ".join(f"'{word}'" + (":*" if by_beginning else "") for word, by_beginning in words)
    column = "t.all_tokens" if with_closed else "t.open_tokens"
    return (
        f"SELECT r.id FROM {TOKENS} t JOIN {SearchRow._meta.db_table} r ON r.id = t.id "
        f"WHERE {column} @@ %s::tsquery",
        query,
    )


def _by_beginning(token: str) -> bool:
    return not token.startswith(MARK) and chinese.is_word(token)
