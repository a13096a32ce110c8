"""Telephone numbers in their one international form (E.164), and back to what people read.

Recognising a number is the dearest step of an import: results are kept, and equal texts cost once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Mobile numbers as they are written most; everything else goes to the library. A test holds both against each other.
_MOBILE: dict[str, tuple[str, re.Pattern[str] | None]] = {
    "TW": ("+886", re.compile(r"(?:\+886[- ]?|0)(9[0-8]\d)[- ]?(\d{3})[- ]?(\d{3})")),
    "CN": ("+86", re.compile(r"(?:\+86[- ]?)?(1(?:[38]\d|5[0-35-9]))[- ]?(\d{4})[- ]?(\d{4})")),
}


def normalise(text: str, region: str) -> str | None:
    """The E.164 form (`+886912345678`) of a number dialled in a region (`TW`); None if it is none."""
    return mobile(text, region) or _parsed(text, region)


def mobile(text: str, region: str) -> str | None:
    """The E.164 form of a mobile number in one of its usual writings; None says nothing about others."""
    code, pattern = _MOBILE.get(region, ("", None))
    if pattern is not None and text.isascii() and (found := pattern.fullmatch(text)):
        return code + "".join(found.groups())
    return None


@lru_cache(maxsize=20_000)
def _parsed(text: str, region: str) -> str | None:
    import phonenumbers

    written = unicodedata.normalize("NFKC", text).strip()
    if not written:
        return None
    try:
        number = phonenumbers.parse(written, region.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=10_000)
def readable(e164: str, region: str) -> str:
    """As people of the region write it: `0912 345 678` at home, `+86 138 1234 5678` abroad."""
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    at_home = phonenumbers.region_code_for_number(number) == region.upper()
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)
