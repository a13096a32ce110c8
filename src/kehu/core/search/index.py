"""The search rows, written inside the transaction of the change that they follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from django.db import connection

from kehu.core.database import Column, insert_columns, is_postgresql, reserve_ids
from kehu.core.models.search import SearchRow
from kehu.core.models.values import code_of
from kehu.core.search import words
from kehu.kit import chinese

if TYPE_CHECKING:
    from kehu.core.registry import ObjectType

TOKENS = "core_searchtoken"
CHUNK = 500
# No list of tokens is empty.
EMPTY = "∅"
# A character for private use: no text that anybody types is cut into a token that begins with it.
MARK = "\ue000"


def index(kind: ObjectType, records: Sequence[Any], *, new: bool = False) -> None:
    """Bring the search rows of these records up to date; a deleted record is not found. `new`: none has a row."""
    if not kind.search or not records:
        return
    if not new:
        forget(kind.key, [record.pk for record in records])
    live = [record for record in records if record.deleted_at is None]
    if not live:
        return
    open_fields, closed_fields = fields_of(kind)
    found = Texts()
    for record in live:
        found.add(str(record)[:300], text_of(record, open_fields), text_of(record, closed_fields))
    write(kind.key, [record.pk for record in live], found)


def refresh(kind: ObjectType, changed: Sequence[tuple[Any, Iterable[str]]]) -> None:
    """After many changes: the search rows of those records that are found by other texts, or called otherwise."""
    if not kind.search:
        return
    telling = {*kind.search, "deleted_at"}
    titles = dict(
        SearchRow.objects.filter(
            object_type=kind.key, object_id__in=[record.pk for record, _names in changed]
        ).values_list("object_id", "title")
    )
    index(
        kind,
        [
            record
            for record, names in changed
            if not telling.isdisjoint(names) or titles.get(record.pk) != str(record)[:300]
        ],
    )


@dataclass(slots=True)
class Texts:
    """What some records are found by, column by column: titles, folded texts and tokens for everyone and for some."""

    titles: list[str] = field(default_factory=list)
    open_texts: list[str] = field(default_factory=list)
    closed_texts: list[str] = field(default_factory=list)
    open_tokens: list[str] = field(default_factory=list)
    closed_tokens: list[str] = field(default_factory=list)

    def add_columns(self, open_texts: Sequence[str], closed_texts: Sequence[str]) -> None:
        """Texts of many records, whose titles come later; texts that several share are cut into tokens once."""
        self.open_texts += map(chinese.fold, open_texts)
        self.closed_texts += map(chinese.fold, closed_texts)
        self.open_tokens += map(known_tokens, open_texts)
        self.closed_tokens += map(token_text, closed_texts)

    def part(self, here: slice) -> Texts:
        return Texts(*(getattr(self, name)[here] for name in self.__slots__))

    def pick(self, places: Sequence[int]) -> Texts:
        """Those of some records."""
        columns = [getattr(self, name) for name in self.__slots__]
        return Texts(*([column[place] for place in places] if column else [] for column in columns))

    def add_to_open(self, texts: Sequence[str]) -> None:
        """Say one more thing about every record, behind what is said already."""
        self.open_texts = [
            f"{text} {chinese.fold(more)}".strip() for text, more in zip(self.open_texts, texts, strict=True)
        ]
        self.open_tokens = [
            f"{tokens} {token_text(more)}".strip()
            for tokens, more in zip(self.open_tokens, texts, strict=True)
        ]

    def add(self, title: str, open_text: str, closed_text: str) -> None:
        self.titles.append(title)
        self.open_texts.append(chinese.fold(open_text))
        self.closed_texts.append(chinese.fold(closed_text))
        self.open_tokens.append(token_text(open_text))
        self.closed_tokens.append(token_text(closed_text))


def fields_of(kind: ObjectType) -> tuple[list[str], list[str]]:
    """The fields that a record is found by: those that everyone may read, and the others."""
    closed = kind.policy.closed_fields
    return [name for name in kind.search if name not in closed], [
        name for name in kind.search if name in closed
    ]


def write(object_type: str, ids: Sequence[int], texts: Texts) -> None:
    """The search rows of records that have none yet."""
    keys = reserve_ids(SearchRow, len(ids))
    mark = kind_token(object_type)
    columns = ["id", "object_type", "object_id", "title", "open_text", "closed_text"]
    same = repeat(object_type, len(ids))
    values: list[Column] = [keys, same, ids, texts.titles, texts.open_texts, texts.closed_texts]
    insert_columns(SearchRow._meta.db_table, columns, values)
    open_tokens = [f"{mark} {tokens}" for tokens in texts.open_tokens]
    write_tokens(list(zip(keys, open_tokens, texts.closed_tokens, strict=True)))
    words.learn(title for title in texts.titles if not chinese.is_han(title))


def kind_token(key: str) -> str:
    """The token that every row of an object type holds, so that the index itself keeps the types apart."""
    return MARK + key.replace("_", "")


def text_of(record: Any, fields: Iterable[str]) -> str:
    return " ".join(str(value) for name in fields if (value := _value(record, name)) not in (None, ""))


def _value(record: Any, name: str) -> Any:
    code = code_of(name)
    return (record.custom or {}).get(code) if code else getattr(record, name)


def token_text(text: str) -> str:
    return " ".join(chinese.search_tokens(text)) if text else ""


known_tokens = lru_cache(maxsize=20_000)(token_text)


def write_tokens(rows: Sequence[tuple[int, str, str]]) -> None:
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TOKENS} (rowid, open_tokens, closed_tokens) VALUES (%s, %s, %s)", list(rows)
            )
        return
    columns: list[list[Any]] = [
        [row[0] for row in rows],
        [as_vector(row[1].strip()) for row in rows],
        [as_vector(row[2] or EMPTY) for row in rows],
    ]
    if len(rows) > 1:
        insert_columns(TOKENS, ["id", "open_tokens", "closed_tokens"], columns)
        return
    with connection.cursor() as cursor:  # of one, COPY would cost a round to the server more
        cursor.execute(
            f"INSERT INTO {TOKENS} (id, open_tokens, closed_tokens) VALUES (%s, %s::tsvector, %s::tsvector)",
            [column[0] for column in columns],
        )


def as_vector(tokens: str) -> str:
    """Tokens as PostgreSQL reads a `tsvector`: each in quotes, whatever is in it."""
    quoted = tokens.replace("\\", "\\\\").replace("'", "''").replace(" ", "' '")
    return f"'{quoted}'"


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
