"""Exact numbers, and the rounding of a plan that is to be carried out by people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.kit.amounts import parse_amount

LONGEST = 60
# More than three digits of exponent would only keep the machine busy.
EXPONENT = re.compile(r"e[+-]?\d{3,}$", re.IGNORECASE)
Number = int | str | float | Decimal | Fraction


@dataclass(frozen=True)
class Figure:
    """One number of the plan: as computed, and rounded so that the need is covered."""

    exact: Fraction
    rounded: int

    @property
    def decimal(self) -> Decimal:
        """The computed number with at most six decimals."""
        return as_decimal(self.exact)


def exact(value: Number) -> Fraction:
    """The number as it was written: the float 0.07 is 7/100, the text "7 %" too, "7 亿" is 700,000,000.

    Raises `Refused` for anything that is not a finite number, and for more digits than any plan has.
    """
    if isinstance(value, Fraction):
        return value
    text = str(value).strip().replace(",", "").replace("_", "")
    percent = text.endswith(("%", "％"))
    if len(text) > LONGEST or EXPONENT.search(text):
        raise Refused(_("“%(text)s” is not a number.") % {"text": text[:LONGEST]})
    try:
        number = Fraction(text[:-1].strip() if percent else text)
    except (ValueError, ZeroDivisionError):
        number = _as_people_write(text, value)
    return number / 100 if percent else number


def _as_people_write(text: str, value: Number) -> Fraction:
    try:
        return Fraction(parse_amount(text))
    except ValueError:
        raise Refused(_("“%(text)s” is not a number.") % {"text": value}) from None


def as_decimal(value: Fraction, places: int = 6) -> Decimal:
    """The fraction as a `Decimal`, rounded half to even at `places` decimals, without trailing zeros."""
    scaled = round(value * 10**places)
    number = Decimal(scaled).scaleb(-places)
    return number.quantize(Decimal(1)) if value.denominator == 1 else number.normalize()


def ceil_to(value: Fraction, step: int = 1) -> int:
    """The smallest multiple of `step` that covers `value`."""
    return -(-value // step) * step


def apportion(total: int, weights: Sequence[Fraction], step: int = 1) -> list[int]:
    """Split `total` by `weights` into multiples of `step` that sum to it (largest remainder, Hamilton's
    method).

    Equal remainders go to the earlier weight. Should `total` not be a multiple of `step`, the part with the
    largest remainder takes the odd rest. Weights that are all zero give zeros.
    """
    whole = sum(weights, Fraction(0))
    if not whole:
        return [0 for _weight in weights]
    shares = [Fraction(total) * weight / whole for weight in weights]
    parts = [int(share // step) * step for share in shares]
    order = sorted(range(len(shares)), key=lambda i: (parts[i] - shares[i], i))
    missing = total - sum(parts)
    for index in order:
        portion = min(step, missing)
        parts[index] += portion
        missing -= portion
    return parts


def spread(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Split `total` over a row of periods so that every running sum is right to within one half.

    Each period receives the rounded running sum less what came before it: as near as the largest remainder,
    and the expected figure *to date* is right in every week (largest remainders of equal weeks all fall on
    the first).
    """
    whole = sum(weights, Fraction(0))
    if not whole:
        return [0 for _weight in weights]
    parts, running, given = [], Fraction(0), 0
    for weight in weights:
        running += weight
        reached = int((Fraction(total) * running / whole) + Fraction(1, 2))
        parts.append(reached - given)
        given = reached
    return parts
