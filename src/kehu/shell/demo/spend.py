"""Marketing spend: the printed media table of 2009, and iXX by month and budget class."""

from datetime import date, timedelta
from random import Random

from kehu.shell.demo.case_files import case, media_spend
from kehu.shell.demo.company import CHANNELS, IXX, LAUNCH_2009, MEDIA_OF
from kehu.shell.demo.moments import LAUNCH_START
from kehu.shell.demo.quotas import shared
from kehu.shell.demo.rows import SpendRow

SUNDAY = 5  # days after the Tuesday on which a campaign week begins
PHASE_2_BY_MONTH = {"2010-09": 1_500_000, "2010-10": 1_500_000, "2010-11": 1_600_000, "2010-12": 1_400_000}
# Weights of the channels within their budget class; after the review traditional money moves to live events.
CHANNEL_WEIGHTS = {
    1: {
        "live_events": 20,
        "print": 35,
        "outdoor": 45,
        "website": 45,
        "digital_ads": 55,
        "telephone": 70,
        "bought_lists": 30,
    },
    2: {
        "live_events": 60,
        "print": 8,
        "outdoor": 32,
        "website": 50,
        "digital_ads": 50,
        "telephone": 0,
        "bought_lists": 0,
    },
}
PAYMENT_DAYS = (6, 13, 20, 27)


def launch_spend() -> list[SpendRow]:
    """One line per cell of the media table, dated the Sunday of its week."""
    found = []
    for cell in media_spend():
        on = LAUNCH_START + timedelta(days=7 * (cell.week - 1) + SUNDAY)
        note = f"第 {cell.week} 週廣告"
        found.append(SpendRow(0, LAUNCH_2009, "digital_ads", cell.column.lower(), on, cell.value, note))
    return found


def months() -> list[tuple[int, str, int]]:
    """Phase, month and amount of iXX; the months of phase 2 are ours, their sum is the case's."""
    budget = case()["budget"]
    first = [(1, month, amount) for month, amount in budget["phase_1_by_month"].items()]
    return first + [(2, month, amount) for month, amount in PHASE_2_BY_MONTH.items()]


def month_lines(rng: Random, phase: int, month: str, amount: int) -> list[SpendRow]:
    """The lines of a month: per class by the phase's share, then by channel, medium and payment day."""
    found = []
    year, number = map(int, month.split("-"))
    for budget_class, share in case()["budget"][f"class_share_phase_{phase}"].items():
        weights = {
            row.code: CHANNEL_WEIGHTS[phase][row.code] for row in CHANNELS if row.budget_class == budget_class
        }
        if not share:
            continue
        for channel, part in shared(round(amount * share), weights).items():
            media = {medium: rng.randint(6, 12) for medium in MEDIA_OF[channel]}
            for medium, of_medium in shared(part, media).items():
                days = {str(day): rng.randint(3, 5) for day in PAYMENT_DAYS}
                found += [
                    SpendRow(
                        0, IXX, channel, medium, date(year, number, int(day)), value, f"{number} 月媒體費用"
                    )
                    for day, value in shared(of_medium, days).items()
                    if value
                ]
    return found


def spend_lines(rng: Random) -> list[SpendRow]:
    """All spend, numbered in order of date."""
    found = launch_spend()
    for phase, month, amount in months():
        found += month_lines(rng, phase, month, amount)
    found.sort(key=lambda line: (line.on, line.channel, line.medium))
    for number, line in enumerate(found, start=1):
        line.id = number
    return found
