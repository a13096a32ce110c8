"""Spreadsheets made to exhaust a machine are refused before they are unpacked."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter

from kehu.kit.tables import TableError, apart, archives, open_table, sheets


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


def repeating(path: Path, text: str, rows: int, *, before: str = "") -> Path:
    """A spreadsheet that holds a text once and names it in many cells."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    linked = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{min(row - 1, 1)}</v></c></row>' for row in range(1, rows + 2)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{linked}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{linked}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{linked}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{linked}">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/sharedStrings.xml": f'{before}<sst xmlns="{main}"><si><t>name</t></si><si><t>{text}</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_one_text_in_many_cells_is_read_as_long_as_that_takes_no_more_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [row.cells for row in open_table(repeating(tmp_path / "a.xlsx", "x", 3)).rows()] == [["x"]] * 3
    path = repeating(tmp_path / "b.xlsx", "x" * 1_000_000, 3_000)
    assert path.stat().st_size < 50_000
    monkeypatch.setattr(apart, "MEMORY", 1 << 30)
    with pytest.raises(TableError, match="too large"):
        open_table(path)


def test_a_sheet_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.01)
    with pytest.raises(TableError, match="too large"):
        open_table(repeating(tmp_path / "a.xlsx", "x", 3))


def test_no_spreadsheet_reads_another_file_of_the_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    entity = f'<!DOCTYPE sst [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    path = repeating(tmp_path / "a.xlsx", "&e;", 3, before=entity)
    try:
        read = [cell for row in open_table(path).rows() for cell in row.cells]
    except TableError:
        read = []
    assert not any("secret" in cell for cell in read)


def test_a_text_that_parquet_keeps_once_for_many_rows_is_not_made_many_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    once = pyarrow.DictionaryArray.from_arrays([0] * 5_000, ["x" * 200_000])
    pyarrow.parquet.write_table(pyarrow.table({"name": once}), path, compression="zstd", store_schema=False)
    assert path.stat().st_size < 10_000
    rows = open_table(path).rows()
    assert next(iter(rows)).cells == ["x" * 200_000]
    assert pyarrow.total_allocated_bytes() < 200_000_000


def test_a_parquet_file_that_says_it_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"name": ["a", "b"]}), path)
    monkeypatch.setattr(sheets, "UNPACKED_LIMIT", 10)
    with pytest.raises(TableError, match="too large"):
        open_table(path)
