"""The company's clock. Business dates come from here; the change log keeps real time."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

_kept: dict[str, tuple[float, timedelta, ZoneInfo, str]] = {}
KEEP_SECONDS = 5.0


def _habits() -> tuple[timedelta, ZoneInfo, str]:
    """Offset, zone and country of the company, read again after a few seconds: so a change reaches every process."""
    name = str(connections.settings[DEFAULT_DB_ALIAS]["NAME"])
    kept = _kept.get(name)
    if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
        from kehu.core.models import Company

        company = Company.current()
        kept = (time.monotonic(), company.clock_offset, company.zone, company.country)
        _kept[name] = kept
    return kept[1:]


def forget() -> None:
    """Read the company's habits anew; called when they change."""
    _kept.clear()


def now() -> datetime:
    """The company's present moment, aware, in the company's time zone."""
    offset, zone, _country = _habits()
    return (timezone.now() + offset).astimezone(zone)


def today() -> date:
    return now().date()


def offset() -> timedelta:
    """How far the company's clock is from real time."""
    return _habits()[0]


def zone() -> ZoneInfo:
    return _habits()[1]


def country() -> str:
    """Where telephone numbers without a prefix belong: two letters."""
    return _habits()[2]


def local_date(moment: datetime) -> date:
    """The day that a moment falls on where the company is."""
    return moment.astimezone(zone()).date()
