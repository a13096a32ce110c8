"""Opening a file as its mapping says, with the reader's sentence where that cannot be done."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.core.imports.values import Mapping
from kehu.kit.tables import Table, TableError, open_table


def opened(path: Path, mapping: Mapping | None = None) -> Table:
    """The file as a table, read as the mapping says; Refused with a sentence where it is none."""
    mapping = mapping or Mapping({})
    try:
        return open_table(
            path,
            encoding=mapping.encoding or None,
            delimiter=mapping.delimiter or None,
            sheet=mapping.sheet or None,
            header_row=mapping.header_row or None,
        )
    except TableError as error:
        raise Refused(_place(error)) from error


def check_columns(table: Table, mapping: Mapping) -> None:
    try:
        for column in mapping.columns:
            table.column(column)
    except TableError as error:
        raise Refused(error.message) from error


def _place(error: TableError) -> str:
    if error.row and error.column:
        return _("Row %(row)s, column “%(column)s”: %(why)s") % {
            "row": error.row, "column": error.column, "why": error.message,
        }  # fmt: skip
    if error.row:
        return _("Row %(row)s: %(why)s") % {"row": error.row, "why": error.message}
    return error.message
