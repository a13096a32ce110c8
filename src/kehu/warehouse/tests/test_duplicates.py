"""`kehu duplicates scan`: records and rows that are about the same."""

from __future__ import annotations

import argparse
import json
from itertools import combinations

import pytest

from kehu.core import clock, registry
from kehu.core.access import roles
from kehu.core.cli import system_user
from kehu.core.duplicates.forms import comparable, level
from kehu.core.errors import Refused
from kehu.core.models import Company
from kehu.core.tests.company import make, person
from kehu.warehouse.duplicates import Column, commands, compare, from_records

pytestmark = pytest.mark.django_db

FILE = """Kennung;姓名;Mobile Phone;E-mail;Birthday;Town
a-1;王小明;0912-345-678;wang@example.com;1980-02-03;台北
a-2;王晓明;+886912345678;WANG@example.com;1980-02-03;
b-1;李大同;0922000111;li@example.com;1975-05-06;高雄
c-1;陳麗華;0933000222;chen@example.com;1990-07-08;台北
c-2;陈丽华;;chen@example.com;1990-07-08;台北
c-3;陈丽华;0933 000 222;;1990-07-08;
"""


@pytest.fixture
def scan(capsys):
    """Runs the command; gives what it answers as JSON."""
    Company(pk=1, country="TW").save()
    clock.forget()
    person("boss", roles.ADMINISTRATOR)

    def call(*arguments):
        parser = argparse.ArgumentParser()
        commands.add_commands(parser.add_subparsers())
        options = parser.parse_args(["duplicates", "scan", *map(str, arguments), "--json"])
        assert options.run(options) == 0
        return json.loads(capsys.readouterr().out)

    yield call
    clock.forget()


def grouped(answer):
    return sorted(group["rows"] for group in answer["clusters"])


def test_a_file_is_compared_without_being_imported(scan, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(FILE, encoding="utf-8")
    answer = scan("contact", "--file", path)
    assert answer["rows"] == 6
    assert grouped(answer) == [["a-1", "a-2"], ["c-1", "c-2", "c-3"]]
    first = next(pair for pair in answer["pairs"] if pair["rows"] == ["a-1", "a-2"])
    assert first["lines"] == [2, 3]
    assert {"Mobile Phone", "E-mail"} <= set(first["same"]) and first["near"] == ["姓名"]
    assert all(0.9 <= pair["probability"] <= 1 for pair in answer["pairs"])


def test_columns_may_be_named_and_joined(scan, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("key,x,y,z\n1,Ann,Lee,0912345678\n2,ann,LEE,0912 345 678\n3,Bo,Ma,0912345679\n")
    answer = scan("contact", "--file", path, "--columns", "name=x+y", "phone=z")
    assert answer["columns"][:2] == [{"column": "x + y", "by": "name"}, {"column": "z", "by": "phone"}]
    assert grouped(answer) == [["1", "2"]]


def test_columns_that_number_the_rows_speak_neither_for_nor_against_a_pair(scan, tmp_path):
    rows = [
        (f"{20000 + n}", f"{70000 + n}", "Ann Lee" if n < 2 else f"{chr(65 + n) * 5} {chr(90 - n) * 5}")
        for n in range(20)
    ]
    found = []
    for places in ((0, 1, 2), (2,)):
        path = tmp_path / f"{len(places)}.csv"
        path.write_text(
            "\n".join(",".join(row[at] for at in places) for row in [("no", "serial", "name"), *rows])
        )
        found.append(scan("contact", "--file", path, "--at-least", "0.1")["pairs"])
    assert found[0][0]["rows"] == ["20000", "20001"] and found[1][0]["rows"] == [2, 3]
    assert [[pair["probability"] for pair in pairs] for pairs in found] == [[found[0][0]["probability"]]] * 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("region",), ("lead", "--columns", "name=x"), ("lead", "--at-least", "1"), ("lead", "--at-least", "nan"),
        ("lead", "--as", "nobody"), ("nothing",),
    ],
)  # fmt: skip
def test_what_cannot_be_scanned_is_refused_with_a_sentence(scan, arguments):
    with pytest.raises(Refused):
        scan(*arguments)


@pytest.mark.parametrize("columns", ["name", "name=", "=A", "colour=A", "name=Z"])
def test_columns_that_do_not_fit_are_refused_with_a_sentence(scan, tmp_path, columns):
    path = tmp_path / "rows.csv"
    path.write_text("A,B\nx,y\n")
    with pytest.raises(Refused):
        scan("lead", "--file", path, "--columns", columns)


def test_records_are_compared_among_what_the_user_may_see(scan):
    rep = person("rep", roles.SALES_REP)
    for owner in (rep, rep, None, None):
        make("contact", name="王小明", phone="+886912345678", owner=owner)
    assert len(scan("contact")["pairs"]) == 6
    assert len(scan("contact", "--as", "rep")["pairs"]) == 1


def test_records_are_not_compared_by_what_the_user_may_not_read(scan):
    person("analyst", roles.ANALYST)
    make("contact", name="Ann Lee", phone="+886912345678")
    make("contact", name="Bob Stone", mobile="+886912345678")
    found = scan("contact", "--at-least", "0.3")["pairs"]
    assert [pair["same"] for pair in found] == [["Phone"]]
    answer = scan("contact", "--as", "analyst", "--at-least", "0.001")
    assert answer["pairs"] == [] and [column["by"] for column in answer["columns"]] == ["name"]


def test_the_database_engine_says_of_two_values_what_core_says():
    """`compare` finds only what shares a value: a second column brings every pair together."""
    values = {
        "name": ["王小明", "王晓明", "Ann Lee", "Lee Ann", "Anne Lee", "Bo"],
        "company": ["鼎新電腦有限公司", "鼎新电脑", "Acme Ltd", "Acne"],
        "email": ["a@example.com", "A@example.com", "b@example.com"],
        "text": ["12 Giblin Street East", "13 Giblin Street East", "12 Giblin Street Eats"],
        "code": ["19990101", "19990110", "12", "13", "19991010"],
    }
    for by, written in values.items():
        forms = [comparable(by, value, "TW") for value in written]
        found = compare(
            [Column("", by), Column("", "text")], [(form, "all") for form in forms], at_least=1e-12
        )
        said = {(pair.one, pair.other): pair.levels[0] for pair in found}
        assert said == {(a, b): level(by, forms[a], forms[b]) for a, b in combinations(range(len(forms)), 2)}


def test_records_are_read_in_blocks_so_that_others_write_meanwhile(
    scan, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("kehu.warehouse.duplicates.sources.BLOCK", 2)
    made = [make("contact", name=f"Person {number}").pk for number in range(5)]
    source = from_records(registry.get("contact"), system_user())
    with django_assert_num_queries(4):
        assert len(list(source.rows())) == 5
    assert source.names == made
