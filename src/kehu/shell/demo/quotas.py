"""How many leads of each channel meet which fate, so that the totals are those of the case.

A `Fate` says what happens to a group of leads of one channel; the moments are drawn later. Every number is
checked against `case.json` by tests on the generated rows.
"""

from dataclasses import dataclass
from datetime import datetime

from kehu.shell.demo.case_files import case
from kehu.shell.demo.moments import END, MIDDLE

# Per channel at the end of 2010-08-31: leads, qualified, customers (the printed shares follow from it).
MIDDLE_STATE = {
    "live_events": (486, 231, 119),
    "website": (949, 304, 119),
    "telephone": (290, 180, 20),
    "print": (330, 160, 14),
    "digital_ads": (560, 300, 31),
    "bought_lists": (170, 26, 3),
    "outdoor": (489, 246, 67),
}
# Per channel at the end of 2010-12-31: qualified, customers (leads are printed in the case).
END_STATE = {
    "live_events": (1840, 560),
    "website": (1580, 470),
    "telephone": (630, 110),
    "print": (320, 45),
    "digital_ads": (760, 150),
    "bought_lists": (36, 5),
    "outdoor": (874, 250),
}
# Of the leads of phase 1: won after August though qualified before; qualified after August; won of these.
LATE = {
    "live_events": (40, 100, 25),
    "website": (65, 230, 55),
    "telephone": (40, 60, 10),
    "print": (20, 50, 4),
    "digital_ads": (60, 110, 15),
    "bought_lists": (1, 5, 0),
    "outdoor": (70, 75, 15),
}
LOST_EARLY, LOST_LATE, LOST_PHASE_2, OPEN, WAITING = 420, 90, 390, 260, 420


@dataclass(frozen=True, slots=True)
class Fate:
    """`count` leads of a channel.

    `phase`: 1 created by the end of August, 2 after. `qualifies_from`/`until`: when the deciding touch falls
    (None: never). `outcome`: none, won, lost, open, waiting (qualified, no opportunity yet) or screened.
    `closes_from`/`until`: when an outcome is dated.
    """

    count: int
    channel: str
    phase: int
    outcome: str = "none"
    qualifies_from: datetime | None = None
    qualifies_until: datetime | None = None
    closes_from: datetime | None = None
    closes_until: datetime | None = None


def shared(total: int, weights: dict[str, int]) -> dict[str, int]:
    """Splits a total by weights into whole numbers that add up to it (largest remainders)."""
    whole = sum(weights.values())
    parts = {key: total * weight // whole for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: -(total * weights[key] % whole))
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def ixx_fates() -> list[Fate]:
    """The fates of all iXX leads; their counts add up to the leads of the case."""
    leads = case()["end"]["leads_by_channel"]
    early_rest = {c: q - w - LATE[c][0] for c, (_, q, w) in MIDDLE_STATE.items()}
    late_rest = {c: qualifying - won for c, (_, qualifying, won) in LATE.items()}
    second = {c: END_STATE[c][0] - MIDDLE_STATE[c][1] - LATE[c][1] for c in leads}
    second_won = {c: END_STATE[c][1] - MIDDLE_STATE[c][2] - LATE[c][0] - LATE[c][2] for c in leads}
    second_rest = {c: second[c] - second_won[c] for c in leads}
    lost_early, lost_late = shared(LOST_EARLY, early_rest), shared(LOST_LATE, late_rest)
    lost, still_open, waiting = (shared(n, second_rest) for n in (LOST_PHASE_2, OPEN, WAITING))
    fates: list[Fate] = []
    for channel, total in leads.items():
        created, qualified, won = MIDDLE_STATE[channel]
        won_after, late, late_won = LATE[channel]
        early = (None, MIDDLE)
        after = (MIDDLE, END)
        screened = second_rest[channel] - lost[channel] - still_open[channel] - waiting[channel]
        fates += [
            Fate(won, channel, 1, "won", *early, None, MIDDLE),
            Fate(won_after, channel, 1, "won", *early, *after),
            Fate(lost_early[channel], channel, 1, "lost", *early, None, END),
            Fate(early_rest[channel] - lost_early[channel], channel, 1, "screened", *early, None, END),
            Fate(late_won, channel, 1, "won", *after, *after),
            Fate(lost_late[channel], channel, 1, "lost", *after, *after),
            Fate(late_rest[channel] - lost_late[channel], channel, 1, "screened", *after, *after),
            Fate(created - qualified - late, channel, 1),
            Fate(second_won[channel], channel, 2, "won", *after, *after),
            Fate(lost[channel], channel, 2, "lost", *after, *after),
            Fate(still_open[channel], channel, 2, "open", *after, END, None),
            Fate(waiting[channel], channel, 2, "waiting", *after, END, None),
            Fate(screened, channel, 2, "screened", *after, *after),
            Fate(total - created - second[channel], channel, 2),
        ]
    return fates


# Launch 2009: leads are a tenth of the iXX plan; qualified and customers by channel give 7 % and 20 %.
LAUNCH_QUALIFIED = {
    "live_events": 75,
    "website": 160,
    "telephone": 50,
    "print": 25,
    "digital_ads": 85,
    "bought_lists": 15,
    "outdoor": 90,
}
LAUNCH_WON = {
    "live_events": 20,
    "website": 33,
    "telephone": 10,
    "print": 4,
    "digital_ads": 14,
    "bought_lists": 2,
    "outdoor": 17,
}
LAUNCH_LOST = 160


def launch_leads() -> dict[str, int]:
    return {channel: leads // 10 for channel, leads in case()["plan"]["leads_by_channel"].items()}
