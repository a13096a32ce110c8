"""A running test of several arms: what may be said of it on each day, however often one has looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from kehu.capture.experiments import size, verdicts
from kehu.capture.experiments.sequential import PLANNED, Course, Tally, follow, ratio_course
from kehu.core.errors import Refused

ALPHA = 0.05


@dataclass(frozen=True)
class LiveArm:
    """An arm up to the last day, and how it fared against the control, which has no course."""

    name: str
    tally: Tally
    course: Course | None


@dataclass(frozen=True)
class Live:
    """All arms, the control first. `ratio` is ok, doubtful or broken; `decided` the place of the day of the verdict."""

    arms: tuple[LiveArm, ...]
    verdict: str
    winner: str
    ratio: str
    ratio_p: float
    decided: int | None


def judge(
    days: Mapping[str, Sequence[Tally]],
    *,
    shares: Sequence[float],
    effect: float,
    planned: int = 0,
    money: bool = False,
    alpha: float = ALPHA,
) -> Live:
    """The verdict on arms from their tallies up to each day, the control first; the error `alpha` is that of all looks
    and comparisons together (Bonferroni).

    `effect` is the least difference that matters, as a part of the control's value: 0.1 for a tenth. `planned` people
    an arm were to be seen.
    """
    names = list(days)
    control = days[names[0]]
    margin = effect * control[-1].mean if control else 0.0
    each = alpha / (len(names) - 1)
    arms = [LiveArm(names[0], _last(control), None)]
    for name in names[1:]:
        course = follow(days[name], control, alpha=each, planned=planned, margin=margin, money=money)
        arms.append(LiveArm(name, _last(days[name]), course))
    ratio_p = (
        ratio_course(list(zip(*([t.n for t in row] for row in days.values()), strict=True)), shares) or [1.0]
    )[-1]
    ratio = verdicts.live_ratio_state(ratio_p)
    if ratio == "broken":
        return Live(tuple(arms), verdicts.BROKEN, "", ratio, ratio_p, None)
    best, decided = _winner(days, alpha, planned, margin, money)
    courses = [arm.course for arm in arms[1:] if arm.course]
    if best:
        return Live(tuple(arms), verdicts.wins(best), best, ratio, ratio_p, decided)
    if courses and all(course.verdict == verdicts.NO_DIFFERENCE for course in courses):
        last = max(course.decided or 0 for course in courses)
        return Live(tuple(arms), verdicts.NO_DIFFERENCE, "", ratio, ratio_p, last)
    return Live(tuple(arms), verdicts.NO_WINNER, "", ratio, ratio_p, None)


def _last(tallies: Sequence[Tally]) -> Tally:
    return tallies[-1] if tallies else Tally(0, 0, 0.0, 0.0)


def _winner(
    days: Mapping[str, Sequence[Tally]], alpha: float, planned: int, margin: float, money: bool
) -> tuple[str, int | None]:
    """The arm that beats every other one, and the day on which the last of them was beaten."""
    pairs = list(combinations(days, 2))
    beaten: dict[str, list[int]] = {name: [] for name in days}
    for one, other in pairs:
        course = follow(
            days[one], days[other], alpha=alpha / len(pairs), planned=planned, margin=margin, money=money
        )
        if course.decided is not None and course.verdict in ("better", "worse"):
            beaten[one if course.verdict == "better" else other].append(course.decided)
    for name, places in beaten.items():
        if len(places) == len(days) - 1:
            return name, max(places)
    return "", None


def running(daily: Sequence[Tally]) -> list[Tally]:
    """Tallies up to each day from those of the single days."""
    found: list[Tally] = []
    for tally in daily:
        found.append(found[-1].with_(tally) if found else tally)
    return found


def planned_size(rate: float, effect: float, arms: int, *, money: bool = False) -> int:
    """People per arm that a test needs at today's rate to see the least difference that matters, a part of it.

    For money the rate is that of buyers, whose amounts are taken to spread as widely as they are large. Watching a test
    daily takes up to half as many again where the difference is just that large, and fewer where it is larger.
    Without a rate, or where no size is large enough, what the bounds are set for by default.
    """
    if not 0 < rate < 1 or effect <= 0:
        return PLANNED
    try:
        if money:
            return size.for_means(
                deviation=(2 / rate - 1) ** 0.5, difference=effect, alpha=ALPHA / (arms - 1)
            )
        lift = rate * effect if rate * (1 + effect) < 1 else -rate * min(effect, 0.99)
        return size.needed(base=rate, lift=lift, alpha=ALPHA, arms=arms).arcsine
    except Refused:
        return PLANNED
