"""The model: points for what each column says, added up. Plain Python, so that a score costs no heavy import."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kehu.leads.predictive.columns import Column

REASONS = 5
# Less than this in the odds (a fifth of a per cent) is no reason worth a line.
WORTH_NAMING = 0.02


@dataclass(frozen=True)
class Reason:
    """What one column adds: the odds are multiplied by `factor`, against those of the average lead."""

    column: str
    value: str
    points: float

    @property
    def factor(self) -> float:
        return math.exp(self.points)


@dataclass(frozen=True)
class Scored:
    """Probability, decile (1 is the best tenth of what the model was tried on) and the strongest reasons."""

    probability: float
    decile: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Scorecard:
    """Points by column and bin, in the logarithm of the odds, zero being the average of the rows learned from.

    `cuts` are the probabilities that part the deciles, falling; `shares` how the rows learned from spread over the
    bins, by which drift is told. `card` is what is told about the model: see `training`.
    """

    columns: tuple[Column, ...]
    points: tuple[tuple[float, ...], ...]
    shares: tuple[tuple[float, ...], ...]
    base: float
    cuts: tuple[float, ...]
    card: dict[str, Any] = field(default_factory=dict)

    def score(self, row: Mapping[str, str]) -> Scored:
        """Score one row. A column that the row does not have counts as average, as does a value never seen."""
        total, parts = self.base, []
        for column, points in zip(self.columns, self.points, strict=True):
            text = row.get(column.name)
            if text is None:
                continue
            worth = points[column.bin(text)]
            total += worth
            if abs(worth) >= WORTH_NAMING:
                parts.append(Reason(column.name, text.strip(), worth))
        parts.sort(key=lambda reason: -abs(reason.points))
        probability = logistic(total)
        return Scored(probability, self.decile(probability), tuple(parts[:REASONS]))

    def decile(self, probability: float) -> int:
        """1 to 10, 1 for the highest probabilities."""
        rising = self.cuts[::-1]
        return 1 + len(rising) - bisect_left(rising, probability)

    def probabilities(self, columns: Mapping[str, Sequence[str]], count: int) -> list[float]:
        """The probabilities of `count` rows that are given by column, without their reasons."""
        totals = [self.base] * count
        for column, points in zip(self.columns, self.points, strict=True):
            texts = columns.get(column.name)
            if texts is not None:
                for place, found in enumerate(column.bins(texts)):
                    totals[place] += points[found]
        return [logistic(total) for total in totals]


def logistic(value: float) -> float:
    """The probability of some odds, given as their logarithm."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))
