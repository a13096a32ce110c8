"""What is asked about sites and their visitors."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, Sum

from kehu.behaviour.models import Event, Site, SiteDay, Visitor
from kehu.core import clock
from kehu.core.models import User

KEEP_SECONDS = 5.0
SHOWN = 20
COUNTED = ("taken", "bots", "repeated", "refused")


@dataclass(frozen=True)
class Door:
    """What the intake has to know of a site."""

    id: int
    key: str
    origins: frozenset[str]
    active: bool


_kept: tuple[float, dict[str, Door]] = (0.0, {})


def forget() -> None:
    global _kept
    _kept = (0.0, {})


def doors() -> dict[str, Door]:
    """Every site by its key, read again after a few seconds: a change reaches every process."""
    global _kept
    if time.monotonic() - _kept[0] > KEEP_SECONDS or not _kept[0]:
        found = {
            site.key: Door(site.pk, site.key, frozenset(site.origin_list), site.active)
            for site in Site.objects.all()
        }
        _kept = (time.monotonic(), found)
    return _kept[1]


def counts_of(site: Site, *, days: int = 30) -> dict[str, int]:
    """What came in of a site in the last days: taken, bots, repeated, refused."""
    since = clock.today() - timedelta(days=days)
    sums = SiteDay.objects.filter(site=site, day__gt=since).aggregate(**{name: Sum(name) for name in COUNTED})
    return {name: sums[name] or 0 for name in COUNTED}


def visitors_of(site: Site, *, days: int = 30) -> int:
    """How many different browsers that is, bots left out."""
    since = clock.now() - timedelta(days=days)
    return Event.objects.filter(site=site, at__gte=since).values("visitor").distinct().count()


def newest(site: Site, user: User) -> list[Any]:
    """The newest events of a site that the user may see."""
    return list(Event.objects.visible_to(user).filter(site=site).order_by("-at", "-id")[:SHOWN])


def visitors_around(around: Q) -> Any:
    """The visitors who are one of the records that pointers name."""
    return Visitor.objects.filter(around).values("visitor")
