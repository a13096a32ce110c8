"""How good probabilities are, and whether later leads still look like those that were learned from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kehu.leads.predictive.evidence import auc

GROUPS = 10
POINTS = 50
# The usual reading of a population stability index: below 0.1 the same, above 0.25 another population.
DRIFT = 0.25


def measured(probabilities: Sequence[float], outcome: Sequence[int]) -> dict[str, Any]:
    """AUC, Brier score, calibration and lift by tenth, of probabilities given before the outcome was known."""
    count, won = len(outcome), sum(outcome)
    base = won / count if count else 0.0
    errors = [(p - y) ** 2 for p, y in zip(probabilities, outcome, strict=True)]
    groups = deciles(probabilities, outcome)
    gap = sum(group["rows"] * abs(group["predicted"] - group["rate"]) for group in groups) / max(count, 1)
    return {
        "rows": count,
        "won": won,
        "rate": base,
        "auc": auc(probabilities, outcome),
        "brier": sum(errors) / max(count, 1),
        "brier_of_the_rate": base * (1 - base),
        "calibration_error": gap,
        "deciles": groups,
        "gain": gain(probabilities, outcome),
    }


def deciles(probabilities: Sequence[float], outcome: Sequence[int]) -> list[dict[str, Any]]:
    """Ten equally full groups from the highest probabilities to the lowest: predicted and actual share, and lift."""
    order = sorted(range(len(outcome)), key=lambda place: (-probabilities[place], place))
    base = sum(outcome) / max(len(outcome), 1)
    found = []
    for group in range(GROUPS):
        places = order[len(order) * group // GROUPS : len(order) * (group + 1) // GROUPS]
        if not places:
            continue
        rate = sum(outcome[place] for place in places) / len(places)
        found.append(
            {
                "decile": group + 1,
                "rows": len(places),
                "won": sum(outcome[place] for place in places),
                "rate": rate,
                "predicted": sum(probabilities[place] for place in places) / len(places),
                "lift": rate / base if base else 0.0,
            }
        )
    return found


def gain(scores: Sequence[float], outcome: Sequence[int]) -> list[list[float]]:
    """Of all that were won, the share found in the best-ranked share of leads; equal scores are taken together.

    Points from (0, 0) to (1, 1); where equal scores would be split, the line between is straight.
    """
    order = sorted(range(len(outcome)), key=lambda place: -scores[place])
    total, count = sum(outcome), len(outcome)
    points, found, last = [[0.0, 0.0]], 0, 0
    for rank, place in enumerate(order, 1):
        found += outcome[place]
        ends = rank == count or scores[order[rank]] != scores[place]
        if ends and (rank - last >= count / POINTS or rank == count) and total:
            points.append([rank / count, found / total])
            last = rank
    return points


def shares(bins: Sequence[int], size: int) -> tuple[float, ...]:
    """The share of rows in each bin."""
    counted = [0] * size
    for place in bins:
        counted[place] += 1
    return tuple(n / max(len(bins), 1) for n in counted)


def stability(before: Sequence[float], after: Sequence[float]) -> float:
    """The population stability index of two distributions over the same bins: 0 where they are equal."""
    total = 0.0
    for old, new in zip(before, after, strict=True):
        old, new = max(old, 0.001), max(new, 0.001)
        total += (new - old) * math.log(new / old)
    return total
