"""The tags of every page: `{% icon %}`, `{% money %}`, `{% pill %}` and their kin. Built in, no {% load %} needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kehu.core.templatetags import drawings, fields, formats
from kehu.kit.amounts import format_amount

register = template.Library()

register.inclusion_tag("core/components/field.html")(fields.field)
register.inclusion_tag("core/components/filter.html")(fields.filter_field)

MARKS = {"good": "circle-check", "warn": "alert-triangle", "bad": "alert-circle", "info": "progress", "": "circle"}
FIGURE = ("label", "value", "unit", "delta", "trend", "meaning", "against", "spark", "url", "progress", "note")


@cache
def _sprite() -> str:
    return static("kehu/icons.svg")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing from the sprite; with a label it speaks, without one it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="k-icon" {}><use href="{}#{}"/></svg>', spoken, _sprite(), name or "point")


@register.simple_tag(takes_context=True)
def money(context: Any, amount: Any, currency: str = "", full: bool = False) -> SafeString:
    """An amount: short on the page, in full on hover. Another currency than the company's is named."""
    value = formats.number(amount)
    if value is None:
        return SafeString('<span class="k-dash">–</span>')
    own = getattr(context.get("company"), "currency", "")
    language = translation.get_language() or "en"
    whole = format_amount(value, currency or own, language) if currency or own else formats.amount(value)
    text = whole if full else formats.short(value)
    if not full and currency and currency != own:
        text = f"{currency} {text}"
    return format_html('<data class="k-money" value="{}" title="{}">{}</data>', f"{value:f}", whole, text)


@register.filter
def amount(value: Any, places: Any = None) -> str:
    return formats.amount(value, None if places is None else int(places))


@register.filter
def short(value: Any) -> str:
    return formats.short(value)


@register.filter
def percent(value: Any, places: Any = 1) -> str:
    return formats.percent(value, int(places))


@register.filter
def signed(value: Any) -> str:
    return formats.signed(formats.short(value), value)


@register.filter
def initials(value: Any) -> str:
    return formats.initials(str(value or ""))


@register.filter
def tone(value: Any) -> int:
    return formats.tone(str(value or ""))


@register.simple_tag
def when(value: date | datetime | None) -> SafeString:
    """A date or moment: today and its neighbours in words, exact on hover."""
    if not value:
        return SafeString('<span class="k-dash">–</span>')
    exact = value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, formats.day(value))


@register.simple_tag
def pill(word: Any, kind: str = "", reason: Any = "", mark: str = "") -> SafeString:
    """A state in a word with its mark; kind is good, warn, bad, info or empty; the reason shows on hover."""
    hint = format_html(' title="{}"', reason) if reason else ""
    look = f" k-pill-{kind}" if kind else ""
    return format_html(
        '<span class="k-pill{}"{}>{}{}</span>', look, hint, icon(mark or MARKS.get(kind, "circle")), word
    )


@register.simple_tag
def stage_meter(done: int, total: int, label: Any = "", state: str = "") -> SafeString:
    """How far: `done` of `total` steps and the stage's name; state is won, lost or empty."""
    return format_html('<span class="k-meter">{}{}</span>', drawings.segments(int(done), int(total), state), label)


@register.simple_tag
def score(value: Any, largest: Any = 100) -> SafeString:
    """A score with a small bar up to the largest one."""
    if formats.number(value) is None:
        return SafeString('<span class="k-dash">–</span>')
    return format_html(
        '<span class="k-score"><progress class="k-progress" value="{}" max="{}" aria-hidden="true"></progress>{}</span>',
        value,
        largest,
        formats.amount(value),
    )


@register.simple_tag
def progress(value: Any, largest: Any = 1, label: Any = "", kind: str = "") -> SafeString:
    """A bar; kind is good, warn, bad or empty. Without a value it says that nothing is known yet."""
    look = f" k-progress-{kind}" if kind else ""
    filled = format_html(' value="{}"', value) if formats.number(value) is not None else ""
    return format_html(
        '<progress class="k-progress{}"{} max="{}" aria-label="{}"></progress>', look, filled, largest, label
    )


@register.simple_tag
def sparkline(values: Sequence[Any]) -> SafeString:
    return drawings.spark(values)


@register.simple_tag
def person(someone: Any, large: bool = False) -> SafeString:
    """A round face with initials, and the name."""
    name = str(someone or "")
    if not name:
        return SafeString('<span class="k-dash">–</span>')
    size = " k-face-large" if large else ""
    return format_html(
        '<span class="k-person"><span class="k-face k-face-{}{}" aria-hidden="true">{}</span>'
        '<span class="k-truncate">{}</span></span>',
        formats.tone(name),
        size,
        formats.initials(name),
        name,
    )


@register.inclusion_tag("core/components/figure.html")
def figure(given: Any = None, **parts: Any) -> dict[str, Any]:
    """A figure card. Of an object, a mapping or the tag's own words:

    label, value (text), unit, delta (text), trend (up, down, flat), meaning (good, warn, bad), against (what it is
    compared with), spark (numbers), progress (0 to 1), note, url.
    """

    def part(name: str) -> Any:
        if name in parts:
            return parts[name]
        return given.get(name) if isinstance(given, Mapping) else getattr(given, name, None)

    return {name: part(name) for name in FIGURE}
