"""How amounts are written and read: grouping, currency signs, 万 and 亿, full-width digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext

DECIMALS = 4
LARGEST = Decimal(2**63 - 1).scaleb(-DECIMALS)

_WITHOUT_CENTS = {"TWD", "JPY", "KRW", "VND"}
_SIGNS = {
    "CNY": "¥",
    "TWD": "NT$",
    "HKD": "HK$",
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "JP¥",
    "SGD": "S$",
}
_UNITS = {
    "en": ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M")),
    "zh-hans": ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")),
    "zh-hant": ((Decimal(10) ** 8, "億"), (Decimal(10) ** 4, "萬")),
}
_SHORTEN_FROM = Decimal(10) ** 6
_FACTORS = {
    "千": 3,
    "k": 3,
    "万": 4,
    "萬": 4,
    "m": 6,
    "百万": 6,
    "百萬": 6,
    "亿": 8,
    "億": 8,
    "b": 9,
}
_CURRENCY = re.compile(
    r"^(?:NT\$|HK\$|US\$|S\$|JP¥|CN¥|[$¥€£]|(?:TWD|NTD|NT|CNY|RMB|HKD|USD|EUR|GBP|JPY|SGD)(?![A-Za-z]))"
    r"|(?:元整?|圆|圓|塊|块|TWD|NTD|CNY|RMB|HKD|USD|EUR|GBP|JPY|SGD|[$¥€£])$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+")
_PART = re.compile(rf"({_NUMBER.pattern})(百[万萬]|[千万萬亿億]|[kmb](?![a-z]))?", re.IGNORECASE)


WRITINGS = ("point", "comma")
_POINT = re.compile(
    r"\d{1,3}(?:[, ']\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}|\d*\.(?:\d{1,2}|\d{4,})|\d{4,}\.\d+|0\.\d+"
)
_COMMA = re.compile(
    r"\d{1,3}(?:[. ']\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d*,(?:\d{1,2}|\d{4,})|\d{4,},\d+|0,\d+"
)
_SWAPPED = str.maketrans(",.", ".,")


def evidence(samples: Iterable[str]) -> str:
    """How a column writes its numbers: `point` (1,234.56) or `comma` (1.234,56); a ValueError where both occur.

    Where nothing proves either (1,234 could be both) it is `point`.
    """
    proofs: dict[str, str] = {}
    for sample in samples:
        for name in WRITINGS:
            if name not in proofs and proves(sample, name):
                proofs[name] = sample.strip()
    if len(proofs) == 2:
        raise ValueError(
            gettext("“%(one)s” and “%(other)s” are not written in one way. Name the format: point or comma.")
            % {"one": proofs["point"], "other": proofs["comma"]}
        )
    return next(iter(proofs), "point")


def proves(text: str, written: str) -> bool:
    """Whether a number can only be written this way, such as 1.234,56 with a decimal comma."""
    found = re.search(r"[\d.,' ]*\d[\d.,]*", _plain(text))
    proof = _COMMA if written == "comma" else _POINT
    return found is not None and proof.fullmatch(found[0].strip()) is not None


def _plain(text: str) -> str:
    """One kind of digit, minus and apostrophe; every blank between thousands is the same."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2019", "'").split())


def plain_number(text: str, written: str | None = None) -> str:
    """A number of a file as Python reads it: without grouping, with a decimal point."""
    bare = _plain(text).translate(_SWAPPED) if written == "comma" else _plain(text)
    return re.sub("[, ']", "", bare)


def parse_amount(text: str, written: str | None = None) -> Decimal:
    """The amount that a person wrote (`1,234.50`, `NT$ 3,000`, `３億5,000萬`, `(120)`); else a ValueError.

    `written` is the column's way: `comma` reads 1.234,50.
    """
    if written not in (None, *WRITINGS):
        raise ValueError(
            gettext("There is no number format “%(name)s”. There are: %(names)s.")
            % {"name": written, "names": ", ".join(WRITINGS)}
        )
    bare = re.sub(r"(?<=\d)'(?=\d{3})", "", _plain(text))
    return _amount(bare.translate(_SWAPPED) if written == "comma" else bare, text.strip())


def _amount(bare: str, shown: str) -> Decimal:
    if not bare:
        raise ValueError(gettext("An amount is missing."))
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1]
    for _round in range(2):
        bare = bare.strip()
        if bare[:1] in ("-", "+"):
            negative, bare = negative != (bare[0] == "-"), bare[1:].strip()
        bare = _CURRENCY.sub("", bare).strip()
    amount = _sum_of_parts("".join(bare.split()))
    if amount is None:
        raise ValueError(
            gettext("“%(text)s” is not an amount. Write it like 1,234.50 or 3 万.") % {"text": shown}
        )
    if amount > LARGEST:
        raise ValueError(gettext("“%(text)s” is too large for an amount.") % {"text": shown})
    if amount != amount.quantize(Decimal(1).scaleb(-DECIMALS)):
        raise ValueError(
            gettext("“%(value)s” has more than %(places)s decimals.") % {"value": shown, "places": DECIMALS}
        )
    return -amount if negative and amount else amount


def _sum_of_parts(bare: str) -> Decimal | None:
    """3亿5000万 → 350,000,000: numbers with falling units, the last one with or without."""
    total, position, power_before = Decimal(0), 0, 99
    while position < len(bare):
        part = _PART.match(bare, position)
        if part is None:
            return None
        power = _FACTORS[part[2].lower()] if part[2] else 0
        if power >= power_before or len(part[1]) > 24:
            return None
        total += Decimal(part[1].replace(",", "")).scaleb(power)
        position, power_before = part.end(), power
    return total if bare else None


def shorten(amount: Decimal | int, language: str) -> str:
    """An amount for a card or an axis in the reader's habit (`700 M`, `7 亿`); under a million in full."""
    amount = Decimal(amount)
    size = abs(amount)
    if _round(size, 0) < _SHORTEN_FROM:
        return _group(amount, 0 if size >= 1000 else 2, strip=True)
    units = _UNITS[_writing(language)]
    chosen = next(((factor, name) for factor, name in units if size >= factor), units[-1])
    places = _places(size / chosen[0])
    larger = units[0]
    if chosen is not larger and _round(size / chosen[0], places) * chosen[0] >= larger[0]:
        chosen, places = larger, 2
    return f"{_group(amount / chosen[0], places, strip=True)} {chosen[1]}"


def format_amount(amount: Decimal | int, currency: str, language: str) -> str:
    """The whole amount with its currency: `NT$3,000`, `¥1,234.50`, `CHF 12.00`."""
    amount = Decimal(amount)
    places = 0 if currency in _WITHOUT_CENTS else 2
    while amount != _round(amount, places) and places < DECIMALS:
        places += 1
    sign = _SIGNS.get(currency, f"{currency} ")
    if currency == "USD" and _writing(language) == "en":
        sign = "$"
    if currency == "CNY" and _writing(language) != "zh-hans":
        sign = "CN¥"
    return f"{'-' if amount < 0 else ''}{sign}{_group(abs(amount), places)}"


def _writing(language: str) -> str:
    tag = language.lower()
    if not tag.startswith("zh"):
        return "en"
    return "zh-hant" if any(mark in tag for mark in ("hant", "tw", "hk", "mo")) else "zh-hans"


def _places(figure: Decimal) -> int:
    """Three figures that count."""
    return 2 if figure < 10 else 1 if figure < 100 else 0


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _group(value: Decimal, places: int, *, strip: bool = False) -> str:
    text = f"{_round(value, places):,f}"
    if strip and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
