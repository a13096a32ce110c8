"""The leads of campaign iXX with their timelines and touches."""

from dataclasses import dataclass
from random import Random

from kehu.shell.demo import quotas
from kehu.shell.demo.company import IXX, MEDIA_OF, REGION_WEIGHTS, REGIONS
from kehu.shell.demo.journeys import Journey, potential, qualifying
from kehu.shell.demo.moments import IXX_END, IXX_START, MIDDLE, PHASE_2_START, calendars
from kehu.shell.demo.rows import TouchRow
from kehu.shell.demo.timelines import Timeline, draw


@dataclass(slots=True)
class Draft:
    """A lead before it has a number: where it comes from and what will happen to it."""

    campaign: str
    channel: str
    medium: str
    region: str
    outcome: str
    line: Timeline
    touches: list[TouchRow]


def drafts(rng: Random) -> list[Draft]:
    """Every lead of iXX, in order of creation; its touches still lack the lead's number."""
    phases = {
        1: calendars(IXX_START, MIDDLE.date(), growth=1.4),
        2: calendars(PHASE_2_START, IXX_END, growth=0.8),
    }
    fates = [fate for fate in quotas.ixx_fates() for _ in range(fate.count)]
    codes = [row.code for row in REGIONS]
    regions = rng.choices(codes, weights=REGION_WEIGHTS, k=len(fates))
    found = []
    for fate, region in zip(fates, regions, strict=True):
        line = draw(rng, phases[fate.phase][fate.channel], fate)
        medium = rng.choice(MEDIA_OF[fate.channel])
        journey = Journey(rng, 0, IXX, fate.channel, medium)
        touches = qualifying(journey, line) if line.qualified else potential(journey, line.created)
        found.append(Draft(IXX, fate.channel, medium, region, fate.outcome, line, list(touches)))
    return found
