"""The tags of every page: `{% icon %}`, `{% money %}`, `{% pill %}` and their kin. Built in, no {% load %} needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kehu.core import widgets
from kehu.core.templatetags import cells, drawings, fields, formats, frame, marks
from kehu.kit.amounts import format_amount

register = template.Library()

for _mark in (
    marks.icon,
    marks.when,
    marks.pill,
    marks.stage_meter,
    marks.score,
    marks.progress,
    marks.person,
):
    register.simple_tag(_mark)
register.simple_tag(widgets.options)
register.simple_tag(frame.part, takes_context=True, name="frame")
register.simple_tag(drawings.spark, name="sparkline")
register.simple_tag(cells.drawn, name="cell")
register.simple_tag(cells.row, name="cells")
register.simple_tag(cells.state, name="state_pill")
register.inclusion_tag("core/components/field.html")(fields.field)
register.inclusion_tag("core/components/filter_bar.html")(fields.filter_bar)

FIGURE = (
    "label",
    "value",
    "unit",
    "delta",
    "trend",
    "meaning",
    "against",
    "spark",
    "url",
    "progress",
    "note",
)


@register.simple_tag(takes_context=True)
def money(context: Any, amount: Any, currency: str = "", full: bool = False) -> SafeString:
    """An amount: short on the page, in full on hover. Another currency than the company's is named."""
    value = formats.number(amount)
    if value is None:
        return marks.DASH
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
def percent(value: Any, places: Any = None) -> str:
    return formats.percent(value, None if places is None else int(places))


@register.filter
def signed(value: Any) -> str:
    return formats.signed(formats.short(value), value)


@register.filter
def declares(kind: Any, name: str) -> bool:
    """Whether a declaration says something under this name (a template would call a function, not look at it)."""
    return bool(getattr(kind, name, None))


@register.filter
def initials(value: Any) -> str:
    return formats.initials(str(value or ""))


@register.filter
def tone(value: Any) -> int:
    return formats.tone(str(value or ""))


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
