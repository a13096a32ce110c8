"""Large tables written column by column, a block of rows at a time: CSV, spreadsheets, Parquet, in constant memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO, Any, Protocol

from django.utils.translation import gettext

from kehu.kit.tables.sheets import cell_text
from kehu.kit.tables.writers import FORMULA, SHEET_ROWS, guarded, write_cell

RISKY = frozenset((*FORMULA, "'"))


@dataclass(frozen=True)
class Column:
    """A column by its name and the type that all its values share (or None).

    `what` is text, whole, decimal (of `digits` with `places` decimals), float, date, time, yesno or list (of text).
    """

    name: str
    what: str = "text"
    digits: int = 38
    places: int = 0


class Sink(Protocol):
    """Takes blocks of rows as columns; the file is whole once it is closed."""

    def write(self, block: Sequence[Sequence[Any]]) -> None: ...

    def close(self) -> None: ...


class CsvSink:
    """UTF-8 with the mark by which Excel knows it, RFC 4180; no text starts a formula; times as in `zone`."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column], zone: tzinfo) -> None:
        self.file, self.columns, self.zone = file, columns, zone
        self.words = {True: gettext("yes"), False: gettext("no")}
        file.write("\ufeff".encode())
        self._rows([[guarded(column.name) for column in columns]])

    def write(self, block: Sequence[Sequence[Any]]) -> None:
        texts = [self._texts(column.what, values) for column, values in zip(self.columns, block, strict=True)]
        self._rows(zip(*texts, strict=True))

    def close(self) -> None:
        self.file.close()

    def _rows(self, rows: Any) -> None:
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows(rows)
        self.file.write(buffer.getvalue().encode("utf-8", "replace"))

    def _texts(self, what: str, values: Sequence[Any]) -> Sequence[Any]:
        """What the writer of rows writes as it is: it knows numbers, days and None."""
        if what == "text":
            return [guarded(text) if text and text[0] in RISKY else text for text in values]
        if what == "time":
            shown = [local(at, self.zone) if isinstance(at, datetime) else at for at in values]
            return [at.isoformat(" ", "seconds") if isinstance(at, datetime) else at for at in shown]
        if what == "yesno":
            return [None if value is None else self.words[value] for value in values]
        if what == "list":
            return [None if value is None else guarded(", ".join(value)) for value in values]
        if what in {"decimal", "float"}:
            return [None if value is None else cell_text(value) for value in values]
        return values


class XlsxSink:
    """A spreadsheet; when a page of it is full, the next one begins under the same names."""

    def __init__(self, path: Path, columns: Sequence[Column], zone: tzinfo, sheet: str = "") -> None:
        import xlsxwriter

        self.columns, self.zone = columns, zone
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(str(path), options)
        self.bold = self.book.add_format({"bold": True})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._new_page()

    def write(self, block: Sequence[Sequence[Any]]) -> None:
        cells = [
            [None if one is None else _cell(column.what, one, self.zone) for one in values]
            for column, values in zip(self.columns, block, strict=True)
        ]
        for row in zip(*cells, strict=True):
            if self.row == SHEET_ROWS:
                self._new_page()
            for place, value in enumerate(row):
                write_cell(self.page, self.row, place, value, self.day, self.moment)
            self.row += 1

    def close(self) -> None:
        self.book.close()

    def _new_page(self) -> None:
        self.page = self.book.add_worksheet()
        self.page.freeze_panes(1, 0)
        for place, column in enumerate(self.columns):
            width = min(40, max(10, len(column.name.encode("gb18030", "replace")) + 2))
            self.page.set_column(place, place, width)
            self.page.write_string(0, place, column.name, self.bold)
        self.row = 1


class ParquetSink:
    """Parquet with the types of the columns; times are moments that know the zone."""

    def __init__(self, path: Path, columns: Sequence[Column], zone: tzinfo) -> None:
        import pyarrow as pa
        import pyarrow.parquet as parquet

        types = {
            "text": pa.string(), "whole": pa.int64(), "float": pa.float64(), "date": pa.date32(),
            "time": pa.timestamp("us", tz=str(zone)), "yesno": pa.bool_(), "list": pa.list_(pa.string()),
        }  # fmt: skip
        self.schema = pa.schema(
            [
                pa.field(
                    name,
                    pa.decimal128(column.digits, column.places)
                    if column.what == "decimal"
                    else types[column.what],
                )
                for name, column in zip(_apart([column.name for column in columns]), columns, strict=True)
            ]
        )
        self.file = parquet.ParquetWriter(str(path), self.schema, compression="zstd")

    def write(self, block: Sequence[Sequence[Any]]) -> None:
        import pyarrow as pa

        arrays = [_array(values, field.type) for values, field in zip(block, self.schema, strict=True)]
        self.file.write_table(pa.Table.from_arrays(arrays, schema=self.schema))

    def close(self) -> None:
        self.file.close()


def _array(values: Sequence[Any], kind: Any) -> Any:
    """A column of Parquet; moments may come as texts in UTC."""
    import pyarrow as pa
    import pyarrow.compute as compute

    if not pa.types.is_timestamp(kind) or type(next(filter(None, values), None)) is not str:
        return pa.array(values, type=kind)
    try:
        moments = pa.array(values, type=pa.string()).cast(pa.timestamp(kind.unit))
    except pa.ArrowInvalid:  # with an offset, or in a form that only Python reads
        read = [None if text is None else datetime.fromisoformat(text) for text in values]
        known = [at if at is None or at.tzinfo else at.replace(tzinfo=UTC) for at in read]
        return pa.array(known, type=kind)
    return compute.assume_timezone(moments, "UTC").cast(kind)


FORMATS = ("csv", "xlsx", "parquet")


def sink(path: Path, columns: Sequence[Column], *, format: str, zone: tzinfo) -> Sink:
    """The writer of a new file in one of `FORMATS`."""
    if format == "csv":
        return CsvSink(path.open("wb"), columns, zone)
    return XlsxSink(path, columns, zone) if format == "xlsx" else ParquetSink(path, columns, zone)


def local(at: datetime, zone: tzinfo) -> datetime:
    """The moment as a clock in the zone shows it."""
    if at.tzinfo is None:
        return at
    try:
        return at.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # the first and the last day that Python knows
        return at.replace(tzinfo=None)


def _cell(what: str, value: Any, zone: tzinfo) -> Any:
    return local(value, zone) if what == "time" else ", ".join(value) if what == "list" else value


def _apart(names: Sequence[str]) -> list[str]:
    """The names, numbered where two are the same."""
    found: list[str] = []
    for name in names:
        number, free = 1, name
        while free in found:
            number += 1
            free = f"{name} ({number})"
        found.append(free)
    return found
