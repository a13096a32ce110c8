"""Telephone numbers in their one international form (E.164), and back to what people read.

Recognising a number is the dearest step of an import: results are kept, and equal texts cost once.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=100_000)
def normalise(text: str, region: str) -> str | None:
    """The E.164 form (`+886912345678`) of a number dialled in a region (`TW`); None if it is none."""
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
