"""Which columns may be learned from, and which give the outcome away: by what they hold, and by what they are called.

A model may only use what was known when a lead came. Nobody says which columns those are, but leaks show themselves:
they tell the outcome too well, their values are sure of it both ways, they are filled in for one outcome only, they are
dated after the lead, or they describe the record as it stands today.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kehu.kit import dates
from kehu.leads.predictive.columns import LEAST_ROWS, MISSING, NUMBER, Column, is_numeric, read_column
from kehu.leads.predictive.frame import Frame, moment, moments_of
from kehu.leads.predictive.words import suspicious

# A single column that ranks later leads so well has seen the outcome; the best honest ones stay below.
TOO_GOOD = 0.88
# How well a column must go with the outcome before its name counts against it.
TELLS = 0.6
# The ranking by "filled in or not" alone: from here on a leak, from there on worth a look.
FILLED_LEAK, FILLED_WARNING = 0.8, 0.6
# Values sure of the outcome, both ways, each with so many rows and together this share of all.
SURE_ROWS, SURE_SHARE = 40, 0.05
# The share of filled cells moves so much between the oldest and the newest fifth.
SHIFT = 0.3
FIFTHS = 5


@dataclass(frozen=True)
class Finding:
    """Something about a column: `code` names the sentence in `sentences`, `facts` what it says."""

    column: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Screened:
    """The columns that may be used, those left out with the reason for each, and warnings about used ones."""

    used: tuple[str, ...]
    left_out: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    strength: dict[str, float]


LEAKS = frozenset({"too_good", "sure_both_ways", "filled_for_one", "dated_later", "later_state"})


def screen(frame: Frame, *, keep: Collection[str] = (), drop: Collection[str] = ()) -> Screened:
    """Look at every column of rows in the order of time. `keep` is used whatever speaks against it, `drop` never."""
    used, left, warnings, strength = [], [], [], {}
    order = moments_of(frame.time, frame.columns[frame.time]) if frame.time else []
    for name, texts in frame.columns.items():
        against = _unusable(name, texts, frame, order)
        if name in drop:
            against = Finding(name, "dropped")
        if against is None:
            tells, worries = _association(name, texts, frame.outcome)
            strength[name] = tells
            against = next((finding for finding in worries if finding.code in LEAKS), None)
            kept = [finding for finding in worries if finding.code not in LEAKS]
        else:
            kept = []
        if against is not None and name in keep and against.code in LEAKS:
            kept, against = [Finding(name, "kept", {"why": against.code, **against.facts})], None
            strength.setdefault(name, 0.5)
        if against is not None:
            left.append(against)
        else:
            used.append(name)
            warnings += kept
    return Screened(tuple(used), tuple(left), tuple(warnings), strength)


def _unusable(name: str, texts: Sequence[str], frame: Frame, order: Sequence[float | None]) -> Finding | None:
    """Why nothing can be learned from a column, whatever it says about the outcome."""
    if name == frame.time:
        return Finding(name, "orders")
    counted = Counter(text.strip() for text in texts)
    empty = counted.pop("", 0)
    filled = len(texts) - empty
    if len(counted) + bool(empty) <= 1:
        return Finding(name, "constant")
    numeric = is_numeric(texts)
    if not numeric and (written := _date_format(counted)) is not None:
        return _dated(name, texts, written, order)
    whole = not numeric or all(text.lstrip("-").isdigit() for text in counted)
    if filled > 20 and len(counted) > 0.9 * filled and whole:
        return Finding(name, "identifier")
    column = read_column(name, texts)
    if not numeric and not column.values:
        return Finding(name, "scattered", {"values": len(counted)})
    most = max(Counter(column.bins(texts)).values())
    return Finding(name, "nearly_constant") if most > len(texts) - LEAST_ROWS else None


def _date_format(counted: Iterable[str]) -> str | None:
    samples = [text for _place, text in zip(range(300), counted, strict=False)]
    if any(len(text) < 6 for text in samples):
        return None
    try:
        return dates.evidence(samples)
    except ValueError:
        return None


def _dated(name: str, texts: Sequence[str], written: str, order: Sequence[float | None]) -> Finding:
    """A date is not learned from, as the next leads will have others; one after the lead came is called a leak."""
    later = known = 0
    for text, came in zip(texts, order, strict=False):
        at = moment(text, written)
        # A place in time that is a mere number cannot be compared with a day.
        if at is not None and came is not None and abs(came) > 10**8:
            known += 1
            later += at > came
    if known and later > 0.05 * known:
        return Finding(name, "dated_later", {"rows": later, "of": known})
    return Finding(name, "date")


def _association(name: str, texts: Sequence[str], outcome: Sequence[int]) -> tuple[float, list[Finding]]:
    """How well the column ranks the later leads, learned on the earlier ones, and what is suspicious about it."""
    column = read_column(name, texts)
    bins = column.bins(texts)
    tells = later_auc(bins, outcome, column.size)
    found = []
    if tells >= TOO_GOOD:
        found.append(Finding(name, "too_good", {"auc": tells}))
    empty = [int(place == MISSING) for place in bins]
    by_filled = auc(empty, outcome)
    by_filled = max(by_filled, 1 - by_filled)
    shares = _filled_shares(empty, outcome)
    if by_filled >= FILLED_LEAK:
        found.append(Finding(name, "filled_for_one", {"auc": by_filled, **shares}))
    if sure := _sure_both_ways(column, bins, outcome):
        found.append(Finding(name, "sure_both_ways", sure))
    named = _named(name)
    if "later" in named and tells >= TELLS:
        found.append(Finding(name, "later_state", {"auc": tells, "word": named["later"]}))
    elif "later" in named:
        found.append(Finding(name, "named_later", {"word": named["later"]}))
    elif "judged" in named and tells >= TELLS - 0.05:
        found.append(Finding(name, "judged", {"auc": tells, "word": named["judged"]}))
    if FILLED_WARNING <= by_filled < FILLED_LEAK:
        found.append(Finding(name, "filled_more", {"auc": by_filled, **shares}))
    fifth = max(len(empty) // FIFTHS, 1)
    old, new = 1 - sum(empty[:fifth]) / fifth, 1 - sum(empty[-fifth:]) / fifth
    if abs(old - new) >= SHIFT:
        found.append(Finding(name, "shifting", {"old": old, "new": new}))
    return tells, found


def later_auc(bins: Sequence[int], outcome: Sequence[int], size: int, share: float = 0.7) -> float:
    """The AUC on the later rows of ranking by the bins' rates in the earlier ones."""
    cut = int(len(bins) * share)
    rows, won = [0.0] * size, [0.0] * size
    for place, result in zip(bins[:cut], outcome[:cut], strict=True):
        rows[place] += 1
        won[place] += result
    base = sum(outcome[:cut]) / max(cut, 1)
    rates = [(w + 5 * base) / (n + 5) for n, w in zip(rows, won, strict=True)]
    return auc([rates[place] for place in bins[cut:]], outcome[cut:])


