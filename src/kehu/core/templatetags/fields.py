"""Form fields as Kehu draws them; `{% field form.name %}` and `{% filter_field form.name %}` in kehu.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

DATES: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
)


def _dress(bound: BoundField) -> dict[str, str]:
    """The widget's class, and the browser's own pickers for dates."""
    widget = bound.field.widget
    for kind, input_type, pattern in DATES:
        if isinstance(widget, kind):
            widget.input_type, widget.format = input_type, pattern  # type: ignore[attr-defined]
    if isinstance(widget, forms.CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return {}
    else:
        look = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return {"class": f"{widget.attrs.get('class', '')} {look}".strip()}


def field(bound: BoundField) -> dict[str, Any]:
    """What the field's template needs: the control and how it wants to be laid out."""
    widget = bound.field.widget
    attrs = _dress(bound)
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attrs),
        "is_check": isinstance(widget, forms.CheckboxInput),
        "is_group": bound.use_fieldset,
        "is_wide": isinstance(widget, forms.Textarea),
    }


def filter_field(bound: BoundField) -> dict[str, Any]:
    """A field of a filter bar: its label is the hint inside, and it is lit while it narrows the list."""
    widget = bound.field.widget
    if isinstance(widget, forms.TextInput):
        widget.attrs.setdefault("placeholder", bound.label)
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.SelectMultiple):
        _name_the_empty_choice(bound)
    return field(bound) | {"is_on": bool(bound.value())}


def _name_the_empty_choice(bound: BoundField) -> None:
    """`---------` becomes the field's own name, since a filter bar has no room for labels."""
    widget = bound.field.widget
    if hasattr(bound.field, "empty_label"):
        bound.field.empty_label = bound.label  # type: ignore[attr-defined]
    choices = list(widget.choices) if not hasattr(bound.field, "queryset") else []  # type: ignore[attr-defined]
    if choices and choices[0][0] in ("", None):
        widget.choices = [("", bound.label), *choices[1:]]  # type: ignore[attr-defined]
