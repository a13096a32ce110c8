"""From rows to a model with its card: screened, tried on later rows, learned anew from all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.leads.predictive.evidence import Finding, screen
from kehu.leads.predictive.frame import Frame
from kehu.leads.predictive.learning import learn
from kehu.leads.predictive.measures import measured
from kehu.leads.predictive.scorecard import Scorecard

# The newest part of the rows is what the model is tried on.
TRIED_SHARE = 0.2
LEAST_ROWS, LEAST_EACH, LEAST_TRIED = 200, 30, 5
# With everything that was known beforehand nobody predicts so well.
TOO_GOOD_TOGETHER = 0.97
# Below it the order is hardly better than chance.
WEAK = 0.6


def newest(count: int) -> int:
    """Where the newest part of so many rows begins, on which a model is tried."""
    return count - int(count * TRIED_SHARE)


def train(
    frame: Frame, *, keep: Collection[str] = (), drop: Collection[str] = (), dated: bool = False
) -> Scorecard:
    """A model and its card.

    The columns are screened and the model is tried with the oldest four fifths against the newest; the one that is kept
    is learned from all rows in the same way. `dated` rows are in the order of time already, by no column of theirs.
    Refused with a sentence where there is too little to learn from.
    """
    _refuse_unknown(frame, [*keep, *drop])
    cut = newest(frame.count)
    older, newer = frame.part(0, cut), frame.part(cut, frame.count)
    _refuse_too_few(older, newer)
    screened = screen(older, keep=keep, drop=drop)
    if not screened.used:
        raise Refused(_("No column is left to learn from. Say which to use all the same with --keep."))
    figures = measured(learn(older, screened.used).probabilities(newer.columns, newer.count), newer.outcome)
    model = learn(frame, screened.used)
    warnings = list(screened.warnings)
    if not frame.time and not dated:
        warnings.insert(0, Finding("", "row_order"))
    if figures["auc"] < WEAK:
        warnings.insert(0, Finding("", "weak", {"auc": figures["auc"]}))
    if figures["auc"] >= TOO_GOOD_TOGETHER:
        warnings.insert(0, Finding("", "too_good_together", {"auc": figures["auc"]}))
    card = {
        "target": frame.target,
        "won_value": frame.won,
        "time": frame.time,
        "rows": frame.count,
        "won": sum(frame.outcome),
        "learned_rows": older.count,
        "left_out_rows": frame.left_out_rows,
        "used": [
            {"column": column.name, "auc": screened.strength[column.name], "spread": spread(points)}
            for column, points in zip(model.columns, model.points, strict=True)
        ],
        "left_out": [asdict(finding) for finding in screened.left_out],
        "warnings": [asdict(finding) for finding in warnings],
        "tried": figures,
    }
    return replace(model, card=card)


def spread(points: Any) -> float:
    """How far the points of a column lie apart: what it can do to the logarithm of the odds."""
    return max(points) - min(points)


def _refuse_unknown(frame: Frame, names: Collection[str]) -> None:
    for name in names:
        if name not in frame.columns:
            known = {"column": name, "columns": ", ".join(frame.columns)}
            raise Refused(_("The column “%(column)s” is missing. The file has: %(columns)s.") % known)


def _refuse_too_few(older: Frame, newer: Frame) -> None:
    won, lost = sum(older.outcome), older.count - sum(older.outcome)
    tried = min(sum(newer.outcome), newer.count - sum(newer.outcome))
    if older.count + newer.count < LEAST_ROWS or min(won, lost) < LEAST_EACH or tried < LEAST_TRIED:
        raise Refused(
            _(
                "Too little to learn from: %(won)s won and %(lost)s lost. It takes %(rows)s in all, "
                "%(each)s of each in the older four fifths and %(tried)s of each in the newest fifth."
            )
            % {
                "won": won + sum(newer.outcome),
                "lost": lost + newer.count - sum(newer.outcome),
                "rows": LEAST_ROWS,
                "each": LEAST_EACH,
                "tried": LEAST_TRIED,
            }
        )
