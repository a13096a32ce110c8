"""The scoring rule itself, as a pure function of touches and versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Version:
    """A scoring model that holds from a moment on: points by kind of touch, and the score that qualifies."""

    pk: int
    number: int
    threshold: int
    in_force_from: datetime
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """The score from a moment on. `touch` is the position of the touch that gives it (None: nothing does)."""

    at: datetime
    score: int
    touch: int | None
    version: int


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """What the touches come to: the dated steps, and where the threshold was reached first.

    `qualified_by` is the step at that moment; its version and touch are the reason.
    """

    steps: tuple[Step, ...] = ()
    qualified_by: Step | None = None

    @property
    def score(self) -> int:
        return self.steps[-1].score if self.steps else 0

    @property
    def qualified_at(self) -> datetime | None:
        return self.qualified_by.at if self.qualified_by else None


def score_history(
    touches: Sequence[tuple[datetime, str]], versions: Sequence[Version], until: datetime | None = None
) -> ScoreResult:
    """Score a lead from its touches (moment, kind) under the versions that held at the time.

    At any moment the score is the highest step among the touches so far, read from the version then in force;
    a version that comes into force scores again without a new touch. The lead qualifies at the first moment at
    which the score is at or above the threshold then in force. Touches and versions may come in any order; of
    touches worth the same the earliest counts. `until` leaves out what is later.
    """
    in_order = sorted(range(len(touches)), key=lambda position: touches[position][0])
    calendar = sorted(versions, key=lambda version: version.in_force_from)
    # A version holds already for a touch of the same moment: 0 sorts before 1.
    events = [(touches[position][0], 1, position) for position in in_order]
    if events:
        starts = [(version.in_force_from, 0, place) for place, version in enumerate(calendar)]
        events = sorted(event for event in starts + events if until is None or event[0] <= until)
    steps: list[Step] = []
    qualified_by: Step | None = None
    seen: list[int] = []
    version: Version | None = None
    best: int | None = None
    score = 0
    for at, is_touch, place in events:
        if is_touch:
            seen.append(place)
            points = version.points.get(touches[place][1], 0) if version else 0
            if points > score:
                score, best = points, place
        else:
            version = calendar[place]
            score, best = _highest(seen, touches, version)
        if version is None or not seen:
            continue
        if steps and steps[-1].at == at:
            steps.pop()
        if score != (steps[-1].score if steps else 0):
            steps.append(Step(at, score, best, version.pk))
        if qualified_by is None and score >= version.threshold:
            qualified_by = Step(at, score, best, version.pk)
    return ScoreResult(tuple(steps), qualified_by)


def _highest(
    seen: Sequence[int], touches: Sequence[tuple[datetime, str]], version: Version
) -> tuple[int, int | None]:
    score, best = 0, None
    for place in seen:
        points = version.points.get(touches[place][1], 0)
        if points > score:
            score, best = points, place
    return score, best


def version_at(versions: Sequence[Version], at: datetime) -> Version | None:
    """The version in force at a moment."""
    held = [version for version in versions if version.in_force_from <= at]
    return max(held, key=lambda version: (version.in_force_from, version.number), default=None)
