"""Form controls written straight away: Django renders a template for every option of a choice, and a list's filters
hold a hundred of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class Renderer(DjangoTemplates):
    """Django's renderer (setting FORM_RENDERER); choices and inputs come out the same in a tenth of the time."""

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        write = WRITERS.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


class Lookup(forms.Select):
    """A select of the first records that JavaScript turns into a type-ahead over all: `src` answers it.

    With `many` several may be chosen; they stand above the input as chips (`lookup-chip` of the page).
    """

    def __init__(
        self, *, src: str, attrs: Mapping[str, Any] | None = None, choices: Any = (), many: bool = False
    ) -> None:
        super().__init__(dict(attrs or {}), choices)
        self.src = src
        self.allow_multiple_selected = many

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        inner = super().render(name, value, attrs, renderer)
        return format_html(
            '<kehu-lookup data-src="{}" data-type="{}" data-none="{}" data-found="{}" data-failed="{}">'
            "{}</kehu-lookup>",
            self.src, _("Type to search"), _("Nothing found"), _("{count} found"), _("The search failed. Try again."),
            inner,
        )  # fmt: skip


def attributes(widget: Mapping[str, Any]) -> SafeString:
    parts = []
    for name, value in widget["attrs"].items():
        if value is True:
            parts.append(f" {conditional_escape(name)}")
        elif value is not False:
            parts.append(f' {conditional_escape(name)}="{conditional_escape(str(value))}"')
    return SafeString("".join(parts))


def select(widget: Mapping[str, Any]) -> SafeString:
    parts = []
    for group, options, _index in widget["optgroups"]:
        inside = "".join(option(one) for one in options)
        parts.append(
            f'<optgroup label="{conditional_escape(group)}">{inside}</optgroup>' if group else inside
        )
    inner = SafeString("".join(parts))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], attributes(widget), inner)


def option(widget: Mapping[str, Any]) -> SafeString:
    value, label = conditional_escape(str(widget["value"])), conditional_escape(widget["label"])
    return SafeString(f'<option value="{value}"{attributes(widget)}>{label}</option>')


def options(pairs: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """The options of a select from pairs of value and label."""
    parts = []
    for value, label in pairs:
        mark = " selected" if value == chosen else ""
        parts.append(
            f'<option value="{conditional_escape(value)}"{mark}>{conditional_escape(label)}</option>'
        )
    return SafeString("".join(parts))


def entry(widget: Mapping[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes(widget)
    )


INPUTS = ("text", "number", "email", "date", "datetime", "time", "hidden", "input")
WRITERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "django/forms/widgets/select.html": select,
    **{f"django/forms/widgets/{name}.html": entry for name in INPUTS},
}
