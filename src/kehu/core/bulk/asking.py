"""What a bulk action has to know before: some fields with their values, an owner, tags, or the form of a button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from kehu.core.bulk.offered import BulkAction, editable
from kehu.core.custom import layouts
from kehu.core.errors import Refused
from kehu.core.inputs import add_custom, form_class, limit_to_visible
from kehu.core.models import User
from kehu.core.registry import ObjectType


def form_of(action: BulkAction, kind: ObjectType, user: User, given: QueryDict, *, bound: bool) -> Any:
    """What has to be known before: chosen fields, an owner, tags, or what a button asks for."""
    data = given if bound else None
    if not action.asks:
        return None
    if action.asks == "form" and action.button is not None and action.button.form is not None:
        found: Any = action.button.form(data)
        limit_to_visible(found, user)
    elif action.asks == "tags":
        found = TagsForm(data)
    else:
        wanted = ["owner"] if action.asks == "owner" else given.getlist("field")
        offered = editable(kind, user)
        found = fields_form(kind, user, [name for name in dict.fromkeys(wanted) if name in offered], data)
    return found


class TagsForm(forms.Form):
    names = forms.CharField(label=_("Tags"), max_length=1000, help_text=_("Several with commas between."))

    def clean_names(self) -> list[str]:
        given = self.cleaned_data["names"].replace("，", ",").replace("、", ",")
        names = [name.strip() for name in given.split(",") if name.strip()]
        if not names:
            raise forms.ValidationError(_("A tag needs a name."))
        return names


class FieldsForm(forms.Form):
    """Some fields of an object type; at least one, or there is nothing to do."""

    def clean(self) -> dict[str, Any]:
        if not self.fields:
            raise forms.ValidationError(_("Choose a field first."))
        return super().clean() or {}


def fields_form(kind: ObjectType, user: User, names: list[str], data: Any) -> Any:
    """The controls of some fields as the object's own form has them. A field left empty is emptied."""
    model: Any = kind.model
    # With a number it is no new record, from which forms leave out what only comes later.
    whole: Any = form_class(kind, user)(instance=model(pk=0))
    add_custom(whole, kind, user, None)
    found = FieldsForm(data)
    left_out = layouts.left_out(kind, "form", user)
    for name in names:
        if name in whole.fields and name not in left_out:
            found.fields[name] = whole.fields[name]
            found.fields[name].initial = None
    limit_to_visible(found, user)
    return found


def values_of(form: Any) -> dict[str, Any]:
    if form is None:
        return {}
    return {"tags": form.cleaned_data["names"]} if isinstance(form, TagsForm) else dict(form.cleaned_data)


def read(action: BulkAction, kind: ObjectType, user: User, data: str) -> dict[str, Any]:
    """The values from what was filled in, checked once more with the rights of now."""
    form = form_of(action, kind, user, QueryDict(data), bound=True)
    if form is not None and not form.is_valid():
        raise Refused(" ".join(str(one) for errors in form.errors.values() for one in errors))
    return values_of(form)
