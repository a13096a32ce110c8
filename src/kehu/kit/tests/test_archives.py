"""Spreadsheets made to exhaust a machine are refused before they are unpacked."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from kehu.kit.tables import TableError, archives, open_table


def packed(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def test_a_sheet_with_one_cell_in_its_last_corner_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "corner.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "z")
    with pytest.raises(TableError, match="too large"):
        open_table(path)


def test_what_unpacks_to_more_than_the_limit_is_refused_though_the_archive_lies_about_it(
    tmp_path: Path,
) -> None:
    path = packed(tmp_path / "bomb.xlsx", **{"xl__worksheets__sheet1.xml": b" " * 3_000_000})
    data = path.read_bytes()
    assert len(data) < 10_000
    lie = data.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 100))
    path.write_bytes(lie)
    with pytest.raises(TableError, match="too large"):
        archives.refuse_unfit(path, unpacked=1_000_000)


def test_a_large_honest_archive_is_refused_by_what_it_says(tmp_path: Path) -> None:
    path = packed(tmp_path / "bomb.xlsx", xl__a=b"0" * 3_000_000)
    with pytest.raises(TableError, match="too large"):
        archives.refuse_unfit(path, unpacked=2_000_000)


def test_an_archive_that_is_no_spreadsheet_or_is_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="compressed"):
        open_table(packed(tmp_path / "a.zip", readme=b"text"))
    path = packed(tmp_path / "cut.xlsx", **{"xl__worksheets__sheet1.xml": bytes(range(256)) * 400})
    data = path.read_bytes()
    path.write_bytes(data[:40] + b"\xff" * 60 + data[100:])
    with pytest.raises(TableError, match="damaged"):
        open_table(path)


def test_a_usual_sheet_passes(tmp_path: Path) -> None:
    path = tmp_path / "usual.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row in range(2_000):
            sheet.write_row(row, 0, [f"name {row} {column}" for column in range(30)])
    assert open_table(path).estimate == 1_999
