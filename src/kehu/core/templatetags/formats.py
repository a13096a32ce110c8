"""How values are written on a page. Pure text; the tags put marks around it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kehu.core import clock
from kehu.kit.amounts import shorten

NOTHING = "–"
MINUS = "\u2212"


def number(value: Any) -> Decimal | None:
    """The value as an exact number, or nothing where it is none."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def amount(value: Any, places: int | None = None) -> str:
    """Grouped and in full: 71,940 or 1,234.50; fractions as they are unless `places` is given."""
    found = number(value)
    if found is None:
        return NOTHING
    if places is not None:
        return f"{found:,.{places}f}"
    return f"{found:,.0f}" if found == found.to_integral_value() else f"{found.normalize():,f}"


def short(value: Any) -> str:
    """In the reader's habit: 700 M, 7 亿; under a million in full."""
    found = number(value)
    return NOTHING if found is None else shorten(found, translation.get_language() or "en")


def percent(value: Any, places: int | None = None) -> str:
    """A ratio as a share of a hundred: 7.1% below ten, 20% from there on; a true minus, no space."""
    found = number(value)
    if found is None:
        return NOTHING
    share = found * 100
    if places is None:
        places = 1 if share and abs(round(share, 1)) < 10 else 0
    return f"{share:,.{places}f}%".replace("-", MINUS)


def signed(text: str, value: Any) -> str:
    """With its sign, and a true minus: +12, −3."""
    found = number(value)
    return f"+{text}" if found is not None and found > 0 else text.replace("-", MINUS, 1)


def day(value: date | datetime) -> str:
    """2010-12-31 or 2010-12-31 09:45, in every language."""
    return (
        f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%Y-%m-%d}"
    )


def near_day(value: date | datetime, *, weekday: bool = False) -> str:
    """For what waits to be done: today and its neighbours in words, with `weekday` the week to come by name."""
    moment = timezone.localtime(value) if isinstance(value, datetime) else None
    that = moment.date() if moment else value
    distance = (that - clock.today()).days  # type: ignore[operator]
    words = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    text = words.get(distance, f"{that:%Y-%m-%d}")
    if weekday and 1 < distance < 7:
        text = date_format(that, "l")
    return f"{text} {moment:%H:%M}" if moment else text


def initials(name: str) -> str:
    """What fits into a round face: 志明 of 陳志明, MC of Mary Chen."""
    name = name.strip()
    if not name:
        return "?"
    if "\u3400" <= name[0] <= "\u9fff":
        return name[-2:] if len(name) > 2 else name[-1]
    words = name.split()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def tone(name: str) -> int:
    """One of six colours, the same for the same name everywhere."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(name)) % 6 + 1
