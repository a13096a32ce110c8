"""Spreadsheets and Parquet files as rows of text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from kehu.kit.tables.apart import read_sheet
from kehu.kit.tables.archives import UNPACKED_LIMIT, too_large
from kehu.kit.tables.header import find_header
from kehu.kit.tables.model import Row, Table, TableError, empty_file, header_of

_BATCH = 5_000
# Parquet keeps a text once that stands in many rows: fewer of them are memory at a time.
_BATCH_OF_PARQUET = 100
_MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\d 00:00:00")


def open_spreadsheet(path: Path, sheet: str | None = None, header_row: int | None = None) -> Table:
    """A table from one page of a spreadsheet (xlsx, xls, xlsb, ods), by default the first with content."""
    page = read_sheet(path, sheet)
    if sheet is not None and sheet not in page.names:
        raise TableError(
            gettext("There is no sheet named “%(name)s”. The file has: %(names)s.")
            % {"name": sheet, "names": ", ".join(page.names)}
        )
    if page.cells is None:
        raise empty_file()
    cells, wrong = page.cells, page.wrong
    number, names, why = find_header(_sheet_rows(cells), header_row)
    if not number:
        raise empty_file()
    header = header_of(names, number)
    return Table(
        header,
        "xlsx",
        partial(_spreadsheet_rows, cells, header, number, wrong),
        estimate=cells.num_rows - number,
        header_row=number,
        evidence={"header_row": why},
        sheet=page.name,
        sheets=page.names,
    )


def _sheet_rows(cells: Any) -> Iterator[tuple[int, list[str]]]:
    for start in range(0, cells.num_rows, _BATCH):
        columns = [column.to_pylist() for column in cells.slice(start, _BATCH).columns]
        for number, row in enumerate(zip(*columns, strict=True), start + 1):
            yield number, [_sheet_text(cell) for cell in row]


def _sheet_text(cell: str | None) -> str:
    """A day in a spreadsheet is a moment at midnight."""
    if cell is None:
        return ""
    return cell[:10] if len(cell) == 19 and _MIDNIGHT.fullmatch(cell) else cell


def _spreadsheet_rows(
    cells: Any, header: tuple[str, ...], header_row: int, wrong: frozenset[tuple[int, int]]
) -> Iterator[Row]:
    width = len(header)
    wrong_rows = dict(sorted(wrong, reverse=True))
    for number, row in _sheet_rows(cells):
        column = wrong_rows.get(number - 1)
        if number <= header_row or (column is None and not any(row)):
            continue
        problem = ""
        if any(row[width:]):
            problem = gettext("The number of cells (%(cells)s) is not that of the columns (%(columns)s).") % {
                "cells": len(row),
                "columns": width,
            }
        elif column is not None and column < width:
            problem = gettext("Column “%(column)s” holds an error of the spreadsheet.") % {
                "column": header[column]
            }
        yield Row(number, row if any(row[width:]) else row[:width], problem)


def open_parquet(path: Path) -> Table:
    """A table from a Parquet file; row numbers count the header as row 1."""
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names, count = file.schema_arrow.names, file.metadata.num_rows
            groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
            if sum(group.total_byte_size for group in groups) > UNPACKED_LIMIT:
                raise too_large()
    except (pyarrow.ArrowException, OSError) as error:
        raise TableError(gettext("The Parquet file is damaged and cannot be read.")) from error
    header = header_of(names, 1)
    return Table(header, "parquet", partial(_parquet_rows, path), estimate=count)


def _parquet_rows(path: Path) -> Iterator[Row]:
    import pyarrow
    import pyarrow.parquet

    number = 1
    with pyarrow.parquet.ParquetFile(path) as file:
        writers = [_writer(field.type) for field in file.schema_arrow]
        batches = file.iter_batches(batch_size=_BATCH_OF_PARQUET)
        while True:
            try:
                batch = next(batches, None)
            except (pyarrow.ArrowException, OSError) as error:
                raise TableError(
                    gettext("The Parquet file is damaged and cannot be read."), row=number
                ) from error
            if batch is None:
                return
            columns = [column.to_pylist() for column in batch.columns]
            for row in zip(*columns, strict=True):
                number += 1
                cells = [
                    "" if cell is None else write(cell) for write, cell in zip(writers, row, strict=True)
                ]
                yield Row(number, cells)


def _writer(kind: Any) -> Callable[[Any], str]:
    import pyarrow.types as types

    return (
        str if types.is_string(kind) or types.is_large_string(kind) or types.is_integer(kind) else cell_text
    )


def cell_text(value: Any) -> str:
    """A typed value as the text that the readers of columns understand."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
