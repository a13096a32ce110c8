"""Reads the files of the iXX case that are kept in `data/ixx`."""

import csv
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

FOLDER = files("kehu.shell.demo") / "data" / "ixx"
NOT_A_COLUMN_OF_CELLS = {"week", "total", "total_as_printed"}


@dataclass(frozen=True, slots=True)
class Cell:
    week: int
    column: str
    value: int


@cache
def case() -> dict[str, Any]:
    """The figures of `case.json`."""
    found: dict[str, Any] = json.loads((FOLDER / "case.json").read_text(encoding="utf-8"))
    return found


@cache
def cells(name: str) -> tuple[Cell, ...]:
    """The cells of a week table that are not zero: week number, column (region or medium), value."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as source:
        return tuple(
            Cell(int(row["week"]), column, int(value))
            for row in csv.DictReader(source)
            if row["week"] != "total"
            for column, value in row.items()
            if column not in NOT_A_COLUMN_OF_CELLS and int(value)
        )


def bookings() -> tuple[Cell, ...]:
    return cells("bookings_by_week_region")


def visits() -> tuple[Cell, ...]:
    return cells("visits_by_week_region")


def media_spend() -> tuple[Cell, ...]:
    return cells("media_spend_by_week")
