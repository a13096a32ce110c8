"""Points learned by logistic regression over bins, calibrated on later rows than each was learned from.

scikit-learn is imported here and only when something is learned: workers and the command line do, web processes never.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kehu.leads.predictive.columns import Column, read_column
from kehu.leads.predictive.frame import Frame
from kehu.leads.predictive.measures import shares
from kehu.leads.predictive.scorecard import Scorecard, logistic

# How strongly points are drawn to zero; the best on later rows is taken.
STRENGTHS = (0.05, 0.2, 1.0)
# Among so many rows the choice makes no difference any more.
MANY = 50_000
# The rows are cut in time into so many blocks; each but the first is predicted from those before it.
BLOCKS = 5
FURTHEST = 12.0
NARROW = 1500


def learn(frame: Frame, names: Sequence[str]) -> Scorecard:
    """A calibrated scorecard from rows in the order of time and the columns that may be used."""
    columns = [read_column(name, frame.columns[name]) for name in names]
    bins = [column.bins(frame.columns[column.name]) for column in columns]
    matrix = _matrix(columns, bins, frame.count)
    strengths = STRENGTHS if frame.count <= MANY else STRENGTHS[-1:]
    tried = [_forward(matrix, frame.outcome, strength) for strength in strengths]
    strength, (logits, known) = min(zip(strengths, tried, strict=True), key=lambda pair: _loss(*pair[1]))
    slope, shift = _calibration(logits, known)
    fitted = _fit(matrix, frame.outcome, strength)
    weights = [slope * float(weight) for weight in fitted.coef_[0]]
    base = slope * float(fitted.intercept_[0]) + shift
    cuts = _cuts([logistic(slope * logit + shift) for logit in logits])
    points, spread = [], []
    start = 0
    for column, found in zip(columns, bins, strict=True):
        part = weights[start : start + column.size]
        share = shares(found, column.size)
        average = sum(worth * weight for worth, weight in zip(part, share, strict=True))
        # What no row held was not learned: it counts as average.
        points.append(tuple(_within(w - average) if n else 0.0 for w, n in zip(part, share, strict=True)))
        spread.append(share)
        base += average
        start += column.size
    return Scorecard(tuple(columns), tuple(points), tuple(spread), _within(base), cuts)


def _matrix(columns: Sequence[Column], bins: Sequence[Sequence[int]], count: int) -> Any:
    """One row a lead, one column a bin, a 1 where the lead falls into it; sparse, as nearly all is zero."""
    import numpy
    from scipy import sparse

    starts = numpy.cumsum([0, *(column.size for column in columns)])
    width = int(starts[-1])
    if not columns:
        return sparse.csr_matrix((count, 1))
    places = numpy.stack(
        [numpy.asarray(found) + start for found, start in zip(bins, starts[:-1], strict=True)], 1
    )
    ends = numpy.arange(0, places.size + 1, places.shape[1])
    return sparse.csr_matrix((numpy.ones(places.size), places.ravel(), ends), shape=(count, width))


def _fit(matrix: Any, outcome: Sequence[int], strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    # Newton's steps are few, but each holds a square matrix of the bins.
    solver = "newton-cholesky" if matrix.shape[1] <= NARROW else "lbfgs"
    # More threads gain nothing at this size and fight with the web processes for the cores.
    with threadpool_limits(1):
        return LogisticRegression(C=strength, max_iter=1000, solver=solver).fit(matrix, outcome)


def _forward(matrix: Any, outcome: Sequence[int], strength: float) -> tuple[list[float], list[int]]:
    """Each block of rows predicted from the blocks before it: logarithms of odds, and what came of the rows."""
    logits: list[float] = []
    known: list[int] = []
    count = len(outcome)
    for block in range(1, BLOCKS):
        start, end = count * block // BLOCKS, count * (block + 1) // BLOCKS
        if len(set(outcome[:start])) < 2 or start == end:
            continue
        model = _fit(matrix[:start], outcome[:start], strength)
        logits += [float(value) for value in model.decision_function(matrix[start:end])]
        known += outcome[start:end]
    return logits, known


def _loss(logits: Sequence[float], known: Sequence[int]) -> float:
    """The mean logarithmic loss."""
    total = 0.0
    for logit, result in zip(logits, known, strict=True):
        total += math.log1p(math.exp(-abs(logit))) + max(-logit if result else logit, 0.0)
    return total / max(len(known), 1)


def _calibration(logits: Sequence[float], known: Sequence[int]) -> tuple[float, float]:
    """Slope and shift that make the predictions of later rows right on average (Platt's scaling)."""
    if len(set(known)) < 2:
        return 1.0, 0.0
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6, max_iter=1000).fit([[logit] for logit in logits], known)
    slope, shift = float(fitted.coef_[0][0]), float(fitted.intercept_[0])
    # A slope near zero or below says that nothing was learned; then the order is kept, and only made weak.
    return max(slope, 0.05), shift


def _cuts(probabilities: list[float]) -> tuple[float, ...]:
    """The probabilities that part the ten groups, falling."""
    ordered = sorted(probabilities, reverse=True) or [0.5]
    return tuple(ordered[min(len(ordered) * group // 10, len(ordered) - 1)] for group in range(1, 10))


def _within(value: float) -> float:
    return max(-FURTHEST, min(FURTHEST, value))
