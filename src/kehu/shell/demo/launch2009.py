"""The leads of campaign Launch 2009, built around the two printed week × region tables.

Everybody who booked a test drive in the table qualifies: 203 of them by the visits of the second table, the
others by driving. So nobody is left on the four points that scoring version 2 would qualify a year later.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from kehu.shell.demo import quotas
from kehu.shell.demo.case_files import bookings, visits
from kehu.shell.demo.company import LAUNCH_2009, MEDIA_OF, REGION_WEIGHTS, REGIONS
from kehu.shell.demo.ixx import Draft
from kehu.shell.demo.journeys import Journey, potential
from kehu.shell.demo.moments import LAUNCH_END, LAUNCH_START, calendars, in_daytime, later, midnight
from kehu.shell.demo.timelines import Timeline, closing_delay, opening_delay

LAST = midnight(LAUNCH_END) + timedelta(hours=20)


def in_week(rng: Random, week: int, *, days: tuple[int, int]) -> datetime:
    """A moment of a campaign week; `days` bounds the day within it (0 Tuesday … 6 Monday)."""
    return in_daytime(rng, LAUNCH_START + timedelta(days=7 * (week - 1) + rng.randint(*days)))


def bookers(rng: Random) -> list[tuple[str, datetime, datetime | None]]:
    """Region, booking and showroom visit (or None) of everyone in the tables.

    A visit belongs to the earliest booking of its region that has none yet; both tables allow that.
    """
    waiting: dict[str, list[int]] = defaultdict(list)
    for cell in bookings():
        waiting[cell.column] += [cell.week] * cell.value
    found: list[tuple[str, datetime, datetime | None]] = []
    for cell in visits():
        for _ in range(cell.value):
            week = waiting[cell.column].pop(0)
            if week > cell.week:
                raise ValueError(f"A visit in week {cell.week} has no booking before it.")
            found.append((cell.column, in_week(rng, week, days=(0, 2)), in_week(rng, cell.week, days=(3, 6))))
    for region, weeks in waiting.items():
        found += [(region, in_week(rng, week, days=(0, 6)), None) for week in weeks]
    return found


def qualified_journey(
    rng: Random, channel: str, booked: datetime | None, visited: datetime | None
) -> tuple[Timeline, Journey]:
    """A qualified lead's touches: booking (None: a walk-in who drives at an event), visit or drive."""
    journey = Journey(rng, 0, LAUNCH_2009, channel, rng.choice(MEDIA_OF[channel]))
    if booked is None:
        created = in_week(rng, rng.randint(2, 20), days=(4, 5))
        journey.add(created, "test_drive_taken")
        return Timeline(created, created, 5, created), journey
    created = booked
    if channel == "bought_lists" or rng.random() < 0.6:
        before = booked - timedelta(days=1 + rng.expovariate(1 / 7.0))
        created = in_daytime(rng, max(LAUNCH_START, before.date()))
        journey.first(created)
    journey.add(
        booked, "test_drive_booked", "" if created == booked else rng.choice(("website", "telephone"))
    )
    decisive = visited or later(rng, booked, 1 + rng.expovariate(1 / 5.0))
    journey.add(decisive, "showroom_visit" if visited else "test_drive_taken")
    return Timeline(created, decisive, 5, decisive), journey


def close(rng: Random, line: Timeline, outcome: str) -> Timeline:
    """Dates opportunity and decision; a sale is won by the end of 2009."""
    assert line.qualified is not None
    while True:
        opened = later(rng, line.qualified, opening_delay(rng))
        start = line.qualified if outcome == "screened" else opened
        closed = later(rng, start, closing_delay(rng, outcome))
        if closed <= LAST:
            line.opened, line.closed = (None if outcome == "screened" else opened), closed
            return line


def qualified_drafts(rng: Random) -> list[Draft]:
    booked = bookers(rng)
    walk_ins = sum(quotas.LAUNCH_QUALIFIED.values()) - len(booked)
    channels = [c for c, n in quotas.LAUNCH_QUALIFIED.items() for _ in range(n)]
    channels = channels[walk_ins:]  # the walk-ins are of the first channel, live events
    rng.shuffle(channels)
    regions = rng.choices([row.code for row in REGIONS], weights=REGION_WEIGHTS, k=walk_ins)
    people: list[tuple[str, str, datetime | None, datetime | None]]
    people = [("live_events", region, None, None) for region in regions]
    people += [(channel, *person) for channel, person in zip(channels, booked, strict=True)]
    won = dict(quotas.LAUNCH_WON)
    lost = quotas.LAUNCH_LOST
    rng.shuffle(people)
    found = []
    for channel, region, booking, visit in people:
        outcome = "screened"
        if won[channel]:
            won[channel], outcome = won[channel] - 1, "won"
        elif lost:
            lost, outcome = lost - 1, "lost"
        line, journey = qualified_journey(rng, channel, booking, visit)
        close(rng, line, outcome)
        touches = journey.in_order()
        found.append(Draft(LAUNCH_2009, channel, journey.medium, region, outcome, line, touches))
    return found


def drafts(rng: Random) -> list[Draft]:
    """Every lead of Launch 2009: 7,143, of which 500 qualify and 100 buy."""
    found = qualified_drafts(rng)
    days = calendars(LAUNCH_START, LAUNCH_END, growth=-0.85)
    codes = [row.code for row in REGIONS]
    for channel, leads in quotas.launch_leads().items():
        rest = leads - quotas.LAUNCH_QUALIFIED[channel]
        for region in rng.choices(codes, weights=REGION_WEIGHTS, k=rest):
            medium = rng.choice(MEDIA_OF[channel])
            line = Timeline(days[channel].draw(rng))
            journey = Journey(rng, 0, LAUNCH_2009, channel, medium)
            touches = list(potential(journey, line.created, LAST))
            found.append(Draft(LAUNCH_2009, channel, medium, region, "none", line, touches))
    return found
