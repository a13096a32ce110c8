"""Days and moments of the demo: campaign calendars, and how a random moment in them is drawn."""

from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Taipei")
SATURDAY = 5


def moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


CLOCK = moment(2010, 12, 31, 10)
END = moment(2010, 12, 31, 9, 45)
MIDDLE = moment(2010, 8, 31, 23, 59)
SECOND_VERSION = moment(2010, 9, 7)

LAUNCH_START, LAUNCH_END = date(2009, 6, 2), date(2009, 12, 31)
IXX_START, IXX_END = date(2010, 6, 1), date(2010, 12, 31)
PHASE_2_START = date(2010, 9, 1)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE)


def week_of(day: date, start: date) -> int:
    """Number of the campaign week of a day; week 1 begins on the campaign's first day."""
    return (day - start).days // 7 + 1


def in_daytime(rng: Random, day: date) -> datetime:
    """A moment of that day between 08:00 and 22:30, most often in the early afternoon; never after `END`."""
    found = midnight(day) + timedelta(minutes=int(rng.triangular(480, 1350, 840)))
    if found > END:
        found = midnight(day) + timedelta(minutes=rng.randrange(480, 586))
    return found


def later(rng: Random, start: datetime, days: float) -> datetime:
    """A moment about `days` after `start`, in the daytime, at least 20 minutes later."""
    if days >= 0.4:
        day = start + timedelta(days=days)
        found = day.replace(hour=0, minute=0) + timedelta(minutes=rng.randrange(570, 1200))
        if found > start:
            return found
    return start + timedelta(minutes=rng.randrange(20, 120))


class Calendar:
    """The days of a campaign phase with a weight each: later days weigh more, events fall on weekends."""

    def __init__(self, start: date, end: date, *, growth: float, weekend: float) -> None:
        count = (end - start).days + 1
        self.days = [start + timedelta(days=n) for n in range(count)]
        weights = (
            (1 + growth * n / count) * (weekend if day.weekday() >= SATURDAY else 1.0)
            for n, day in enumerate(self.days)
        )
        self.cumulated = list(accumulate(weights))

    def draw(self, rng: Random) -> datetime:
        return in_daytime(rng, rng.choices(self.days, cum_weights=self.cumulated)[0])


WEEKENDS = {"live_events": 9.0, "outdoor": 1.4, "website": 1.2, "telephone": 0.6, "print": 1.3}


def calendars(start: date, end: date, growth: float) -> dict[str, Calendar]:
    """One calendar per channel for the days from start to end."""
    channels = ("live_events", "website", "telephone", "print", "digital_ads", "bought_lists", "outdoor")
    return {code: Calendar(start, end, growth=growth, weekend=WEEKENDS.get(code, 1.0)) for code in channels}
