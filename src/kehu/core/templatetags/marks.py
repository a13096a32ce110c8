"""Small marks of a page as HTML: icons, pills, meters, faces, dates. The tags of kehu.py are these functions."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kehu.core.templatetags import drawings, formats

DASH = SafeString('<span class="k-dash">–</span>')
MARKS = {
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "info": "progress",
    "": "circle",
}


@cache
def _sprite() -> str:
    return static("kehu/icons.svg")


def icon(name: str, label: str = "") -> SafeString:
    """A drawing from the sprite; with a label it speaks, without one it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="k-icon" {}><use href="{}#{}"/></svg>', spoken, _sprite(), name or "point")


def when(value: date | datetime | None, near: bool = False, weekday: bool = False) -> SafeString:
    """A date or moment as 2010-12-31 09:45; `near` names today and its neighbours, `weekday` the days to come."""
    if not value:
        return DASH
    text = formats.near_day(value, weekday=weekday) if near or weekday else formats.day(value)
    return _time(value, text)


def date_of(value: date | datetime | None) -> SafeString:
    """The day alone, the time on hover: where rows are compared by their day."""
    return _time(value, formats.day(value)[:10]) if value else DASH


def _time(value: date | datetime, text: str) -> SafeString:
    # Nothing to escape: digits, and the names of days. A list has a hundred of them.
    return SafeString(f'<time datetime="{value.isoformat()}" title="{formats.day(value)}">{text}</time>')


def pill(word: Any, kind: str = "", reason: Any = "", mark: str = "") -> SafeString:
    """A state in a word with its mark; kind is good, warn, bad, info or empty; the reason shows on hover."""
    hint = format_html(' title="{}"', reason) if reason else ""
    look = f" k-pill-{kind}" if kind else ""
    return format_html(
        '<span class="k-pill{}"{}>{}{}</span>', look, hint, icon(mark or MARKS.get(kind, "circle")), word
    )


def stage_meter(done: int, total: int, label: Any = "", state: str = "") -> SafeString:
    """How far: `done` of `total` steps and the stage's name; state is won, lost or empty."""
    return format_html(
        '<span class="k-meter">{}{}</span>', drawings.segments(int(done), int(total), state), label
    )


def score(value: Any, largest: Any = 100) -> SafeString:
    """A score with a small bar up to the largest one."""
    if formats.number(value) is None:
        return DASH
    return format_html(
        '<span class="k-score"><progress class="k-progress" value="{}" max="{}" aria-hidden="true"></progress>'
        "{}</span>",
        value,
        largest,
        formats.amount(value),
    )


def progress(value: Any, largest: Any = 1, label: Any = "", kind: str = "") -> SafeString:
    """A bar; kind is good, warn, bad or empty. Without a value it says that nothing is known yet."""
    look = f" k-progress-{kind}" if kind else ""
    filled = format_html(' value="{}"', value) if formats.number(value) is not None else ""
    return format_html(
        '<progress class="k-progress{}"{} max="{}" aria-label="{}"></progress>', look, filled, largest, label
    )


def person(someone: Any, large: bool = False) -> SafeString:
    """A round face with initials, and the name."""
    name = str(someone or "")
    if not name:
        return DASH
    size = " k-face-large" if large else ""
    return format_html(
        '<span class="k-person"><span class="k-face k-face-{}{}" aria-hidden="true">{}</span>'
        '<span class="k-truncate">{}</span></span>',
        formats.tone(name),
        size,
        formats.initials(name),
        name,
    )
