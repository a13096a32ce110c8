"""Draws the dated turning points of one lead, so that they fall where its fate says."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from kehu.shell.demo.moments import END, SECOND_VERSION, Calendar, later
from kehu.shell.demo.quotas import Fate
from kehu.shell.demo.scoring import threshold_at

TRIES = 5_000


@dataclass(slots=True)
class Timeline:
    """`decisive`: moment of the touch that qualifies, worth `points`; `closed`: won, lost or screened out.

    Of an open opportunity `closed` is the moment expected. Unset moments have not come.
    """

    created: datetime
    decisive: datetime | None = None
    points: int = 0
    qualified: datetime | None = None
    opened: datetime | None = None
    closed: datetime | None = None


def within(found: datetime, earliest: datetime | None, latest: datetime | None) -> bool:
    return (earliest is None or found > earliest) and (latest is None or found <= latest)


def opening_delay(rng: Random) -> float:
    """Days until sales sets up an opportunity for a qualified lead."""
    return rng.expovariate(1 / 3.5)


def closing_delay(rng: Random, outcome: str) -> float:
    """Days from opportunity to decision; from qualification to the refusal of a screened-out lead."""
    if outcome == "lost":
        return 3 + rng.gammavariate(2.0, 11.0)
    if outcome == "screened":
        return 2 + rng.gammavariate(2.0, 7.0)
    return 2 + rng.gammavariate(2.4, 6.0)


def close(rng: Random, line: Timeline, outcome: str) -> Timeline | None:
    """Adds what follows the qualification; None when the draw does not fit the outcome by `END`."""
    assert line.qualified is not None
    if outcome == "screened":
        line.closed = later(rng, line.qualified, closing_delay(rng, outcome))
        return line
    line.opened = later(rng, line.qualified, opening_delay(rng))
    if outcome == "waiting":
        line.closed = line.opened
        return line
    if line.opened > END:
        return None
    line.closed = later(rng, line.opened, closing_delay(rng, outcome))
    return line


def draw(rng: Random, calendar: Calendar, fate: Fate) -> Timeline:
    """One timeline that fits the fate, by drawing until it does."""
    for _ in range(TRIES):
        line = Timeline(calendar.draw(rng))
        if fate.outcome == "none":
            return line
        line.points = 5 if rng.random() < 0.4 else 4
        delay = 0.0 if rng.random() < 0.25 else rng.expovariate(1 / 6.0)
        line.decisive = later(rng, line.created, delay) if delay else line.created
        in_force = line.points >= threshold_at(line.decisive)
        line.qualified = line.decisive if in_force else SECOND_VERSION
        if line.decisive > END or not within(line.qualified, fate.qualifies_from, fate.qualifies_until):
            continue
        done = close(rng, line, fate.outcome)
        if done and done.closed and within(done.closed, fate.closes_from, fate.closes_until):
            if fate.outcome == "waiting":
                done.opened = done.closed = None
            return done
    raise RuntimeError(f"No timeline fits {fate}.")
