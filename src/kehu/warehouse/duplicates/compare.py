"""Rows compared with each other in DuckDB: those that share a rare value, weighed column by column.

How often unrelated rows agree in a column is counted in the rows themselves, so that the same surname says little
among many of that name and much among few. Rows that share no value at all but the most common are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2
from typing import TYPE_CHECKING, Any

from kehu.core.duplicates.forms import ALIKE, LONG_CODE, sound
from kehu.core.duplicates.rule import EXACT, LIKENESSES, NEAR, OTHER, SAME, SOUNDING, Likeness, probability
from kehu.warehouse.duck import connect

if TYPE_CHECKING:
    import duckdb

CHUNK = 50_000
# A value that more rows share than this brings none of them together: it is common, and the pairs would be too many.
COMMON = 50
# Two rows of a file are never taken for one more readily than among so many.
FEWEST = 1000
SAMPLED, SHIFTS = 20_000, 5
LEVELS = ("", SAME, NEAR, OTHER)


@dataclass(frozen=True)
class Column:
    """A compared column: of the rule, or merely `beside` it in a file.

    A column beside the rule that never holds a value twice names its rows: that they differ in it says nothing.
    """

    label: str
    by: str
    beside: bool = False

    @property
    def trust(self) -> float:
        """How many pairs the declared chances are worth against those that are counted."""
        return 1e3 if self.beside else 1e5


@dataclass(frozen=True)
class Found:
    """Two rows by their places, how likely they are about the same, and by column whether they are so or near."""

    one: int
    other: int
    probability: float
    levels: tuple[str, ...]


def compare(columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, at_least: float) -> list[Found]:
    """The pairs of rows with at least this probability, likeliest first.

    A row holds a comparable form for each column ("" where it is empty), a list of them where `by` is phone.
    """
    with connect() as connection:
        count = _load(connection, columns, rows)
        if count < 2:
            return []
        weights = [_likeness(connection, place, column, count) for place, column in enumerate(columns)]
        prior = 1 / max(count, FEWEST)
        least = log2(at_least / (1 - at_least)) - log2(prior / (1 - prior))
        found = connection.execute(_pairs(columns, weights), {"common": COMMON, "least": least})
        pairs = []
        while some := found.fetchmany(CHUNK):
            pairs += [
                Found(one, other, round(probability(weight, prior), 6), tuple(LEVELS[at] for at in levels))
                for one, other, weight, *levels in some
            ]
        return pairs


def _load(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> int:
    """The rows as a table `given`: `id` counts them, `c0` … hold the forms, `s0` … how names sound."""
    import pyarrow as pa

    schema = pa.schema([("id", pa.int64()), *_fields(columns)])
    kinds = ", ".join(
        f"{name} {'VARCHAR[]' if kind == LIST else 'VARCHAR'}" for name, kind in _names(columns)
    )
    connection.execute(f"CREATE TABLE given (id BIGINT, {kinds})")
    count = 0
    for chunk in _chunks(rows):
        arrays: list[Any] = [range(count, count + len(chunk))]
        for place, column in enumerate(columns):
            values = [row[place] or None for row in chunk]
            arrays.append(values)
            if column.by in SOUNDING:
                arrays.append([sound(value) if value else None for value in values])
        batch = pa.table([pa.array(one, kind.type) for one, kind in zip(arrays, schema, strict=True)], schema)
        connection.register("batch", batch)
        connection.execute("INSERT INTO given SELECT * FROM batch")
        connection.unregister("batch")
        count += len(chunk)
    return count


TEXT, LIST = "text", "list"


def _names(columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
    for place, column in enumerate(columns):
        yield f"c{place}", LIST if column.by == "phone" else TEXT
        if column.by in SOUNDING:
            yield f"s{place}", TEXT


def _fields(columns: Sequence[Column]) -> list[tuple[str, Any]]:
    import pyarrow as pa

    return [(name, pa.list_(pa.string()) if kind == LIST else pa.string()) for name, kind in _names(columns)]


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    following = iter(rows)
    while chunk := list(islice(following, CHUNK)):
        yield chunk


def _likeness(
    connection: duckdb.DuckDBPyConnection, place: int, column: Column, count: int
) -> Likeness | None:
    """What agreement in a column says among these rows; nothing where it names them."""
    declared = LIKENESSES[column.by]
    value = f"unnest(c{place})" if column.by == "phone" else f"c{place}"
    counted = connection.execute(
        "SELECT coalesce(sum(n * (n - 1)), 0) / 2, coalesce(sum(n), 0) FROM (SELECT count(*)::DOUBLE AS n "
        f"FROM (SELECT {value} AS value FROM given) WHERE value IS NOT NULL GROUP BY value)"
    ).fetchone()
    same, filled = counted or (0, 0)
    if column.beside and not same:
        return None
    pairs = filled * (filled - 1) / 2
    near, sampled = _near_by_chance(connection, place, column, count)
    return declared.with_chances(
        (same + declared.chance_same * column.trust) / (pairs + column.trust),
        (near + declared.chance_near * column.trust) / (sampled + column.trust),
    )


def _near_by_chance(
    connection: duckdb.DuckDBPyConnection, place: int, column: Column, count: int
) -> tuple[int, int]:
    """How many of some pairs that have nothing to do with each other are near, and how many there were."""
    shifts = [max(1, count * step // (2 * SHIFTS + 1)) for step in range(1, SHIFTS + 1)]
    near = sampled = 0
    for shift in shifts:
        row = connection.execute(
            "SELECT count(*) FILTER (level = 2), count(*) FILTER (level > 0) FROM "
            f"(SELECT {_level(place, column)} AS level FROM given a JOIN given b ON b.id = (a.id + {shift}) % {count} "
            f"WHERE a.id < {SAMPLED} AND a.id <> b.id)"
        ).fetchone() or (0, 0)
        near, sampled = near + row[0], sampled + row[1]
    return near, sampled


def _level(place: int, column: Column) -> str:
    """The level of a pair `a`, `b` as its place in LEVELS; `forms.level` says the same of two values."""
    one, other = f"a.c{place}", f"b.c{place}"
    same = f"list_has_any({one}, {other})" if column.by == "phone" else f"{one} = {other}"
    near = f"jaro_winkler_similarity({one}, {other}) >= {ALIKE}"
    if column.by in EXACT:
        near = "FALSE"
    elif column.by == "code":
        longest = f"greatest(length({one}), length({other})) >= {LONG_CODE}"
        near = f"{longest} AND damerau_levenshtein({one}, {other}) <= 1"
    elif column.by == "text":
        near += f" AND {_digits(one)} = {_digits(other)}"
    elif column.by in SOUNDING:
        near = f"a.s{place} = b.s{place} OR {near}"
    return (
        f"CASE WHEN {one} IS NULL OR {other} IS NULL THEN 0 WHEN {same} THEN 1 WHEN {near} THEN 2 ELSE 3 END"
    )


def _digits(value: str) -> str:
    return f"regexp_replace({value}, '[^0-9]', '', 'g')"


def _pairs(columns: Sequence[Column], weights: Sequence[Likeness | None]) -> str:
    """Every two rows that share a value which is not common, those kept that weigh enough."""
    keys = []
    for place, column in enumerate(columns):
        value = f"unnest(c{place})" if column.by == "phone" else f"c{place}"
        keys.append(f"SELECT 'c{place}' AS part, {value} AS value, id FROM given WHERE c{place} IS NOT NULL")
        if column.by in SOUNDING:
            keys.append(f"SELECT 's{place}', s{place}, id FROM given WHERE s{place} <> c{place}")
            keys.append(f"SELECT 's{place}', c{place}, id FROM given WHERE s{place} = c{place}")
    levels = ", ".join(f"{_level(place, column)} AS l{place}" for place, column in enumerate(columns))
    weight = " + ".join(_weight(place, likeness) for place, likeness in enumerate(weights))
    shown = ", ".join(f"l{place}" for place in range(len(columns)))
    return f"""
        WITH keys AS MATERIALIZED (SELECT DISTINCT part, value, id FROM ({" UNION ALL ".join(keys)})),
        rare AS (SELECT part, value FROM keys GROUP BY part, value HAVING count(*) BETWEEN 2 AND $common),
        kept AS MATERIALIZED (SELECT keys.* FROM keys SEMI JOIN rare USING (part, value)),
        met AS (SELECT DISTINCT x.id AS one, y.id AS other FROM kept x JOIN kept y USING (part, value)
                WHERE x.id < y.id),
        seen AS (SELECT one, other, {levels} FROM met JOIN given a ON a.id = one JOIN given b ON b.id = other)
        SELECT * FROM (SELECT one, other, {weight} AS weight, {shown} FROM seen)
        WHERE weight >= $least ORDER BY weight DESC, one, other"""


def _weight(place: int, likeness: Likeness | None) -> str:
    if likeness is None:
        return "0"
    at = [f"WHEN {level} THEN {likeness.weight(LEVELS[level]):.9e}" for level in (1, 2, 3)]
    return f"CASE l{place} {' '.join(at)} ELSE 0 END"
