"""A running test, looked at as often as one likes: its error holds over all looks together.

The difference of two arms is followed by the normal mixture (mSPRT: Robbins 1970; Johari, Koomen, Pekelis and Walsh,
"Always valid inference", Operations Research 2022), as a confidence sequence for means of any kind (Waudby-Smith,
Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
Statistics 2024). The arms' sizes are followed by a Dirichlet mixture (Lindon and Malek, "Anytime-valid inference for
multinomial count data", 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from kehu.capture.experiments import verdicts

# The sequence rests on the central limit theorem: before so many people an arm, and so many with an outcome in both
# together, it says nothing. Money has longer tails, so it takes more. Tried by simulation (test_looking_daily.py).
FEWEST_PEOPLE, FEWEST_EVENTS, FEWEST_PAYERS = 100, 50, 200
# The bounds are tightest when so many people an arm are in, unless a test has said how many it needs.
PLANNED = 5000
# How closely the mixture of the arms' sizes keeps to the shares that were meant.
CONCENTRATION = 10_000


@dataclass(frozen=True)
class Tally:
    """An arm up to some day: people, those with an outcome, the sum of what they brought and that of its squares.

    For a rate everybody brings 0 or 1, so `total` and `squares` are `events`.
    """

    n: int
    events: int
    total: float
    squares: float

    @classmethod
    def of_rate(cls, n: int, events: int) -> Tally:
        return cls(n, events, events, events)

    @property
    def mean(self) -> float:
        return self.total / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        return max(self.squares / self.n - self.mean**2, 0.0) if self.n else 0.0

    def with_(self, other: Tally) -> Tally:
        return Tally(
            self.n + other.n,
            self.events + other.events,
            self.total + other.total,
            self.squares + other.squares,
        )


@dataclass(frozen=True)
class Look:
    """What one day says: the difference with its interval, which holds for all days at once; `tight` is that at twice
    the error; p so far. Nothing (None) while it is too early to say anything."""

    difference: float
    interval: tuple[float, float] | None
    tight: tuple[float, float] | None
    p: float


@dataclass(frozen=True)
class Course:
    """How an arm fared against another one, day by day. `verdict` is that of the last day: `better`, `worse`, `no
    difference` or `no winner yet`; `decided` the place of the first day on which there was one, else None."""

    looks: tuple[Look, ...]
    verdict: str
    decided: int | None


def follow(
    arm: Sequence[Tally], control: Sequence[Tally], *, alpha: float, planned: int = 0, margin: float = 0.0,
    money: bool = False,
) -> Course:  # fmt: skip
    """Compare an arm with a control on each of the days, tallies up to which are given.

    However often and whenever one looks, a difference is seen where there is none with probability `alpha` at most.
    `planned` people an arm are when the interval is tightest: fixed before the test, as is `margin`, the least
    difference that matters (0: none is too small).
    """
    looks: list[Look] = []
    least, verdict, decided = 1.0, verdicts.NO_WINNER, None
    for place, (one, other) in enumerate(zip(arm, control, strict=True)):
        look = _look(one, other, alpha, planned or PLANNED, least, money)
        looks.append(look)
        least = look.p
        if decided is None and (said := _said(look, alpha, margin)):
            verdict, decided = said, place
    return Course(tuple(looks), verdict, decided)


def _said(look: Look, alpha: float, margin: float) -> str:
    """What a day lets one say; nothing where it decides nothing. Once said it stays said."""
    if look.tight is None:
        return ""
    if look.p < alpha:
        return "better" if look.difference > 0 else "worse"
    inside = margin > 0 and -margin < look.tight[0] and look.tight[1] < margin
    return verdicts.NO_DIFFERENCE if inside else ""


def _look(one: Tally, other: Tally, alpha: float, planned: int, least: float, money: bool) -> Look:
    difference = one.mean - other.mean
    deviation = _deviation(one, other)
    fewest = FEWEST_PAYERS if money else FEWEST_EVENTS
    early = min(one.n, other.n) < FEWEST_PEOPLE or one.events + other.events < fewest
    if early or deviation == 0:
        return Look(difference, None, None, least)
    spread = _spread(one, other, alpha, planned)
    score = difference / deviation
    evidence = score**2 / 2 * spread / (1 + spread) - math.log1p(spread) / 2
    return Look(
        difference,
        _bounds(difference, deviation, spread, alpha),
        _bounds(difference, deviation, spread, 2 * alpha),
        min(least, math.exp(-max(evidence, 0.0))),
    )


def _deviation(one: Tally, other: Tally) -> float:
    """The standard error of the difference: the larger of that with both arms' own variances and that with the common
    one, so that an arm of few people cannot make it too small by chance."""
    apart = one.variance / one.n + other.variance / other.n if one.n and other.n else 0.0
    together = one.with_(other).variance * (1 / one.n + 1 / other.n) if one.n and other.n else 0.0
    return math.sqrt(max(apart, together))


def _spread(one: Tally, other: Tally, alpha: float, planned: int) -> float:
    """The mixture's variance in units of the difference's own. It follows from the numbers of people alone, and makes
    the interval tightest when `planned` people an arm are in (Waudby-Smith et al., appendix)."""
    least = -2 * math.log(alpha)
    at_best = least + math.log(least + 1)
    return at_best * (1 / (1 / one.n + 1 / other.n)) / (planned / 2)


def _bounds(difference: float, deviation: float, spread: float, alpha: float) -> tuple[float, float]:
    reach = deviation * math.sqrt((1 + 1 / spread) * (math.log1p(spread) - 2 * math.log(alpha)))
    return difference - reach, difference + reach


def ratio_course(counts: Sequence[Sequence[int]], shares: Sequence[float]) -> list[float]:
    """How surely the arms are as large as meant, day by day: p that holds over all looks; `counts` up to each day."""
    meant = np.array(shares, float) / sum(shares)
    prior = meant * CONCENTRATION
    found, least = [], 1.0
    for row in counts:
        n = np.array(row, float)
        evidence = (
            gammaln(prior.sum()) - gammaln(prior.sum() + n.sum()) + (gammaln(prior + n) - gammaln(prior)).sum()
            - (n * np.log(meant)).sum()
        )  # fmt: skip
        least = min(least, math.exp(-max(float(evidence), 0.0)))
        found.append(least)
    return found
