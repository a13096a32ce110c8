"""A finished test in figures: each arm against the control, and what that lets one say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from django.utils.translation import gettext as _

from kehu.capture.experiments import compare, size, verdicts
from kehu.capture.experiments.columns import propose_control
from kehu.capture.experiments.compare import Difference
from kehu.capture.experiments.reading import Sample
from kehu.core.errors import Refused

MONEY = "money"


@dataclass(frozen=True)
class Arm:
    """An arm in one measure. `value` is the rate, of money the mean per person; `total` the people with the outcome,
    of money the sum. The control has no `against`; `p` is its p made safe for the number of comparisons."""

    name: str
    n: int
    total: float
    value: float
    interval: tuple[float, float] | None
    against: Difference | None = None
    p: float | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Measured:
    """One outcome, or the money. `margin` is the least difference that matters, `needed` the people per arm that it
    takes to see one of that size (0 where that is unknown), `left_out` those of whom nothing is known."""

    name: str
    arms: tuple[Arm, ...]
    verdict: str
    winner: str
    margin: float
    needed: int
    left_out: int


@dataclass(frozen=True)
class Analysis:
    """All measures of a test. `shares` is how people were meant to be split, `ratio_p` how likely the arms are then."""

    control: str
    control_why: str
    counts: Mapping[str, int]
    shares: Mapping[str, float]
    ratio_p: float
    ratio: str
    alpha: float
    outcomes: tuple[Measured, ...]
    money: Measured | None


def analyse(
    sample: Sample,
    *,
    control: str = "",
    alpha: float = 0.05,
    margin: float | None = None,
    shares: Mapping[str, float] | None = None,
) -> Analysis:
    """Figures and verdicts of a test that was looked at once, at its end.

    `margin` is the least difference that matters, in points of the rate; by default a twentieth of the control's value,
    as it is for money always. `shares` says how people were meant to be split where not evenly.
    """
    if not 0 < alpha < 0.5:
        raise Refused(_("The error (alpha) lies between 0 and 0.5; 0.05 is usual."))
    if margin is not None and not 0 < margin < 1:
        raise Refused(_("The margin is a difference of rates, between 0 and 1."))
    name, why = (_named(sample.arms, control), "") if control else propose_control(sample.arms)
    order = [sample.arms.index(name), *(place for place, arm in enumerate(sample.arms) if arm != name)]
    counts = {sample.arms[place]: int((sample.arm_of == place).sum()) for place in order}
    meant = _shares(counts, shares or {})
    ratio_p = compare.sample_ratio(list(counts.values()), list(meant.values()))
    ratio = verdicts.ratio_state(ratio_p)
    places = {sample.arms[place]: sample.arm_of == place for place in order}
    outcomes = tuple(
        _outcome(outcome, answers, places, alpha, margin, ratio)
        for outcome, answers in sample.outcomes.items()
    )
    money = _money(sample.money, places, alpha, ratio) if sample.money is not None else None
    return Analysis(name, why, counts, meant, ratio_p, ratio, alpha, outcomes, money)


def _named(arms: Sequence[str], control: str) -> str:
    found = [arm for arm in arms if arm.casefold() == control.strip().casefold()]
    if not found:
        raise Refused(
            _("There is no arm “%(name)s”. There are: %(arms)s.") % {"name": control, "arms": ", ".join(arms)}
        )
    return found[0]


def _shares(counts: Mapping[str, int], given: Mapping[str, float]) -> dict[str, float]:
    """The share of each arm; those that nobody named divide the rest evenly."""
    named = {_named(list(counts), arm): share for arm, share in given.items()}
    rest = 1 - sum(named.values())
    open_arms = [arm for arm in counts if arm not in named]
    if any(not 0 < share < 1 for share in named.values()) or (rest < 1e-9 if open_arms else abs(rest) > 1e-6):
        raise Refused(_("The shares of all arms are above 0 and add up to 1."))
    return {arm: named.get(arm, rest / max(len(open_arms), 1)) for arm in counts}


def _outcome(
    name: str,
    answers: np.ndarray,
    places: Mapping[str, np.ndarray],
    alpha: float,
    margin: float | None,
    ratio: str,
) -> Measured:
    """An outcome of all arms, the control first."""
    known = answers >= 0
    counts = {
        arm: (int(answers[in_arm & known].sum()), int((in_arm & known).sum()))
        for arm, in_arm in places.items()
    }
    _refuse_empty(name, {arm: n for arm, (_count, n) in counts.items()})
    arms = list(counts)
    pairs = {
        (one, other): compare.rates(*counts[one], *counts[other], alpha)
        for other, one in combinations(arms, 2)
    }
    count, n = counts[arms[0]]
    base = count / n
    least = margin if margin is not None else base * verdicts.MARGIN_SHARE
    told = [
        Arm(arm, n, count, count / n, compare.wilson(count, n, alpha)) for arm, (count, n) in counts.items()
    ]
    return _judged(
        name, told, pairs, alpha, least, ratio, _needed(base, least, alpha, len(arms)), int((~known).sum())
    )


def _money(money: np.ndarray, places: Mapping[str, np.ndarray], alpha: float, ratio: str) -> Measured:
    """Money per person of all arms, the control first; who brought none counts with nothing."""
    known = ~np.isnan(money)
    values = {arm: money[in_arm & known] for arm, in_arm in places.items()}
    _refuse_empty(MONEY, {arm: len(found) for arm, found in values.items()})
    arms = list(values)
    pairs = {
        (one, other): compare.means(values[one], values[other], alpha) for other, one in combinations(arms, 2)
    }
    control = values[arms[0]]
    least = float(control.mean()) * verdicts.MARGIN_SHARE
    needed = size.for_means(deviation=float(control.std()), difference=least, alpha=alpha / (len(arms) - 1))
    told = [
        Arm(arm, len(found), float(found.sum()), float(found.mean()), None) for arm, found in values.items()
    ]
    return _judged(MONEY, told, pairs, alpha, least, ratio, needed, int((~known).sum()))


def _judged(
    name: str, arms: list[Arm], pairs: dict[tuple[str, str], Difference], alpha: float, margin: float, ratio: str,
    needed: int, left_out: int,
) -> Measured:  # fmt: skip
    control, others = arms[0], arms[1:]
    safe = compare.holm([pairs[arm.name, control.name].p for arm in others])
    judged = [control]
    for arm, p in zip(others, safe, strict=True):
        against = pairs[arm.name, control.name]
        said = verdicts.BROKEN if ratio == "broken" else verdicts.against_control(against, p, alpha, margin)
        judged.append(Arm(arm.name, arm.n, arm.total, arm.value, arm.interval, against, p, said))
    best = verdicts.winner(
        [arm.name for arm in arms], pairs,
        dict(zip(pairs, compare.holm([pair.p for pair in pairs.values()]), strict=True)), alpha,
    )  # fmt: skip
    if ratio == "broken":
        best, verdict = "", verdicts.BROKEN
    elif best:
        verdict = verdicts.wins(best)
    else:
        same = all(arm.verdict == verdicts.NO_DIFFERENCE for arm in judged[1:])
        verdict = verdicts.NO_DIFFERENCE if same else verdicts.NO_WINNER
    return Measured(name, tuple(judged), verdict, best, margin, needed, left_out)


def _needed(base: float, least: float, alpha: float, arms: int) -> int:
    if not 0 < base < 1 or not 0 < base + least < 1:
        return 0
    try:
        return size.needed(base=base, lift=least, alpha=alpha, arms=arms).arcsine
    except Refused:
        return 0


def _refuse_empty(name: str, counts: Mapping[str, int]) -> None:
    for arm, n in counts.items():
        if not n:
            raise Refused(
                _("Nothing is known of “%(measure)s” in the arm “%(arm)s”.") % {"measure": name, "arm": arm}
            )
