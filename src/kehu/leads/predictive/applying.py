"""A model over many rows: their scores, what the rows lack, and whether they still look like what was learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kehu.leads.predictive.columns import OTHER, folded
from kehu.leads.predictive.evidence import LEAKS
from kehu.leads.predictive.measures import DRIFT, shares, stability
from kehu.leads.predictive.scorecard import Scorecard
from kehu.leads.predictive.sentences import sentence

# Fewer rows are too few to call anything drift.
LEAST_ROWS = 100


@dataclass(frozen=True)
class Fit:
    """How rows fit a model: columns it misses, columns it does not know, values it never saw, and drift by column."""

    missing: tuple[str, ...]
    new: tuple[str, ...]
    unseen: Mapping[str, int]
    drift: Mapping[str, float]

    @property
    def drifted(self) -> dict[str, float]:
        """The columns whose values spread so differently that the model should be learned anew."""
        return {name: value for name, value in self.drift.items() if value >= DRIFT}


def fit_of(model: Scorecard, columns: Mapping[str, Sequence[str]]) -> Fit:
    """Compare rows, given by column, with those that the model was learned from."""
    known = {column.name for column in model.columns}
    passed = {str(part.get("column")) for part in model.card.get("left_out", []) if isinstance(part, dict)}
    passed.add(str(model.card.get("target")))
    unseen, drift = {}, {}
    for column, before in zip(model.columns, model.shares, strict=True):
        texts = columns.get(column.name)
        if texts is None:
            continue
        bins = column.bins(texts)
        if len(bins) >= LEAST_ROWS:
            drift[column.name] = stability(before, shares(bins, column.size))
        if before[OTHER] == 0 and OTHER in bins and column.values:
            unseen[column.name] = len(
                {folded(t) for t, place in zip(texts, bins, strict=True) if place == OTHER}
            )
    return Fit(
        tuple(column.name for column in model.columns if column.name not in columns),
        tuple(name for name in columns if name not in known | passed),
        unseen,
        drift,
    )


def row_of(columns: Mapping[str, Sequence[str]], place: int) -> dict[str, str]:
    """One row of a table that is kept by column."""
    return {name: texts[place] for name, texts in columns.items()}


def told(model: Scorecard) -> dict[str, Any]:
    """The card of a model as `kehu predict train --json` prints it."""
    card = dict(model.card)
    tried = dict(card.pop("tried"))
    left = [{**part, "leak": part["code"] in LEAKS, "why": sentence(part)} for part in card.pop("left_out")]
    return {
        **card,
        "columns_used": [part["column"] for part in card["used"]],
        "columns_left_out": left,
        "leaks": [part["column"] for part in left if part["leak"]],
        "warnings": [{**part, "why": sentence(part)} for part in card["warnings"]],
        "auc": tried["auc"],
        "brier": tried["brier"],
        "lift_by_decile": [group["lift"] for group in tried["deciles"]],
        "calibration": [
            {key: group[key] for key in ("decile", "rows", "predicted", "rate")} for group in tried["deciles"]
        ],
        "calibration_error": tried["calibration_error"],
        "tried_on_later": tried,
    }
