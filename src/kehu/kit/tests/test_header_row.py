"""The row that names the columns, with whatever a report puts before it."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from kehu.kit.tables import Row, TableError, open_table

REPORT = (
    'Campaign performance\n"January 1, 2024 - January 31, 2024"\n\nCampaign,Clicks,Impr.,Cost\n'
    'Spring,10,"1,200",30.5\nAutumn,20,900,12\n'
)


def written(folder: Path, content: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_lines_before_the_table_are_passed_over_and_told(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, REPORT))
    assert table.header == ("Campaign", "Clicks", "Impr.", "Cost")
    assert table.header_row == 4
    assert "2 rows before it are left out" in table.evidence["header_row"]
    assert next(table.rows()) == Row(5, ["Spring", "10", "1,200", "30.5"])


def test_a_sheet_with_a_title_above_its_table_is_read_from_the_table_on(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("客戶")
        sheet.write(0, 0, "客戶清單")
        sheet.write_row(2, 0, ["姓名", "電話", "城市"])
        sheet.write_row(3, 0, ["王小明", "0912345678", "臺北"])
    table = open_table(path)
    assert (table.kind, table.header, table.header_row) == ("xlsx", ("姓名", "電話", "城市"), 3)
    assert (table.sheet, table.sheets) == ("客戶", ("客戶",))
    assert [row.number for row in table] == [4]


def test_a_short_first_row_that_is_the_header_stays_the_header(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "name,city\nAnn,Berlin,1,2\nBob,Bonn\nCy,Ulm\n"))
    assert table.header_row == 1
    assert [bool(row.problem) for row in table] == [True, False, False]


def test_a_row_may_be_named_as_the_header(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\nname,city\nAnn,Berlin\n")
    assert open_table(path, header_row=2).header == ("name", "city")
    with pytest.raises(TableError, match="Row 9 is empty"):
        open_table(path, header_row=9)


@pytest.mark.parametrize("name", ["undefined", "idna", "hex", "a\0b", "unicode_escape"])
def test_an_encoding_of_nobody_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TableError, match="no encoding named"):
        open_table(written(tmp_path, "a,b\n1,2\n"), encoding=name)


@pytest.mark.parametrize("delimiter", ["", "ab", "\n", '"'])
def test_a_delimiter_is_one_character(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(TableError, match="one character"):
        open_table(written(tmp_path, "a,b\n1,2\n"), delimiter=delimiter)


def test_json_is_told_from_a_table(tmp_path: Path) -> None:
    for text in ('[{"a": 1}]', '{"a": 1}', '[\n["vcalendar"]]'):
        with pytest.raises(TableError, match="not a table"):
            open_table(written(tmp_path, text))
