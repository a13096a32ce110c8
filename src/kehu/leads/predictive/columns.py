"""A column of a file or of the database as the model reads it: every value falls into one bin."""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MISSING, OTHER = 0, 1
NUMBER, CATEGORY = "number", "category"
# Bins of a number, and values of a category that are told apart: more than that is learned by heart, not learned.
MOST_BINS, MOST_VALUES = 20, 200
# A value that fewer rows hold says nothing by itself: it is pooled with the other rare ones.
LEAST_ROWS = 15
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_COMMA = re.compile(r"-?\d+,\d+")


def number(text: str) -> float | None:
    """The number that a cell holds, whatever its writing; nothing where it holds none, or one that is not finite."""
    text = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def folded(text: str) -> str:
    """A category without the differences that nobody means: width, case, blanks at the ends."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True)
class Column:
    """How the values of one column fall into bins.

    Bin 0 is an empty cell. A number has the bins between its `edges`; a category bin 1 for whatever is rare or was
    never seen, then one for each of `values` (folded; `labels` are as written).
    """

    name: str
    kind: str
    edges: tuple[float, ...] = ()
    values: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {value: place for place, value in enumerate(self.values, 2)})

    @property
    def size(self) -> int:
        return len(self.edges) + 2 if self.kind == NUMBER else len(self.values) + 2

    def bin(self, text: str) -> int:
        """Where a cell belongs. What is no number in a column of numbers counts as empty."""
        if self.kind == NUMBER:
            value = number(text)
            return MISSING if value is None else 1 + bisect_right(self.edges, value)
        key = folded(text)
        return self._places.get(key, OTHER) if key else MISSING  # type: ignore[attr-defined]

    def bins(self, texts: Sequence[str]) -> list[int]:
        """The bins of many cells; equal cells are looked at once."""
        known: dict[str, int] = {}
        found = []
        for text in texts:
            place = known.get(text)
            if place is None:
                place = known[text] = self.bin(text)
            found.append(place)
        return found


def is_numeric(texts: Sequence[str]) -> bool:
    """Whether nearly all that is filled in are numbers."""
    counted = Counter(text for text in texts if text.strip())
    numbers = sum(times for text, times in counted.items() if number(text) is not None)
    return bool(counted) and numbers >= 0.95 * counted.total()


def read_column(name: str, texts: Sequence[str]) -> Column:
    """Find the bins of a column: equally full ones for numbers, the frequent values for anything else."""
    if is_numeric(texts):
        return Column(name, NUMBER, edges=_edges([found for t in texts if (found := number(t)) is not None]))
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text, times in Counter(texts).items():
        key = folded(text)
        if key:
            counted[key] += times
            written.setdefault(key, text.strip())
    frequent = [key for key, times in counted.most_common(MOST_VALUES) if times >= LEAST_ROWS]
    return Column(name, CATEGORY, values=tuple(frequent), labels=tuple(written[key] for key in frequent))


def _edges(values: list[float]) -> tuple[float, ...]:
    """Limits between bins, none of which holds fewer rows than count."""
    values.sort()
    count = min(MOST_BINS, len(values) // LEAST_ROWS)
    edges: list[float] = []
    for place in range(1, count):
        edge = values[len(values) * place // count]
        if edge > values[0] and (not edges or edge > edges[-1]):
            edges.append(edge)
    return tuple(edges)
