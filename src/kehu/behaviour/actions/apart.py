"""Taking apart what came in: each event once, bots apart, visitors who said who they are joined to the person."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from crawlerdetect import CrawlerDetect
from django.db import transaction
from django.db.models import F

from kehu.behaviour.actions import persons
from kehu.behaviour.actions.reading import Around, Broken, Row, decode, row_of
from kehu.behaviour.models import Arrival, Event, SiteDay
from kehu.core import clock, registry
from kehu.core.errors import Refused

log = logging.getLogger("kehu.behaviour")
# A transaction keeps SQLite's other writers waiting: some thousand events take less than half a second.
EVENTS_AT_ONCE = 2000
ARRIVALS_AT_ONCE = 500
# No person does more in a minute.
FASTEST = 120
# What crawlers, tools and browsers without a person call themselves, beside what the list knows.
HEADLESS = ("headlesschrome", "phantomjs", "puppeteer", "playwright", "selenium", "electron/")

Found = tuple[int, Row, Arrival]


class Lost(Exception):
    """Another process has taken the same calls apart."""


@cache
def _crawlers() -> CrawlerDetect:
    return CrawlerDetect(headers={}, user_agent="")


def is_bot(agent: str) -> bool:
    """Whether the name of a browser is that of a program; none at all is one too."""
    lowered = agent.lower()
    return not agent.strip() or any(word in lowered for word in HEADLESS) or _crawlers().is_crawler(agent)


def digest() -> int:
    """Take apart the oldest calls; how many there were. For one process at a time, which holds the reader's lease."""
    arrivals, events = [], 0
    for arrival in Arrival.objects.order_by("id")[:ARRIVALS_AT_ONCE].iterator(chunk_size=100):
        arrivals.append(arrival)
        events += arrival.body.count('"id"')
        if events >= EVENTS_AT_ONCE:
            break
    if not arrivals:
        return 0
    counts: dict[tuple[int, date], Counter[str]] = defaultdict(Counter)
    found, named = _read(arrivals, counts)
    found = _without_hasty(found, counts)
    fresh = _fresh(found, counts)
    with transaction.atomic():
        Event.objects.bulk_create([_event(row, arrival) for _site, row, arrival in fresh], batch_size=500)
        _count(counts)
        gone, _detail = Arrival.objects.filter(pk__in=[arrival.pk for arrival in arrivals]).delete()
        if gone != len(arrivals):
            raise Lost("other process")
    for visitor, token in named:
        _join(visitor, token)
    return len(arrivals)


def _read(
    arrivals: Sequence[Arrival], counts: dict[tuple[int, date], Counter[str]]
) -> tuple[list[Found], list[tuple[str, str]]]:
    found: list[Found] = []
    named = []
    for arrival in arrivals:
        kept = decode(arrival.body)
        skew = timedelta(seconds=kept["skew"])
        around = Around(arrival.received_at, skew, kept["visitor"], arrival.trusted)
        day = counts[arrival.site_id, clock.local_date(arrival.received_at)]
        bot = not arrival.trusted and (arrival.ahead or is_bot(arrival.agent))
        for one in kept["events"]:
            try:
                row = row_of(one, around)
            except Broken:
                continue
            if bot:
                day["bots"] += 1
            else:
                found.append((arrival.site_id, row, arrival))
        day["refused"] += arrival.refused
        if "identify" in kept and not bot:
            named.append((kept["visitor"], kept["identify"]))
    return found, named


def _without_hasty(found: list[Found], counts: dict[tuple[int, date], Counter[str]]) -> list[Found]:
    """Without visitors who do more in a minute than a person can."""
    pace = Counter((row.visitor, int(row.at.timestamp()) // 60) for _s, row, one in found if not one.trusted)
    hasty = {visitor for (visitor, _minute), number in pace.items() if number > FASTEST}
    if not hasty:
        return found
    for site, row, arrival in found:
        if row.visitor in hasty:
            counts[site, clock.local_date(arrival.received_at)]["bots"] += 1
    return [one for one in found if one[1].visitor not in hasty]


def _fresh(found: list[Found], counts: dict[tuple[int, date], Counter[str]]) -> list[Found]:
    """Those that have not come before, in this lot or an earlier one."""
    keys = [row.key for _site, row, _arrival in found]
    known: set[tuple[int, str]] = set()
    for start in range(0, len(keys), 500):
        there = Event.everything.filter(key__in=keys[start : start + 500])
        known.update(there.values_list("site_id", "key"))
    fresh = []
    for site, row, arrival in found:
        day = counts[site, clock.local_date(arrival.received_at)]
        if (site, row.key) in known:
            day["repeated"] += 1
            continue
        known.add((site, row.key))
        day["taken"] += 1
        fresh.append((site, row, arrival))
    return fresh


def _event(row: Row, arrival: Arrival) -> Event:
    return Event.from_columns(
        **row._asdict(),
        site_id=arrival.site_id,
        created_at=arrival.received_at,
        updated_at=arrival.received_at,
    )


def _count(counts: dict[tuple[int, date], Counter[str]]) -> None:
    for (site, day), counted in counts.items():
        row, _new = SiteDay.objects.get_or_create(site_id=site, day=day)
        changed = {name: F(name) + number for name, number in counted.items() if number}
        if changed:
            SiteDay.objects.filter(pk=row.pk).update(**changed)


def _join(visitor: str, token: str) -> None:
    """By a token; one that names nobody any more, or a visitor who is somebody else, changes nothing."""
    named = persons.reads(token)
    record = registry.get(named[0]).model.objects.filter(pk=named[1]).first() if named else None
    if record is None:
        return
    try:
        persons.identify(visitor=visitor, record=record, by=None, how="token")
    except Refused as refusal:
        log.info("visitor %s: %s", visitor, refusal)
