"""The fields of an object type as controls of a form, with the rights of the user who fills it in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from kehu.core import registry
from kehu.core.custom import rules
from kehu.core.models import User
from kehu.core.models.values import code_of
from kehu.core.registry import ObjectType
from kehu.core.validation import OUTSIDE_TIME, is_within_time


def settable(kind: ObjectType, user: User) -> list[str]:
    """The fields of the form whose values the user reads in full and may set where a record stands already."""
    return [
        name
        for name in kind.form_fields
        if kind.field(name) is not None
        and name not in kind.pointer
        and not kind.policy.fixes(name, user)
        and not registry.hides(kind, name, user)
        and not registry.masks(kind, name, user)
    ]


def form_class(kind: ObjectType, user: User) -> type[forms.ModelForm]:
    """The form of an object type with the fields that the user may set."""
    names = [name for name in kind.form_fields if not code_of(name) and not kind.policy.fixes(name, user)]
    base = kind.form_class or forms.ModelForm
    return forms.modelform_factory(kind.model, form=base, fields=names, formfield_callback=_input)


def _input(field: Any, **options: Any) -> Any:
    kind = registry.kind_of_field(field)
    if kind == "date":
        options["widget"] = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    elif kind == "time":
        options["widget"] = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    elif isinstance(field, models.URLField):
        options["assume_scheme"] = "https"
    found = field.formfield(**options)
    if kind == "time" and found is not None:
        found.validators.append(refuse_ends_of_time)
    return found


def refuse_ends_of_time(moment: datetime) -> None:
    if not is_within_time(moment):
        raise ValidationError(OUTSIDE_TIME)


def add_custom(form: Any, kind: ObjectType, user: User, record: Any) -> None:
    """The custom fields behind the model's own; what the record holds stands in them."""
    # Whether one that is shown only sometimes is needed, the rules say, not the form.
    sometimes = {rule.path for rule in rules.of(kind, user) if rule.effect == "visible"}
    for path in kind.form_fields:
        if not (code := code_of(path)) or kind.policy.fixes(path, user):
            continue
        field: Any = kind.field(path)
        form.fields[path] = _input(field, required=not field.blank and path not in sometimes)
        held = (record.custom or {}).get(code) if record is not None else None
        if held is not None:
            form.initial[path] = field.from_json(held)


def limit_to_visible(form: Any, user: User) -> None:
    """A choice of records offers, and accepts, only those that the user may see."""
    for field in form.fields.values():
        queryset = getattr(field, "queryset", None)
        if queryset is not None:
            field.queryset = registry.of(queryset.model).model.objects.visible_to(user)
