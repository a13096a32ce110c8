"""The touches of a lead: what it met first, what made it qualify, what followed."""

from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from random import Random

from kehu.shell.demo.company import MEDIA_OF
from kehu.shell.demo.moments import END, SECOND_VERSION, later
from kehu.shell.demo.rows import TouchRow
from kehu.shell.demo.timelines import Timeline


def weighted(**weights: int) -> tuple[tuple[str, ...], list[int]]:
    return tuple(weights), list(accumulate(weights.values()))


# A first touch that leaves the lead potential (1 to 3 points), by channel.
FIRST_KINDS = {
    "live_events": weighted(live_event=75, visiting_card=17, entry_form=8),
    "website": weighted(campaign_member=45, resource_use=20, download=20, entry_form=15),
    "telephone": weighted(entry_form=60, campaign_member=40),
    "print": weighted(entry_form=50, scan=30, campaign_member=20),
    "digital_ads": weighted(campaign_member=45, download=30, entry_form=25),
    "bought_lists": weighted(bought_list=1),
    "outdoor": weighted(scan=45, campaign_member=35, entry_form=20),
}
# Later touches of 1 to 3 points and the channel that they come through.
SOFT_TOUCHES = (
    ("resource_use", "website"),
    ("download", "website"),
    ("campaign_member", "website"),
    ("entry_form", "website"),
    ("live_event", "live_events"),
    ("visiting_card", "live_events"),
    ("scan", "outdoor"),
)
STRONG_TOUCHES = {
    4: (("test_drive_booked", "website"), ("contact_form", "website"), ("phone_inquiry", "telephone")),
    5: (("test_drive_taken", "live_events"), ("showroom_visit", "")),
}
FIRST_STRONG: dict[str, dict[int, tuple[str, ...]]] = {
    "website": {4: ("contact_form", "test_drive_booked"), 5: ("showroom_visit",)},
    "telephone": {4: ("phone_inquiry", "phone_inquiry", "test_drive_booked"), 5: ("showroom_visit",)},
    "live_events": {4: ("test_drive_booked",), 5: ("test_drive_taken",)},
}
OTHER_FIRST_STRONG: dict[int, tuple[str, ...]] = {
    4: ("phone_inquiry", "contact_form"),
    5: ("showroom_visit",),
}


class Journey:
    """Collects the touches of one lead in order of time; a touch through its own channel keeps its medium."""

    def __init__(self, rng: Random, lead_id: int, campaign: str, channel: str, medium: str) -> None:
        self.rng, self.lead_id, self.campaign = rng, lead_id, campaign
        self.channel, self.medium = channel, medium
        self.touches: list[TouchRow] = []

    def add(self, at: datetime, kind: str, channel: str = "") -> None:
        channel = channel or self.channel
        medium = self.medium if channel == self.channel else self.rng.choice(MEDIA_OF[channel])
        self.touches.append(TouchRow(self.lead_id, at, kind, channel, medium, self.campaign))

    def first(self, at: datetime) -> None:
        kinds, cumulated = FIRST_KINDS[self.channel]
        self.add(at, self.rng.choices(kinds, cum_weights=cumulated)[0])

    def soft(self, start: datetime, days: float, until: datetime) -> None:
        at = later(self.rng, start, days)
        if at < until:
            self.add(at, *self.rng.choice(SOFT_TOUCHES))

    def in_order(self) -> list[TouchRow]:
        self.touches.sort(key=lambda touch: touch.at)
        return self.touches


def potential(journey: Journey, created: datetime, until: datetime = END) -> Iterator[TouchRow]:
    """Touches of a lead that never qualifies: one, sometimes two or three, of at most 3 points."""
    rng = journey.rng
    journey.first(created)
    chance = rng.random()
    if chance < 0.28:
        journey.soft(created, rng.expovariate(1 / 20.0), until)
    if chance < 0.06:
        journey.soft(created, rng.expovariate(1 / 35.0), until)
    yield from journey.in_order()


def decisive(journey: Journey, line: Timeline) -> None:
    """The touch that qualifies, and what came before it (never worth as many points)."""
    rng = journey.rng
    assert line.decisive is not None
    if line.decisive == line.created:
        kinds = FIRST_STRONG.get(journey.channel, OTHER_FIRST_STRONG)[line.points]
        journey.add(line.created, rng.choice(kinds))
        return
    journey.first(line.created)
    if rng.random() < 0.35:
        journey.soft(line.created, rng.expovariate(1 / 3.0), line.decisive)
    waits_for_five = line.points == 5 and line.qualified == line.decisive
    if waits_for_five and line.decisive < SECOND_VERSION and rng.random() < 0.6:
        at = later(rng, line.created, (line.decisive - line.created).days * rng.random())
        if at < line.decisive:
            journey.add(at, *rng.choice(STRONG_TOUCHES[4]))
    journey.add(line.decisive, *rng.choice(STRONG_TOUCHES[line.points]))


def qualifying(journey: Journey, line: Timeline) -> Iterator[TouchRow]:
    """Touches of a lead that qualifies; most of those with an opportunity drive the car before it closes."""
    rng = journey.rng
    decisive(journey, line)
    if line.opened and line.closed:
        until = min(line.closed, END)
        for kind, chance, days in (("showroom_visit", 0.55, 4.0), ("test_drive_taken", 0.7, 6.0)):
            at = later(rng, line.opened, rng.expovariate(1 / days))
            if rng.random() < chance and at < until:
                journey.add(at, kind, "live_events" if kind == "test_drive_taken" else "")
    yield from journey.in_order()
