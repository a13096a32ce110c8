from __future__ import annotations

import csv
import random

import pytest

from kehu.kit import phones
from kehu.kit.phones import normalise, readable
from kehu.kit.tests.real_data import real_files

CASES = [
    ("138 1234 5678", "CN", "+8613812345678"),
    ("010-6552 9988", "CN", "+861065529988"),
    ("+86 (0)21 5888 8888", "CN", "+862158888888"),
    ("0912-345-678", "TW", "+886912345678"),
    ("(02)2123-4567", "TW", "+886221234567"),
    ("５１２３ ４５６７", "HK", "+85251234567"),
    ("400-820-8820", "CN", "+864008208820"),
]


def test_the_published_phone_cases_are_met_exactly() -> None:
    cases = set(CASES)
    for path in real_files("18_chinese", "phone_cases.csv"):
        with path.open(encoding="utf-8") as file:
            cases |= {(row["text"], row["region"], row["e164"]) for row in csv.DictReader(file)}
    assert {(text, region, normalise(text, region)) for text, region, _e164 in cases} == cases


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


@pytest.mark.parametrize("region", ["TW", "CN"])
def test_mobile_numbers_known_by_their_form_are_what_the_library_makes_of_them(region):
    chance = random.Random(1)
    starts = {"TW": ("09", "+8869", "+886 9", "+886-9"), "CN": ("1", "+861", "+86 1")}[region]
    groups = {"TW": (2, 3, 3), "CN": (2, 4, 4)}[region]
    known = 0
    for _time in range(4000):
        digits = ["".join(chance.choice("0123456789") for _digit in range(size)) for size in groups]
        written = chance.choice(starts) + chance.choice(["", "-", " "]).join(digits)
        if found := phones.mobile(written, region):
            known += 1
            assert found == phones._parsed(written, region), written
    assert known > 1000
