"""One event as it was sent, checked and brought to its form: the same at the door and when it is taken apart."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kehu.behaviour.models import EventKind

FORM_OF_ID = re.compile(r"[A-Za-z0-9_.:-]{8,64}").fullmatch
KINDS = frozenset(EventKind.values)
LONGEST = {"page": 500, "title": 300, "referrer": 500, "name": 100}
UTM = ("source", "medium", "campaign")
UTM_LONGEST = 200
MOST_PROPERTIES, NAME_LONGEST, TEXT_LONGEST = 30, 60, 500
LARGEST_NUMBER = 10**15
# A clock may be as wrong as it likes where the sender says what it shows; then this much is left.
AHEAD = timedelta(minutes=5)
OLDEST = timedelta(days=7)
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
SKEW_COUNTS = timedelta(seconds=2)


class Broken(ValueError):
    """Why an event is refused, as a sentence."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Row(NamedTuple):
    """An event that counts, as it is stored; `at` by the company's clock."""

    key: str
    visitor: str
    kind: str
    name: str
    at: datetime
    page: str
    title: str
    referrer: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Around:
    """What holds for all events of a call: when it came (by the company's clock), how wrong the sender's clock is."""

    received: datetime
    skew: timedelta = timedelta(0)
    visitor: str = ""
    trusted: bool = False


def _no_number(text: str) -> Any:
    raise ValueError(text)


decode = json.JSONDecoder(parse_constant=_no_number).decode


def skew_of(sent: Any, real_now: float) -> timedelta:
    """How far the sender's clock is behind ours: by its own word, in milliseconds since 1970 or as ISO text."""
    if sent is None:
        return timedelta(0)
    found = timedelta(seconds=real_now) - (_moment(sent) - datetime.fromtimestamp(0, UTC))
    return found if abs(found) > SKEW_COUNTS else timedelta(0)


def row_of(given: Any, around: Around) -> Row:
    """The event, or Broken with the reason. Unknown names are refused: a typing mistake would lose data silently."""
    if type(given) is not dict:
        raise Broken(_("An event is an object with id, visitor, kind and at."))
    get = given.get
    key, visitor, kind = get("id"), get("visitor", around.visitor), get("kind", "view")
    if type(key) is not str or not FORM_OF_ID(key):
        raise Broken(_("“id” has 8 to 64 letters, digits or the marks _ . : - and is new for each event."))
    if type(visitor) is not str or not FORM_OF_ID(visitor):
        raise Broken(_("“visitor” has 8 to 64 letters, digits or the marks _ . : -."))
    if type(kind) is not str or kind not in KINDS:
        raise Broken(_("“kind” is one of view, download, resource, form, custom."))
    if not given.keys() <= NAMES:
        raise Broken(_("There is an unknown name in the event. Put what is your own into “properties”."))
    utm = get("utm") or {}
    if type(utm) is not dict:
        raise Broken(_("“utm” is an object with source, medium, campaign."))
    name = _text(get("name"), "name")
    if kind == "custom" and not name:
        raise Broken(_("An own event needs a “name”."))
    source, medium, campaign = [_text(utm.get(part), "utm") for part in UTM]
    return Row(
        key,
        visitor,
        kind,
        name,
        _at(get("at"), around),
        _text(get("page"), "page"),
        _text(get("title"), "title"),
        _text(get("referrer"), "referrer"),
        source,
        medium,
        campaign,
        _properties(get("properties")),
    )


NAMES = frozenset({"id", "visitor", "kind", "name", "at", "page", "title", "referrer", "utm", "properties"})


def _text(value: Any, name: str) -> str:
    """A text cut to what is kept: an address too long is still a visit."""
    if value is None:
        return ""
    if type(value) is not str:
        raise Broken(_("Page, title, referrer, name and utm are texts."))
    if not value.isprintable():
        value = _cleaned(value)
    return value[: LONGEST.get(name, UTM_LONGEST)]


def _cleaned(value: str) -> str:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Broken(_("A text holds characters that cannot be kept (its encoding is broken)."))
    return "".join(letter if letter.isprintable() else " " for letter in value).strip()


def _at(value: Any, around: Around) -> datetime:
    if value is None:
        return around.received
    try:
        at = _moment(value) + around.skew
    except OverflowError:
        raise Broken(_("“at” is no moment that can be.")) from None
    if at > around.received + AHEAD:
        raise Broken(
            _("“at” lies in the future. Send “sent” with the call, so that a wrong clock is put right.")
        )
    if at < LONG_AGO or (not around.trusted and at < around.received - OLDEST):
        raise Broken(_("“at” is too long ago: a browser's events count for seven days."))
    return at


def _moment(value: Any) -> datetime:
    """A moment from milliseconds since 1970 or ISO text with its zone."""
    try:
        if type(value) is str:
            found = datetime.fromisoformat(value)
            if found.tzinfo is None:
                raise Broken(_("“at” needs its zone, as in 2010-03-02T09:00:00Z."))
            return found
        if type(value) in (int, float):
            return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        if isinstance(error, Broken):
            raise
    raise Broken(_("“at” is ISO text with its zone or milliseconds since 1970."))


def _properties(given: Any) -> Mapping[str, Any]:
    if given is None:
        return {}
    if type(given) is not dict or len(given) > MOST_PROPERTIES:
        raise Broken(_("“properties” is an object with at most 30 names."))
    found = {}
    for name, value in given.items():
        if not name or len(name) > NAME_LONGEST or not name.isprintable():
            raise Broken(_("The name of a property has 1 to 60 printable characters."))
        if type(value) is str:
            if len(value) > TEXT_LONGEST:
                raise Broken(_("A property has at most 500 characters."))
            found[name] = value if value.isprintable() else _cleaned(value)
        elif value is None or type(value) is bool or _is_number(value):
            found[name] = value
        else:
            raise Broken(_("A property is a text, a number, yes or no."))
    return found


def _is_number(value: Any) -> bool:
    """A number that both databases and JSON keep as it is; what is not finite is larger than that, too."""
    return type(value) in (int, float) and -LARGEST_NUMBER < value < LARGEST_NUMBER
