"""Files as they come: a sentence with row and column, the good rows in, the bad ones in the error file."""

from __future__ import annotations

from decimal import Decimal

import pytest
import xlsxwriter

from kehu.core.errors import Refused
from kehu.core.models import Batch, ImportRun, User
from kehu.core.tests.company import person
from kehu.core.tests.files import HEADER, SPEND, counts, load, market, problems, spend

pytestmark = pytest.mark.django_db
GOOD = "good,ixx,web,2010-08-31,10,fine"


@pytest.fixture
def by() -> User:
    market()
    return person("admin")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "spend.csv"


def nothing_was_written() -> bool:
    return not (spend().model.everything.exists() or ImportRun.objects.exists() or Batch.objects.exists())


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("x,ixx,web,31st of May,1,", "day: “31st of May”"),
        ("x,ixx,web,2010-02-30,1,", "day: "),
        ("x,ixx,web,2010-08-31,much,", "amount: “much”"),
        ("x,ixx,web,2010-08-31,-5,", "Spend cannot be negative."),
        ("x,ixx,web,2010-08-31,,", "amount: is empty, but needed."),
        ("x,ixx,web,,1,", "day: is empty, but needed."),
        ("x,nothing,web,2010-08-31,1,", "campaign: there is no Campaign “nothing”."),
        ("good,ixx,web,2010-08-31,1,", "key: row 2 has the same key, “good”."),
        (",ixx,web,2010-08-31,1,", "key: the key is empty."),
        ("x,ixx,web,2010-08-31,1,a,b,c", ""),
        (f"x,ixx,web,2010-08-31,1,{'long' * 200}", "note: "),
        ("x,ixx,web,2010-08-31,99999999999999999999999999,", "amount: "),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_the_good_ones_come_in(by, file, row, sentence):
    file.write_text(f"{HEADER}\n{GOOD}\n{row}\n", encoding="utf-8")
    run = load(file, by)
    assert counts(run) == (2, 1, 0, 0, 1)
    assert [line.external_key for line in spend().model.objects.all()] == ["good"]
    [(number, problem)] = problems(file)
    assert number == "3"
    assert sentence in problem


def test_the_error_file_can_be_corrected_and_imported_again(by, file):
    file.write_text(f"{HEADER}\n{GOOD}\nx,ixx,web,never,7,\n", encoding="utf-8")
    load(file, by)
    errors = file.with_suffix(".errors")
    again = file.with_name("again.csv")
    again.write_text(errors.read_text(encoding="utf-8-sig").replace("never", "2010-08-31"), encoding="utf-8")
    assert counts(load(again, by)) == (1, 1, 0, 0, 0)


def test_formulas_are_disarmed_in_the_error_file(by, file):
    file.write_text(f"{HEADER}\nx,ixx,web,never,7,=cmd()\n", encoding="utf-8")
    load(file, by)
    assert ",=cmd()" not in file.with_suffix(".errors").read_text(encoding="utf-8-sig")


def test_no_sentence_of_the_error_file_begins_with_a_formula_that_a_heading_holds(by, file):
    file.write_text("=cmd()|x,name\n,Bad\n", encoding="utf-8")
    fields = {"code": {"column": "=cmd()|x"}, "name": {"column": "name"}}
    load(file, by, mapping={"fields": fields}, kind="region")
    [(_number, problem)] = problems(file)
    assert problem.startswith("'=cmd()|x: ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_usual_encodings_are_understood(by, file, encoding):
    file.write_bytes(f"{HEADER}\nx,ixx,web,2010-08-31,1,广告\n".encode(encoding))
    load(file, by)
    assert spend().model.objects.get().note == "广告"


def test_broken_encoding_costs_its_row_only_or_is_refused_as_a_whole(by, file):
    file.write_bytes(f"{HEADER}\n{GOOD}\nx,ixx,web,2010-08-31,1,".encode() + b"\xff\xfe\xe5\n")
    try:
        run = load(file, by, mapping={**SPEND, "file": {"encoding": "utf-8"}})
    except Refused as refusal:
        assert "Row 3" in str(refusal)
        assert nothing_was_written()
    else:
        assert counts(run) == (2, 1, 0, 0, 1)
        assert problems(file)[0][0] == "3"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(by, file, content):
    file.write_bytes(content)
    with pytest.raises(Refused, match="empty"):
        load(file, by)
    assert nothing_was_written()


def test_a_missing_column_is_named_with_those_there_are(by, file):
    file.write_text("key,campaign,channel,date,amount,note\n", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        load(file, by)
    assert "“day”" in str(refusal.value)
    assert "date" in str(refusal.value)
    assert nothing_was_written()


def test_three_hundred_columns_are_no_trouble(by, file):
    more = [f"extra{number}" for number in range(300)]
    file.write_text(f"{HEADER},{','.join(more)}\n{GOOD},{','.join(more)}\n", encoding="utf-8")
    assert counts(load(file, by)) == (1, 1, 0, 0, 0)


def test_a_spreadsheet_named_csv_is_read_as_what_it_is(by, file):
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["x", "ixx", "web", "2010-08-31", 12.5, "from a sheet"])
        sheet.write_row(2, 0, ["y", "ixx", "web", "never", 1, ""])
    run = load(file, by)
    assert counts(run) == (2, 1, 0, 0, 1)
    assert spend().model.objects.get().amount == Decimal("12.5")
    assert problems(file)[0][0] == "3"


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04broken", b"\x1f\x8b\x08\x00rest", b"%PDF-1.7", b"\x00\x01\x02" * 50]
)
def test_what_is_no_table_is_refused_with_a_sentence(by, file, content):
    file.write_bytes(content)
    with pytest.raises(Refused):
        load(file, by)
    assert nothing_was_written()


def test_a_file_that_is_not_there_is_refused(by, file):
    with pytest.raises((Refused, FileNotFoundError)):
        load(file, by)
    assert nothing_was_written()
