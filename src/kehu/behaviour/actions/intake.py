"""Taking a call with events in: checked, stored as it came with one statement, answered. What follows is the worker's.

One row a call and no index but its number: so the door is as fast as the disk, and what was answered is kept
whatever dies afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.behaviour.actions import persons
from kehu.behaviour.actions.reading import FORM_OF_ID, Around, Broken, decode, row_of, skew_of
from kehu.behaviour.models import Arrival
from kehu.behaviour.queries import Door
from kehu.core import clock
from kehu.core.errors import Refused

MOST_EVENTS = 1000
ENVELOPE = frozenset({"site", "sent", "visitor", "events", "identify"})


@dataclass
class Taken:
    """How many events count from now on, and of the others the position (from 0) with the reason."""

    accepted: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def envelope_of(raw: bytes) -> dict[str, Any]:
    """What a call holds: an object with events, a list of them, or one event a line (NDJSON, each line an object)."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Refused(_("The call is not written in UTF-8.")) from None
    try:
        given = decode(text)
    except RecursionError:
        raise Refused(_("The call is nested too deeply.")) from None
    except ValueError:
        return {"events": _lines(text)}
    if type(given) is list:
        return {"events": given}
    if type(given) is dict and "events" not in given and "identify" not in given:
        return {"events": [given]}
    if type(given) is not dict:
        raise Refused(_("Send an object with “events”, a list of events, or one event a line."))
    return given


def _lines(text: str) -> list[Any]:
    """One event a line; a line that cannot be read is refused by its position, empty ones do not count."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2 and not text.endswith("\n"):
        raise Refused(_("The call cannot be read: it is neither JSON nor one event a line."))
    found: list[Any] = []
    for line in lines:
        try:
            found.append(decode(line))
        except (ValueError, RecursionError):
            found.append(None)
    return found


def take(
    *, site: Door, envelope: Mapping[str, Any], agent: str = "", trusted: bool = False, ahead: bool = False
) -> Taken:
    """Check and store a call. Refuses what cannot be read as a whole; single events are refused by their position.

    An event that comes again is counted once, however often it was accepted.
    """
    events = envelope.get("events", [])
    if type(events) is not list or len(events) > MOST_EVENTS:
        raise Refused(_("A call has at most %(count)s events, in a list.") % {"count": f"{MOST_EVENTS:,}"})
    if not envelope.keys() <= ENVELOPE:
        raise Refused(_("A call has site, sent, visitor, events and identify, and no other names."))
    around = around_of(envelope, trusted=trusted)
    token = envelope.get("identify")
    if token is not None and (type(token) is not str or not persons.reads(token)):
        raise Refused(_("The token that names the person is not one of ours, or it is too old."))
    taken = Taken()
    for position, one in enumerate(events):
        try:
            row_of(one, around)
        except Broken as broken:
            taken.refused.append((position, str(broken.sentence)))
    taken.accepted = len(events) - len(taken.refused)
    if events or token:
        _store(site, envelope, events, around, agent, ahead, len(taken.refused))
    return taken


def around_of(envelope: Mapping[str, Any], *, trusted: bool) -> Around:
    visitor = envelope.get("visitor", "")
    if visitor and (type(visitor) is not str or not FORM_OF_ID(visitor)):
        raise Refused(_("“visitor” has 8 to 64 letters, digits or the marks _ . : -."))
    if envelope.get("identify") and not visitor:
        raise Refused(_("Say which visitor is the person."))
    now, offset = timezone.now(), clock.offset()
    try:
        # A server's moments are those of the company's clock; a browser's are real.
        skew = offset + skew_of(envelope.get("sent"), now.timestamp()) if not trusted else timedelta(0)
    except (Broken, OverflowError):
        raise Refused(_("“sent” is what the sender's clock shows: milliseconds since 1970.")) from None
    return Around(now + offset, skew, visitor, trusted)


INSERT = (
    f"INSERT INTO {Arrival._meta.db_table} (site_id, received_at, agent, trusted, ahead, refused, body) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
dump: Callable[[Any], str] = json.JSONEncoder(separators=(",", ":")).encode


def _store(
    site: Door, envelope: Mapping[str, Any], events: Sequence[Any], around: Around, agent: str, ahead: bool,
    refused: int,
) -> None:  # fmt: skip
    from django.db import connection

    kept = {"skew": around.skew.total_seconds(), "visitor": around.visitor, "events": events}
    if token := envelope.get("identify"):
        kept["identify"] = token
    received = connection.ops.adapt_datetimefield_value(around.received)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [site.id, received, agent[:400], around.trusted, ahead, refused, dump(kept)])
