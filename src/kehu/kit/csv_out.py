"""CSV that spreadsheets open: a mark for UTF-8, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

BOM = "\ufeff"
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    def write(self, text: str) -> str:
        return text


def lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The rows as lines of text, the first one behind the mark."""
    writer = csv.writer(_Echo())
    for number, row in enumerate(rows):
        line = writer.writerow([safe(value) for value in row])
        yield BOM + line if number == 0 else line


def safe(value: Any) -> Any:
    """A cell that a spreadsheet takes for text, even where it begins like a formula."""
    if isinstance(value, str) and value.startswith(RUN_BY_SPREADSHEETS):
        try:
            Decimal(value)
        except ArithmeticError:
            return f"'{value}"
    return value
