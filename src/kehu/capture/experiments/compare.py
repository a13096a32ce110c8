"""Two arms against each other, rates or means: the difference, how sure it is, and the arms' sizes."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

# Below this expected count the normal distribution is no longer one: Fisher's exact test answers (Cochran 1954).
FEWEST = 5


@dataclass(frozen=True)
class Difference:
    """What an arm has more than the control, with its interval; `tight` is the interval at twice the error, by which
    two one-sided tests ask whether the difference matters at all.

    `score` is z of rates, t of means: its size, without a sign. `p` is two-sided. Both are None where nothing varies.
    """

    difference: float
    interval: tuple[float, float]
    tight: tuple[float, float]
    score: float | None
    p: float | None
    method: str


def wilson(count: int, n: int, alpha: float) -> tuple[float, float]:
    """The interval of a rate (Wilson 1927)."""
    found = stats.binomtest(count, n).proportion_ci(1 - alpha, method="wilson")
    return float(found.low), float(found.high)


def rates(count: int, n: int, control: int, of: int, alpha: float) -> Difference:
    """An arm's rate against the control's: z with the pooled rate, Newcombe's interval (1998, method 10).

    Where fewer than five are expected in a cell, p is Fisher's.
    """
    table = np.array([[count, n - count], [control, of - control]])
    difference = count / n - control / of
    score = p = None
    method = "z"
    if table.sum(axis=0).all():
        tested = stats.chi2_contingency(table, correction=False)
        score, p = math.sqrt(tested.statistic), float(tested.pvalue)
        if tested.expected_freq.min() < FEWEST:
            p, method = float(stats.fisher_exact(table).pvalue), "fisher"
    return Difference(
        difference, _newcombe(count, n, control, of, alpha), _newcombe(count, n, control, of, 2 * alpha),
        score, p, method,
    )  # fmt: skip


def _newcombe(count: int, n: int, control: int, of: int, alpha: float) -> tuple[float, float]:
    rate, base = count / n, control / of
    low, high = wilson(count, n, alpha)
    base_low, base_high = wilson(control, of, alpha)
    middle = rate - base
    return (
        middle - math.hypot(rate - low, base_high - base),
        middle + math.hypot(high - rate, base - base_low),
    )


def means(values: np.ndarray, control: np.ndarray, alpha: float) -> Difference:
    """An arm's mean against the control's by Welch's t-test, which takes no two spreads for equal."""
    difference = float(values.mean() - control.mean())
    if min(len(values), len(control)) < 2 or values.std() == control.std() == 0:
        return Difference(difference, (-math.inf, math.inf), (-math.inf, math.inf), None, None, "welch")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # nearly equal amounts lose digits: the answer says so itself
        tested = stats.ttest_ind(values, control, equal_var=False)
        wide, tight = tested.confidence_interval(1 - alpha), tested.confidence_interval(1 - 2 * alpha)
    return Difference(
        difference, (float(wide.low), float(wide.high)), (float(tight.low), float(tight.high)),
        abs(float(tested.statistic)), float(tested.pvalue), "welch",
    )  # fmt: skip


def sample_ratio(counts: Sequence[int], shares: Sequence[float]) -> float:
    """How likely arms of such sizes are where people were meant to be split by `shares`: p of a chi-square test."""
    expected = np.array(shares, float) / sum(shares) * sum(counts)
    return float(stats.chisquare(counts, expected).pvalue)


def holm(values: Sequence[float | None]) -> list[float | None]:
    """The values of p made safe for being several (Holm 1979), each in its place."""
    order = sorted((p, place) for place, p in enumerate(values) if p is not None)
    safe: list[float | None] = [None] * len(values)
    least = 0.0
    for passed, (p, place) in enumerate(order):
        least = max(least, min(1.0, p * (len(order) - passed)))
        safe[place] = least
    return safe
