from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter

from kehu.kit.tables import Row, TableError, csv_lines, open_table, write_csv, write_xlsx

TAIPEI = ZoneInfo("Asia/Taipei")
HEADER = ["name", "phone", "amount", "day", "moment", "yes", "none"]
VALUES = [
    "王小明",
    "0912345678",
    Decimal("12.5"),
    date(2010, 8, 31),
    datetime(2010, 8, 31, 9, 5, tzinfo=UTC),
    True,
    None,
]
READ = ["王小明", "0912345678", "12.5", "2010-08-31", "2010-08-31 17:05:00", "true", ""]


def test_a_spreadsheet_named_csv_is_read_as_what_it_is(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "people.csv", HEADER, [VALUES], zone=TAIPEI)
    table = open_table(tmp_path / "people.csv")
    assert (table.kind, table.header, table.estimate) == ("xlsx", tuple(HEADER), 1)
    assert list(table) == [Row(2, READ)] == list(table.rows())


def test_a_written_csv_file_is_read_back_and_carries_the_mark_for_excel(tmp_path: Path) -> None:
    write_csv(tmp_path / "people.txt", HEADER, [VALUES], zone=TAIPEI)
    assert (tmp_path / "people.txt").read_bytes().startswith(b"\xef\xbb\xbfname,phone")
    assert list(open_table(tmp_path / "people.txt")) == [Row(2, READ)]


def test_long_exports_come_in_pieces() -> None:
    pieces = list(csv_lines(["a"], ([number] for number in range(1200)), bom=False))
    assert len(pieces) == 3
    assert b"".join(pieces).split() == [b"a", *(b"%d" % number for number in range(1200))]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1"])
def test_no_cell_becomes_a_formula(text: str) -> None:
    target = io.BytesIO()
    write_csv(target, ["a"], [[text]], bom=False)
    assert b"'" + text.encode() in target.getvalue()


def test_numbers_and_phones_that_begin_with_a_sign_stay_as_they_are() -> None:
    target = io.BytesIO()
    write_csv(target, ["a", "b", "c"], [["-12.5", "+886912345678", Decimal("-3")]], bom=False)
    assert target.getvalue() == b"a,b,c\r\n-12.5,+886912345678,-3\r\n"


def test_formulas_and_numbers_too_long_for_a_spreadsheet_are_written_as_text(tmp_path: Path) -> None:
    row = ["=1+1", 12345678901234567, "https://example.com", float("inf")]
    write_xlsx(tmp_path / "a.xlsx", ["a", "b", "c", "d"], [row])
    assert next(open_table(tmp_path / "a.xlsx").rows()).cells == ["=1+1", "12345678901234567", row[2], "inf"]


def test_a_text_longer_than_a_spreadsheet_cell_is_refused_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Row 2 holds a text too long"):
        write_xlsx(tmp_path / "a.xlsx", ["a"], [["x" * 40_000]])


def test_row_numbers_are_those_of_the_spreadsheet_and_errors_in_cells_are_problems(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("Empty")
        page = book.add_worksheet("People")
        page.write_row(2, 0, ["name", "ratio"])
        page.write(3, 0, "ann")
        page.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        page.write_row(5, 0, ["bob", 2, "beyond"])
        page.write_row(6, 0, ["cid", 0.5])
    rows = list(open_table(tmp_path / "a.xlsx"))
    assert [(row.number, row.problem) for row in rows] == [
        (4, "Column “ratio” holds an error of the spreadsheet."),
        (6, "The number of cells (3) is not that of the columns (2)."),
        (7, ""),
    ]
    assert rows[2].cells == ["cid", "0.5"]
    with pytest.raises(TableError, match="The file has: Empty, People"):
        open_table(tmp_path / "a.xlsx", sheet="Nobody")
    with pytest.raises(TableError, match="empty"):
        open_table(tmp_path / "a.xlsx", sheet="Empty")


def test_parquet_files_give_text_that_column_readers_understand(tmp_path: Path) -> None:
    columns = {
        "name": ["王小明", None],
        "count": [1, 2],
        "ratio": [0.25, float("nan")],
        "whole": [3.0, None],
        "amount": [Decimal("12.50"), None],
        "day": [date(2010, 8, 31), None],
        "moment": [datetime(2010, 8, 31, 9, 5, tzinfo=UTC), None],
        "tags": [["a", "b"], None],
        "yes": [True, False],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.csv")
    table = open_table(tmp_path / "a.csv")
    assert (table.kind, table.header, table.estimate) == ("parquet", tuple(columns), 2)
    assert list(table) == [
        Row(
            2,
            [
                "王小明",
                "1",
                "0.25",
                "3",
                "12.50",
                "2010-08-31",
                "2010-08-31 09:05:00+00:00",
                "a, b",
                "true",
            ],
        ),
        Row(3, ["", "2", "", "", "", "", "", "", "false"]),
    ]
