"""What a table is: a header and rows of text, each with the number that a spreadsheet would show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext

_NUMERIC = re.compile(r"[-+]?[\d.,/: -]*\d[\d.,/: %-]*")
_VALUE = re.compile(r"[^@\s]+@[^@\s]+\.\w+|\+?\d[\d ()-]{5,}\d")


class TableError(ValueError):
    """A sentence about a file, with the row and column that it is about, if any."""

    def __init__(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        super().__init__(message)
        self.message, self.row, self.column = message, row, column


class Row(NamedTuple):
    """`number` counts as a spreadsheet does (the header is usually row 1, blank rows count).

    `cells` has one text per column; dates are ISO, an empty cell is "". With a `problem` (a sentence) they
    are what could be read and may be more or fewer.
    """

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """An opened file. `rows()` reads it from the start each time, a text or Parquet file in little memory.

    `kind` is csv, xlsx, parquet or vcard; `encoding` and `delimiter` are empty where the kind has none; `estimate`
    says about how many rows there are. `evidence` holds a sentence for each thing that was found in the content:
    encoding, delimiter, header_row. `sheets` are the pages of a spreadsheet, `sheet` the one that is read.
    """

    header: tuple[str, ...]
    kind: str
    read: Callable[[], Iterator[Row]] = field(repr=False)
    encoding: str = ""
    delimiter: str = ""
    estimate: int = 0
    header_row: int = 1
    evidence: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        return self.read()

    def __iter__(self) -> Iterator[Row]:
        return self.read()

    def column(self, name: str) -> int:
        """The place of a column; a `TableError` that names the columns there are."""
        if name in self.header:
            return self.header.index(name)
        raise TableError(
            gettext("The column “%(column)s” is missing. The file has: %(columns)s.")
            % {"column": name, "columns": ", ".join(self.header)},
            column=name,
        )


def header_of(cells: Sequence[str], number: int) -> tuple[str, ...]:
    """Column names from the first row that holds anything; unnamed columns are called by their place."""
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    _refuse_values(names, number)
    names = [name or gettext("Column %(number)s") % {"number": place} for place, name in enumerate(names, 1)]
    seen: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if name in seen:
            raise TableError(
                gettext("Columns %(one)s and %(other)s have the same name, “%(name)s”.")
                % {"one": seen[name], "other": place, "name": name},
                row=number,
                column=name,
            )
        seen[name] = place
    return tuple(names)


def _refuse_values(names: Sequence[str], number: int) -> None:
    filled = [name for name in names if name]
    value = next((name for name in filled if _VALUE.fullmatch(name)), None)
    if value is None and all(_NUMERIC.fullmatch(name) for name in filled):
        value = filled[0]
    if value is not None:
        raise TableError(
            gettext("Row %(row)s should name the columns, but it holds values such as “%(value)s”.")
            % {"row": number, "value": value},
            row=number,
        )


def empty_file() -> TableError:
    return TableError(gettext("The file is empty."))


def fit(cells: list[str], width: int) -> str:
    """Make the row as wide as the header where nothing is lost by it; else a sentence says what is wrong."""
    surplus = len(cells) - width
    if surplus > 0 and not any(cells[width:]):
        del cells[width:]
    elif surplus:
        return gettext("The number of cells (%(cells)s) is not that of the columns (%(columns)s).") % {
            "cells": len(cells),
            "columns": width,
        }
    return ""