def auc(scores: Sequence[float], outcome: Sequence[int]) -> float:
    """The chance that a won row ranks above a lost one, ties counting half; 0.5 where there is only one kind.

    Counted by equal scores, in plain Python: a web process that asks for it needs no numeric library.
    """
    won, lost = Counter[float](), Counter[float]()
    for score, result in zip(scores, outcome, strict=True):
        (won if result else lost)[score] += 1
    if not won or not lost:
        return 0.5
    below = total = 0.0
    for score in sorted({*won, *lost}):
        total += won[score] * (below + lost[score] / 2)
        below += lost[score]
    return total / (won.total() * lost.total())


def _filled_shares(empty: Sequence[int], outcome: Sequence[int]) -> dict[str, float]:
    won = [gap for gap, result in zip(empty, outcome, strict=True) if result]
    lost = [gap for gap, result in zip(empty, outcome, strict=True) if not result]
    return {"won": 1 - sum(won) / max(len(won), 1), "lost": 1 - sum(lost) / max(len(lost), 1)}


def _sure_both_ways(column: Column, bins: Sequence[int], outcome: Sequence[int]) -> dict[str, Any]:
    """Values that all but always go with success and others that hardly ever do: somebody wrote them knowing."""
    if column.kind == NUMBER:
        return {}
    rows: Counter[int] = Counter(bins)
    won: Counter[int] = Counter(place for place, result in zip(bins, outcome, strict=True) if result)
    base = won.total() / max(len(bins), 1)
    sure = []
    high = low = ""
    for place, count in rows.most_common():
        if count < SURE_ROWS or place < 2:
            continue
        rate = won[place] / count
        if rate >= max(0.92, 1 - (1 - base) / 5):
            high = high or column.labels[place - 2]
            sure.append(count)
        elif rate <= min(0.04, base / 5):
            low = low or column.labels[place - 2]
            sure.append(count)
    if high and low and sum(sure) >= SURE_SHARE * len(bins):
        return {"high": high, "low": low, "share": sum(sure) / len(bins)}
    return {}


def _named(name: str) -> dict[str, str]:
    """The suspicious words in a column's name, by their kind."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold()
    parts = set(re.findall(r"[a-z]+", apart))
    found: dict[str, str] = {}
    for kind, words in suspicious().items():
        for word in words:
            if word in parts if word.isascii() else word in name:
                found.setdefault(kind, word)
    return found
