"""How many people a test needs before it can tell anything."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from scipy.stats import norm

from kehu.core.errors import Refused

LARGEST = 10**12


@dataclass(frozen=True)
class Size:
    """People per arm by two methods that are stated with their answers; `alpha` is that of one comparison."""

    base: float
    target: float
    power: float
    alpha: float
    arms: int
    arcsine: int
    miller: int


def needed(*, base: float, lift: float, power: float = 0.8, alpha: float = 0.05, arms: int = 2) -> Size:
    """People per arm to see a difference of `lift` (absolute) from the rate `base`, both between 0 and 1.

    `alpha` is the two-sided error of the whole test: with more than two arms each of the comparisons with the control
    gets an equal part of it (Bonferroni). Refused with a sentence where no test answers that.
    """
    _check(base, lift, power, alpha, arms)
    each = alpha / (arms - 1)
    return Size(
        base,
        base + lift,
        power,
        each,
        arms,
        arcsine(base, base + lift, power, each),
        miller(base, lift, power, each),
    )


def arcsine(base: float, target: float, power: float, alpha: float) -> int:
    """By Cohen's h, the difference of the arcsines of the rates' roots, rounded up (Cohen 1988, ch. 6; statsmodels' and
    R's `pwr` answer)."""
    h = 2 * math.asin(math.sqrt(target)) - 2 * math.asin(math.sqrt(base))
    return _whole(2 * ((norm.isf(alpha / 2) + norm.ppf(power)) / h) ** 2, up=True)


def miller(base: float, lift: float, power: float, alpha: float) -> int:
    """As Evan Miller's page (evanmiller.org/ab-testing/sample-size.html) answers: variances of both rates, rates
    above a half mirrored, rounded to the nearest."""
    rate = 1 - base if base > 0.5 else base
    other = rate + lift
    if not 0 <= other <= 1:
        other = rate - lift  # mirrored past the end: the way back is as far
    null, alternative = math.sqrt(2 * rate * (1 - rate)), math.sqrt(rate * (1 - rate) + other * (1 - other))
    return _whole(((norm.isf(alpha / 2) * null + norm.ppf(power) * alternative) / lift) ** 2, up=False)


def for_means(*, deviation: float, difference: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """People per arm to see a difference of means, such as money per person, that spread by `deviation`."""
    if deviation <= 0 or difference == 0:
        return 0
    return _whole(2 * ((norm.isf(alpha / 2) + norm.ppf(power)) * deviation / difference) ** 2, up=True)


def _whole(number: float, *, up: bool) -> int:
    if not math.isfinite(number) or number > LARGEST:
        raise Refused(_("The difference is too small: no test is large enough to see it."))
    return max(1, math.ceil(number) if up else round(number))


def _check(base: float, lift: float, power: float, alpha: float, arms: int) -> None:
    if not 0 < base < 1:
        raise Refused(
            _("The rate lies between 0 and 1: 0.13 for thirteen in a hundred."), fields={"base": str(base)}
        )
    if lift == 0 or not 0 < base + lift < 1:
        raise Refused(
            _("The lift is the difference that matters, in points of the rate: with 0.02 a rate of 0.13 becomes 0.15. "
              "The rate stays between 0 and 1 with it."),
            fields={"lift": str(lift)},
        )  # fmt: skip
    if not 0 < alpha < 0.5:
        raise Refused(
            _("The error (alpha) lies between 0 and 0.5; 0.05 is usual."), fields={"alpha": str(alpha)}
        )
    if not 0.5 <= power < 1:
        raise Refused(_("The power lies between 0.5 and 1; 0.8 is usual."), fields={"power": str(power)})
    if not 2 <= arms <= 20:
        raise Refused(_("A test has two to twenty arms."), fields={"arms": str(arms)})
