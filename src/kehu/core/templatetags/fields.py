"""Form fields as Kehu draws them; `{% field form.name %}` and `{% filter_bar form %}` in kehu.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

DATES: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
)


IN_BAR = 6


def _dress(bound: BoundField) -> dict[str, str | bool]:
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


def filter_bar(form: forms.Form) -> dict[str, Any]:
    """The fields of a list's filters: the first choices stand in the bar, ranges and the rest behind one button."""
    bar: list[dict[str, Any]] = []
    behind: list[dict[str, Any]] = []
    for bound in form.visible_fields():
        in_bar = len(bar) < IN_BAR and not bound.name.endswith(("-from", "-to"))
        if in_bar:
            _hint(bound)
        (bar if in_bar else behind).append(field(bound) | {"is_on": bool(bound.value())})
    return {"bar": bar, "behind": behind, "behind_on": sum(one["is_on"] for one in behind)}


def _hint(bound: BoundField) -> None:
    """In the bar there is no room for labels: text says it inside, `---------` becomes the field's name."""
    widget = bound.field.widget
    if isinstance(widget, forms.TextInput):
        widget.attrs.setdefault("placeholder", bound.label)
    choices = list(getattr(widget, "choices", ()))
    if choices and choices[0][0] in ("", None) and not hasattr(bound.field, "queryset"):
        widget.choices = [("", bound.label), *choices[1:]]  # type: ignore[attr-defined]
