"""Tables written for spreadsheets: Excel reads the characters, and no cell becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext

from kehu.kit.tables.model import TableError
from kehu.kit.tables.sheets import cell_text

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GUARDED = re.compile(f"'+[{re.escape(''.join(FORMULA))}]")
_NUMERIC = re.compile(r"[-+]?[\d., ]*\d%?")
_CHUNK_OF_ROWS = 500
SHEET_ROWS = 1_048_576
_CELL_LENGTH = 32_767
_DIGITS_OF_A_CELL = 15


def csv_lines(
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    delimiter: str = ",",
    bom: bool = True,
    zone: tzinfo | None = None,
) -> Iterator[bytes]:
    """The file in pieces, for a streaming answer. Aware times are written in `zone`, without their offset."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    if bom:
        buffer.write("\ufeff")
    writer.writerow([guarded(name) for name in header])
    for count, row in enumerate(rows, 1):
        writer.writerow([guarded(_csv_text(value, zone)) for value in row])
        if count % _CHUNK_OF_ROWS == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def write_csv(
    target: str | Path | IO[bytes],
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    delimiter: str = ",",
    bom: bool = True,
    zone: tzinfo | None = None,
) -> None:
    """Write a CSV file in UTF-8, with the mark by which Excel knows it."""
    lines = csv_lines(header, rows, delimiter=delimiter, bom=bom, zone=zone)
    if isinstance(target, str | Path):
        with Path(target).open("wb") as file:
            file.writelines(lines)
    else:
        target.writelines(lines)


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula; numbers stay.

    A text that looks like a guarded one is given another apostrophe: `bare` brings each back as it was.
    """
    if text.startswith(FORMULA):
        return text if _NUMERIC.fullmatch(text) else f"'{text}"
    return f"'{text}" if _GUARDED.match(text) else text


def bare(text: str) -> str:
    """The text without the apostrophe that keeps it from being a formula."""
    return text[1:] if _GUARDED.match(text) else text


def write_xlsx(
    target: str | Path | IO[bytes],
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "Sheet1",
    zone: tzinfo | None = None,
) -> None:
    """Write a spreadsheet in constant memory; more rows or longer texts than Excel takes are refused."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet)[:31].strip() or "Sheet1")
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        page.freeze_panes(1, 0)
        for column, name in enumerate(header):
            page.set_column(column, column, min(40, max(10, len(name.encode("gb18030", "replace")) + 2)))
            page.write_string(0, column, name, bold)
        for number, row in enumerate(rows, 1):
            if number == SHEET_ROWS:
                raise TableError(
                    gettext("A spreadsheet takes 1,048,575 rows. Export as CSV instead."), row=number
                )
            for column, value in enumerate(row):
                write_cell(page, number, column, _in_zone(value, zone), day, moment)


def write_cell(page: Any, row: int, column: int, value: Any, day: Any, moment: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal) and _fits(value):
        page.write_number(row, column, value)
    elif isinstance(value, datetime) and value.year >= 1900:
        page.write_datetime(row, column, value, moment)
    elif isinstance(value, date) and value.year >= 1900:
        page.write_datetime(row, column, value, day)
    else:
        text = cell_text(value)
        if len(text) > _CELL_LENGTH:
            raise TableError(
                gettext("Row %(row)s holds a text too long for a spreadsheet. Export as CSV instead.")
                % {"row": row + 1},
                row=row + 1,
            )
        page.write_string(row, column, text)


def _fits(value: int | float | Decimal) -> bool:
    """Spreadsheets keep fifteen digits; a longer number is written as text rather than changed."""
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    number = Decimal(value)
    return number.is_finite() and len(number.normalize().as_tuple().digits) <= _DIGITS_OF_A_CELL


def _in_zone(value: Any, zone: tzinfo | None) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(zone).replace(tzinfo=None) if zone else value.replace(tzinfo=None)
    return value


def _csv_text(value: Any, zone: tzinfo | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else cell_text(_in_zone(value, zone) if zone else value)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return data
