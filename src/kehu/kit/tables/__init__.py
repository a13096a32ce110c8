"""Files of rows, in and out: text with separators, spreadsheets, Parquet, address cards, known by their content."""

from __future__ import annotations

from pathlib import Path

from kehu.kit.tables.delimited import open_delimited
from kehu.kit.tables.detect import kind_of
from kehu.kit.tables.model import Row, Table, TableError
from kehu.kit.tables.sheets import open_parquet, open_spreadsheet
from kehu.kit.tables.vcards import open_vcards
from kehu.kit.tables.writers import csv_lines, write_csv, write_xlsx

__all__ = ["Row", "Table", "TableError", "csv_lines", "open_table", "write_csv", "write_xlsx"]


def open_table(
    path: str | Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
) -> Table:
    """Open a file of rows, whatever its name says; a `TableError` with a sentence where that cannot be done.

    Encoding, delimiter and the row that names the columns are found in the content unless given; `sheet` names a
    spreadsheet's page (else the first that holds anything). Rows that cannot be read are not an error: they carry
    a `problem`.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind == "parquet":
        return open_parquet(path)
    if kind == "xlsx":
        return open_spreadsheet(path, sheet, header_row)
    if kind == "vcard":
        return open_vcards(path, encoding=encoding)
    return open_delimited(path, encoding=encoding, delimiter=delimiter, header_row=header_row)
