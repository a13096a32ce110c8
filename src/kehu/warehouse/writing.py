"""From a draft to the statement that runs: what users typed put in as literals, rights woven in.

A dashboard asks the same questions all day. Parsing and writing a statement costs more than answering it over a
hundred thousand rows, so each is written once for every draft and every set of visible parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from kehu.warehouse import rights
from kehu.warehouse.ingredients import parsed

if TYPE_CHECKING:
    from sqlglot import exp

MARK = "__value_"
# Quoted texts and names are passed over, so that a mark in one of them stays what it is.
_MARKS = re.compile(rf"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\b{MARK}(\d+)\b")


@dataclass(frozen=True)
class Draft:
    """A statement in DuckDB's dialect with marks in place of values; a value is (text or date, as written)."""

    text: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass
class Values:
    """What users typed, by the marks that stand for it in the text until it is parsed."""

    given: list[tuple[str, str]] = field(default_factory=list)

    def text(self, value: str) -> str:
        return self._mark("text", value)

    def date(self, value: date) -> str:
        return self._mark("date", value.isoformat())

    def draft(self, text: str) -> Draft:
        return Draft(text, tuple(self.given))

    def _mark(self, kind: str, value: str) -> str:
        self.given.append((kind, value))
        return f"{MARK}{len(self.given) - 1}"


@lru_cache(maxsize=1024)
def reads(text: str) -> frozenset[str]:
    """The tables that a draft names."""
    return frozenset(rights.tables(parsed(text)))


@lru_cache(maxsize=512)
def written(draft: Draft, parts: rights.Parts, known: frozenset[str]) -> tuple[str, frozenset[str]]:
    """The statement to run, and the tables that it reads."""
    text, tables = _woven(draft.text, parts, known)
    literals = [literal(*value).sql("duckdb") for value in draft.values]

    def fill(found: re.Match[str]) -> str:
        return literals[int(found[1])] if found[1] else found[0]

    return _MARKS.sub(fill, text), tables


@lru_cache(maxsize=512)
def _woven(text: str, parts: rights.Parts, known: frozenset[str]) -> tuple[str, frozenset[str]]:
    """The statement with its marks, narrowed to what is visible: the same for every day that is asked for."""
    tree = rights.narrow(parsed(text).copy(), parts, known)
    return tree.sql("duckdb", pretty=True), frozenset(rights.tables(tree))


def literal(kind: str, value: str) -> exp.Expression:
    from sqlglot import exp

    text = exp.Literal.string(value)
    return exp.cast(text, "date") if kind == "date" else text
