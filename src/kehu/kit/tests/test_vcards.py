"""Address cards of every version as rows of a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from kehu.kit.tables import Table, TableError, open_table
from kehu.kit.tests.real_data import real_files


def opened(folder: Path, content: str | bytes) -> Table:
    path = folder / "cards.csv"  # the name says nothing
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_table(path)


def read(table: Table) -> list[dict[str, str]]:
    return [{k: v for k, v in zip(table.header, row.cells, strict=True) if v} for row in table]


OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B;=E5=B0=8F=\r\n=E6=98=8E;;;\r\n"
    "TEL;CELL;PREF:0912-345-678\r\nTEL;WORK;FAX:02-1234\r\nTEL;HOME:02-5678\r\n"
    "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r\n SkZJRgAB\r\n AQ==\r\n\r\n"
    "ORG:Kehu\\; Co;Sales;North\r\nEND:VCARD\r\n"
)


def test_a_card_of_version_2_1_is_read_with_its_coded_chinese(tmp_path: Path) -> None:
    [card] = read(opened(tmp_path, OLD))
    assert card == {
        "Full name": "王小明", "Last name": "王", "First name": "小明", "Company": "Kehu; Co",
        "Department": "Sales / North", "Mobile": "0912-345-678", "Phone": "02-5678", "Fax": "02-1234",
    }  # fmt: skip


def test_a_card_in_gb2312_says_so_itself(tmp_path: Path) -> None:
    coded = "=" + "=".join(f"{byte:02X}" for byte in "刘伟".encode("gb2312"))
    text = f"BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:{coded}\nEND:VCARD\n"
    assert read(opened(tmp_path, text)) == [{"Full name": "刘伟"}]


def test_lines_are_unfolded_and_escapes_undone(tmp_path: Path) -> None:
    text = (
        "begin:vcard\nVERSION:3.0\nFN:Ann\n  Lee\nitem1.EMAIL;TYPE=INTERNET,PREF:two@x.test\n"
        "EMAIL:one@x.test\nNOTE:first\\nsecond\\, third\nADR;TYPE=WORK:;;1 Long\n  Street;Taipei;;100;Taiwan\n"
        "end:vcard\n"
    )
    [card] = read(opened(tmp_path, text))
    assert (card["Full name"], card["Note"]) == ("Ann Lee", "first\nsecond, third")
    assert (card["E-mail"], card["E-mail 2"]) == ("two@x.test", "one@x.test")
    assert (card["Address"], card["City"]) == ("1 Long Street, Taipei, 100, Taiwan", "Taipei")


def test_many_cards_are_rows_numbered_as_they_come_and_a_broken_one_costs_itself_only(tmp_path: Path) -> None:
    good = "BEGIN:VCARD\nVERSION:4.0\nFN:{}\nTEL;VALUE=uri;PREF=1:tel:+1-418-656-9254;ext=102\nEND:VCARD\n"
    text = (
        good.format("One")
        + "BEGIN:VCARD\nFN:Two\n"
        + good.format("Three")
        + "BEGIN:VCARD\nnothing\nFN:Four\nEND:VCARD"
    )
    table = opened(tmp_path, text)
    assert [(row.number, bool(row.problem)) for row in table] == [
        (1, False),
        (2, True),
        (3, False),
        (4, True),
    ]
    assert read(table)[0]["Phone"] == "+1-418-656-9254 ext. 102"
    assert table.estimate == 4


def test_a_card_inside_a_card_and_a_line_without_end_do_no_harm(tmp_path: Path) -> None:
    agent = "BEGIN:VCARD\nFN:Boss\nAGENT:\nBEGIN:VCARD\nFN:Assistant\nEND:VCARD\nTITLE:CEO\nEND:VCARD\n"
    assert read(opened(tmp_path, agent)) == [{"Full name": "Boss", "Job title": "CEO"}]
    endless = "BEGIN:VCARD\nFN:" + "x" * 3_000_000 + "\nEND:VCARD\n"
    assert len(read(opened(tmp_path, endless))[0]["Full name"]) <= 1 << 20


def test_cards_that_say_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no address card"):
        opened(tmp_path, "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n")


def test_published_cards_are_read_with_their_names_addresses_and_numbers() -> None:
    files = {path.name: open_table(path) for path in real_files("19_import_standards", "vcard", "*.vcf")}
    if not files:
        pytest.skip("The published cards are not there: set KEHU_REAL_DATA to read them.")
    names = {name: [row["Full name"] for row in read(table)] for name, table in files.items()}
    assert names == {
        "John_Doe_GMAIL.vcf": ["Mr. John Richter, James Doe Sr."],
        "gmail-list.vcf": ["Arnold Smith", "Chris Beatle", "Doug White"],
        "rfc2426-example.vcf": ["Frank Dawson", "Tim Howes"],
        "rfc6350-example.vcf": ["Simon Perreault"],
    }
    [simon] = read(files["rfc6350-example.vcf"])
    assert (simon["Mobile"], simon["City"], simon["Last name"]) == ("+1-418-262-6501", "Quebec", "Perreault")
    assert read(files["rfc2426-example.vcf"])[0]["E-mail"] == "Frank_Dawson@Lotus.com"
    assert not any(row.problem for table in files.values() for row in table)


def test_published_calendars_are_refused_as_no_table() -> None:
    files = real_files("19_import_standards", "ics", "*")
    if not files:
        pytest.skip("The published calendars are not there: set KEHU_REAL_DATA to read them.")
    for path in files:
        with pytest.raises(TableError, match=r"not a table|is empty|not a text file"):
            open_table(path)
