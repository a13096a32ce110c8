from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.kit import amounts
from kehu.kit.amounts import format_amount, parse_amount, shorten


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234.50", "1234.5"),
        ("NT$ 3,000", "3000"),
        ("nt$3,000元", "3000"),
        ("TWD 12", "12"),
        ("￥１２，０００．５０", "12000.5"),
        ("７亿", "700000000"),
        ("3億5,000萬", "350000000"),
        ("1.5万", "15000"),
        ("2百万", "2000000"),
        ("12k", "12000"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("(120.25)", "-120.25"),
        ("\u22127", "-7"),
        ("0", "0"),
        (".5", "0.5"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "12,34", "1.234,50", "1.23456", "1e5", "5万3亿", "--", "1 2 x", "9" * 20, "NaN", "∞"],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_amount(text)
    assert str(refusal.value).endswith(".")


@given(
    st.decimals(min_value=-(10**14), max_value=10**14, places=4),
    st.sampled_from(["TWD", "CNY", "EUR", "CHF"]),
)
def test_a_formatted_amount_is_read_back_unchanged(amount: Decimal, currency: str) -> None:
    written = format_amount(amount, currency, "en").replace("CHF ", "")
    assert parse_amount(written) == amount


@given(st.text(max_size=20))
def test_any_text_gives_an_amount_or_a_sentence(text: str) -> None:
    try:
        parse_amount(text)
    except ValueError as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    ("amount", "english", "simplified", "traditional"),
    [
        (700_000_000, "700 M", "7 亿", "7 億"),
        (71_430, "71,430", "71,430", "71,430"),
        (999_999_999, "1 B", "10 亿", "10 億"),
        (99_999_999, "100 M", "1 亿", "1 億"),
        (1_234_567, "1.23 M", "123 万", "123 萬"),
        (12_345_678, "12.3 M", "1,235 万", "1,235 萬"),
        (-4_000_000, "-4 M", "-400 万", "-400 萬"),
        (Decimal("12.5"), "12.5", "12.5", "12.5"),
        (Decimal("6289.3"), "6,289", "6,289", "6,289"),
        (Decimal("-0.001"), "0", "0", "0"),
        (0, "0", "0", "0"),
    ],
)
def test_amounts_are_shortened_in_the_readers_habit(
    amount: Decimal, english: str, simplified: str, traditional: str
) -> None:
    assert shorten(amount, "en") == english
    assert shorten(amount, "zh-hans") == simplified
    assert shorten(amount, "zh-TW") == traditional


def test_currencies_carry_their_sign_and_their_usual_decimals() -> None:
    assert format_amount(Decimal(3000), "TWD", "zh-hant") == "NT$3,000"
    assert format_amount(Decimal("1234.5"), "CNY", "zh-hans") == "¥1,234.50"
    assert format_amount(Decimal("1234.5"), "CNY", "en") == "CN¥1,234.50"
    assert format_amount(Decimal("-2"), "USD", "en") == "-$2.00"
    assert format_amount(Decimal("0.1234"), "CHF", "en") == "CHF 0.1234"


@pytest.mark.parametrize(
    ("samples", "written"),
    [
        (["1,234.56", "7"], "point"),
        (["1.234,56", "1.234"], "comma"),
        (["1 234,56 €", "12"], "comma"),
        (["1\u00a0234\u00a0567,5"], "comma"),
        (["12,5", "1.000"], "comma"),
        (["1.234.567"], "comma"),
        (["1,234,567"], "point"),
        (["1'234.50"], "point"),
        (["１，２３４．５"], "point"),
        (["1,234", "-5", "", "3万"], "point"),
        ([], "point"),
    ],
)
def test_a_column_proves_how_its_numbers_are_written(samples, written):
    assert amounts.evidence(samples) == written


def test_a_column_that_is_written_in_two_ways_is_refused():
    with pytest.raises(ValueError, match="not written in one way"):
        amounts.evidence(["1,234.56", "1.234,56"])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1 234,56 €", "1234.56"),
        ("1.234", "1234"),
        ("-12,5", "-12.5"),
        ("３,5万", "35000"),
    ],
)
def test_a_decimal_comma_is_read_where_the_column_has_it(text, amount):
    assert amounts.parse_amount(text, "comma") == Decimal(amount)


def test_apostrophes_group_thousands_and_an_unknown_way_is_refused():
    assert amounts.parse_amount("1’234’567.50") == Decimal("1234567.50")
    assert amounts.plain_number("1.234,5", "comma") == "1234.5"
    with pytest.raises(ValueError, match="no number format"):
        amounts.parse_amount("1", "roman")
