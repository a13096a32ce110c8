"""From a draft to the statement that runs: what users typed put in as literals, rights woven in.

A dashboard asks the same questions all day. Parsing and writing a statement costs more than answering it over a
hundred thousand rows, so each is written once for every draft and every set of visible parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from kehu.warehouse import rights
from kehu.warehouse.ingredients import parsed

if TYPE_CHECKING:
    from sqlglot import exp

MARK = "__value_"


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
    from sqlglot import exp

    literals = {f"{MARK}{index}": literal(*value) for index, value in enumerate(draft.values)}

    def fill(node: exp.Expression) -> exp.Expression:
        marked = isinstance(node, exp.Column) and node.name in literals
        return literals[node.name].copy() if marked else node

    tree = rights.narrow(parsed(draft.text).copy().transform(fill, copy=False), parts, known)
    return tree.sql("duckdb", pretty=True), frozenset(rights.tables(tree))


def literal(kind: str, value: str) -> exp.Expression:
    from sqlglot import exp

    text = exp.Literal.string(value)
    return exp.cast(text, "date") if kind == "date" else text
