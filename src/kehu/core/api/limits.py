"""How many calls a minute one caller may make, counted over all processes.

A row per caller counts the minute. A process takes calls from it a block at a time (a hundredth of the limit) and
serves them from memory, so the limit is never exceeded, and one call in a hundred or so writes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.core.models import RateWindow

SECONDS = 60
BLOCKS = 100
MOST_CALLERS = 10_000
CALLER = RateWindow._meta.get_field("caller").max_length


class TooMany(Refused):
    """The caller has used up the minute."""

    status = 429


@dataclass
class Window:
    """What this process holds of one caller's minute: `left` calls, of `taken` that all processes took."""

    minute: int
    left: int = 0
    taken: int = 0


_windows: dict[str, Window] = {}
_lock = Lock()


def take(request: HttpRequest, caller: str) -> None:
    """Count one call of a caller; refuses when the minute is used up."""
    limit: int = settings.KEHU_API_RATE
    if limit <= 0:
        return
    now = time.time()
    minute = int(now // SECONDS)
    with _lock:
        window = _window(caller, minute)
        if window.left == 0 and window.taken < limit:
            window.taken, window.left = _block(caller, minute, limit)
        allowed = window.left > 0
        window.left -= int(allowed)
        remaining = max(limit - window.taken, 0) + window.left
    reset = SECONDS - int(now % SECONDS)
    request.rate = (limit, remaining, reset)  # type: ignore[attr-defined]
    if not allowed:
        raise TooMany(
            _("More than %(limit)s calls in a minute. Go on in %(seconds)s seconds.")
            % {"limit": f"{limit:,}", "seconds": reset},
            headers={"Retry-After": str(reset)},
        )


def within(caller: str, limit: int) -> bool:
    """Count one thing that a caller does in this minute, over all processes; false when `limit` is used up."""
    return limit <= 0 or _block(caller[:CALLER], int(time.time() // SECONDS), limit, size=1)[1] > 0


def tell(request: HttpRequest, answer: HttpResponse) -> None:
    """The headers that say how much is left (draft-ietf-httpapi-ratelimit-headers)."""
    if rate := getattr(request, "rate", None):
        limit, remaining, reset = rate
        answer["RateLimit-Policy"] = f"{limit};w={SECONDS}"
        answer["RateLimit-Limit"] = str(limit)
        answer["RateLimit-Remaining"] = str(remaining)
        answer["RateLimit-Reset"] = str(reset)


def forget() -> None:
    """Give up what this process holds."""
    _windows.clear()


def _window(caller: str, minute: int) -> Window:
    found = _windows.get(caller)
    if found is None or found.minute != minute:
        if len(_windows) > MOST_CALLERS:
            _windows.clear()
        found = _windows[caller] = Window(minute)
    return found


def _block(caller: str, minute: int, limit: int, size: int = 0) -> tuple[int, int]:
    """Take a block from the caller's minute: how many all have taken now, and how many of them are ours."""
    size = size or max(1, limit // BLOCKS)
    table = RateWindow._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS held (caller, minute, taken) VALUES (%s, %s, %s) "
            "ON CONFLICT (caller) DO UPDATE SET "
            "taken = CASE WHEN held.minute = excluded.minute THEN held.taken ELSE 0 END + excluded.taken, "
            "minute = excluded.minute WHERE held.minute <> excluded.minute OR held.taken < %s "
            "RETURNING taken",
            [caller, minute, size, limit],
        )
        row = cursor.fetchone()
    if row is None:
        return limit, 0
    return row[0], min(size, limit - (row[0] - size))
