from __future__ import annotations

import csv

import pytest

from kehu.kit.phones import normalise, readable
from kehu.kit.tests.real_data import real_data


def test_the_published_phone_cases_are_met_exactly() -> None:
    with real_data("18_chinese", "phone_cases.csv").open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    assert len(cases) == 7
    assert {case["text"]: normalise(case["text"], case["region"]) for case in cases} == {
        case["text"]: case["e164"] for case in cases
    }


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("０９１２－３４５－６７８", "TW", "+886912345678"),
        ("+852 5123 4567", "TW", "+85251234567"),
        ("86 138 1234 5678", "CN", "+8613812345678"),
        (" 02-2123-4567 ", "tw", "+886221234567"),
    ],
)
def test_numbers_are_brought_to_the_international_form(text: str, region: str, e164: str) -> None:
    assert normalise(text, region) == e164


@pytest.mark.parametrize("text", ["", "   ", "none", "12", "0912-345-67", "1" * 300, "+", "\x00"])
def test_what_is_no_number_gives_none(text: str) -> None:
    assert normalise(text, "TW") is None


def test_numbers_are_shown_as_people_of_the_region_write_them() -> None:
    assert readable("+886912345678", "TW") == "0912 345 678"
    assert readable("+8613812345678", "TW") == "+86 138 1234 5678"
    assert readable("unknown", "TW") == "unknown"
