from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.kit.tables import Row, TableError, open_table
from kehu.kit.tests.real_data import real_files

CHINESE = "姓名,城市,備註\n王小明,臺北市,喜歡藍色的車\n陳美玲,高雄市,下週試乘\n"


def _file(folder: Path, content: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _cells(path: Path) -> list[list[str]]:
    return [row.cells for row in open_table(path)]


ACID = [
    ('first,city\nJohn,"Anytown, WW"', [["John", "Anytown, WW"]]),
    ('a,b,c\r\n1,"",""\r\n2,3,4', [["1", "", ""], ["2", "3", "4"]]),
    ('a,b\n1,"ha ""ha"" ha"\n3,4\n', [["1", 'ha "ha" ha'], ["3", "4"]]),
    ('key,val\n1,"{""type"": [102.0, 0.5]}"\n', [["1", '{"type": [102.0, 0.5]}']]),
    ('a,b\r\n"Once upon \r\na time",5\r\n7,8', [["Once upon \r\na time", "5"], ["7", "8"]]),
    ('a,b\n1,"ha \n""ha"" \nha"\n3,4\n', [["1", 'ha \n"ha" \nha'], ["3", "4"]]),
    ('place,town\n37°36\'37.8"N 17.9"W,Modesto', [['37°36\'37.8"N 17.9"W', "Modesto"]]),
    ("a,b\n4,ʤ", [["4", "ʤ"]]),
]


@pytest.mark.parametrize(("text", "rows"), ACID)
def test_quotations_line_ends_and_signs_are_read_as_the_standard_says(
    tmp_path: Path, text: str, rows: list[list[str]]
) -> None:
    assert _cells(_file(tmp_path, text.encode())) == rows


def test_the_acid_tests_of_csv_spectrum_are_read_as_their_json_says() -> None:
    for path in real_files("19_import_standards", "csv-spectrum", "csvs", "*.csv"):
        expected = json.loads((path.parents[1] / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        table = open_table(path)
        read = [dict(zip(table.header, row.cells, strict=True)) for row in table]
        if path.stem == "location_coordinates":
            # Its JSON was taken from another version of the file: number and place differ, the rest agrees.
            assert list(read[0]) == list(expected)
            assert read[0]["Counties"] == expected["Counties"]
        else:
            assert read == expected, path.stem


def test_the_exports_of_known_systems_open_with_all_their_columns() -> None:
    for path in real_files("19_import_standards", "crm_exports", "*.csv"):
        first = path.read_text(encoding="utf-8-sig").splitlines()[0]
        assert open_table(path).header == tuple(next(csv.reader([first])))


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("gb18030", "gb18030"),
        ("big5", "big5"),
    ],
)
def test_the_encoding_is_found_in_the_content(tmp_path: Path, codec: str, name: str) -> None:
    table = open_table(_file(tmp_path, CHINESE.encode(codec)))
    assert (table.encoding, table.header) == (name, ("姓名", "城市", "備註"))
    assert next(table.rows()) == Row(2, ["王小明", "臺北市", "喜歡藍色的車"])


def test_simplified_text_in_gb18030_is_told_from_big5(tmp_path: Path) -> None:
    text = "姓名,城市\n王小明,上海\n刘伟,重庆\n"
    table = open_table(_file(tmp_path, text.encode("gb18030")))
    assert table.encoding == "gb18030"
    assert table.header == ("姓名", "城市")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_content(tmp_path: Path, delimiter: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows(
        [["name", "price", "note"], ["a", "1,5", "x; y | z"], ["b", "2,5", 'he said "no"\nand left']]
    )
    table = open_table(_file(tmp_path, text.getvalue().encode()))
    assert table.delimiter == delimiter
    assert [row.cells for row in table] == [["a", "1,5", "x; y | z"], ["b", "2,5", 'he said "no"\nand left']]


def test_a_file_of_one_column_and_the_line_that_announces_the_delimiter_are_understood(
    tmp_path: Path,
) -> None:
    assert _cells(_file(tmp_path, b"name\nann\nbob\n")) == [["ann"], ["bob"]]
    table = open_table(_file(tmp_path, b"sep=;\r\na;b\r\n1,2;3\r\n"))
    assert list(table) == [Row(3, ["1,2", "3"])]


def test_encoding_and_delimiter_may_be_given(tmp_path: Path) -> None:
    path = _file(tmp_path, "name;city\nJosé;Köln\n".encode("cp1252"))
    table = open_table(path, encoding="cp1252", delimiter=";")
    assert list(table) == [Row(2, ["José", "Köln"])]
    with pytest.raises(TableError, match="no encoding named"):
        open_table(path, encoding="martian")


def test_ragged_rows_are_reported_and_the_others_read(tmp_path: Path) -> None:
    rows = list(open_table(_file(tmp_path, b"a,b\n1,2\n3\n4,5,6\n\n7,8,,\n")))
    assert [row.number for row in rows] == [2, 3, 4, 6]
    assert rows[0].problem == rows[3].problem == ""
    assert rows[1].problem == "The number of cells (1) is not that of the columns (2)."
    assert rows[2].cells == ["4", "5", "6"]
    assert rows[3].cells == ["7", "8"]


def test_a_row_with_broken_bytes_is_named_with_its_column(tmp_path: Path) -> None:
    lines = CHINESE.encode().splitlines(keepends=True) * 1
    lines[2] = "陳美玲,".encode() + b"\xe9\xab" + ",下週\n".encode()
    rows = list(open_table(_file(tmp_path, b"".join([*lines, "林,台中,好\n".encode()]))))
    assert [row.problem for row in rows] == ["", "Column “城市” holds bytes that are not UTF-8.", ""]
    assert rows[2] == Row(4, ["林", "台中", "好"])


def test_broken_bytes_far_behind_the_start_are_found_too(tmp_path: Path) -> None:
    body = "王小明,臺北市,好\n".encode() * 120_000
    rows = open_table(_file(tmp_path, CHINESE.encode() + body + b"\xff\xfe,x,y\n")).rows()
    assert [row.number for row in rows if row.problem] == [120_004]


def test_a_quotation_that_never_closes_costs_one_row(tmp_path: Path) -> None:
    rows = list(open_table(_file(tmp_path, b'a,b\n1,2\n3,"4\n5,6\n7,8\n')))
    assert [row.cells for row in rows if not row.problem] == [["1", "2"], ["5", "6"], ["7", "8"]]
    assert [(row.number, row.problem) for row in rows if row.problem] == [
        (3, "A quotation mark is opened and never closed.")
    ]


def test_a_zero_character_in_a_cell_is_a_problem_of_its_row(tmp_path: Path) -> None:
    body = b"a,b\n" + b"1,2\n" * 200 + b"x\0,3\n"
    problems = [row for row in open_table(_file(tmp_path, body)) if row.problem]
    assert [(row.number, row.problem) for row in problems] == [(202, "Column “a” holds a zero character.")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n \n,,\n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"a,b,a\n1,2,3\n", "Columns 1 and 3 have the same name, “a”."),
        (
            b"ann,0912345678\nbob,0922333444\n",
            "should name the columns, but it holds values such as “0912345678”",
        ),
        (b"1,2,3\n4,5,6\n", "should name the columns"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"PAR1 not really", "damaged"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"%PDF-1.7", "not a table"),
        (b"<html><table>", "web page"),
        (b"\x00\x01\x02\x03" * 500, "not a text file"),
    ],
)
def test_a_file_without_rows_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(TableError, match=sentence) as refusal:
        open_table(_file(tmp_path, content))
    assert str(refusal.value).endswith(".")


def test_a_missing_file_and_a_missing_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"absent\.csv cannot be opened"):
        open_table(tmp_path / "absent.csv")
    with pytest.raises(TableError, match=r"“phone” is missing\. The file has: a, b") as refusal:
        open_table(_file(tmp_path, b"a,b\n1,2\n")).column("phone")
    assert refusal.value.column == "phone"


def test_three_hundred_columns_are_read_and_unnamed_ones_are_called_by_their_place(tmp_path: Path) -> None:
    names = [f"c{place}" for place in range(300)]
    names[7] = ""
    table = open_table(_file(tmp_path, (",".join(names) + "\n" + ",".join(["x"] * 300) + "\n").encode()))
    assert len(table.header) == len(next(table.rows()).cells) == 300
    assert table.header[7] == "Column 8"


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=3, max_size=3)
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_whatever_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([["one", "two", "three"], *rows])
    path = _file(tmp_path_factory.mktemp("table"), text.getvalue().encode())
    read = list(open_table(path, encoding=None, delimiter=delimiter))
    assert [row.cells for row in read] == [row for row in rows if any(row)]
    assert not any(row.problem for row in read)
