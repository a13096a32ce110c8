"""Filters of a list, read from the address: what a user may not read cannot be filtered or sorted by."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.core import clock, registry, search
from kehu.kit.text import whole_number

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

MOST_CHOICES = 200
ME = "me"
NONE = "none"
# 1e999999 is four bytes in the address and a minute of arithmetic in the database.
BOUND: dict[str, Any] = {"required": False, "max_digits": 24, "decimal_places": 8}


def form_for(kind: ObjectType, user: User, data: Any) -> FilterForm:
    """A bound form with one or two inputs per filter that the user may use."""
    form = FilterForm(data)
    for path in kind.filters:
        if registry.hides(kind, path, user) or registry.masks(kind, path, user):
            continue
        for name, field in _inputs(kind, path, user).items():
            form.fields[name] = field
    return form


class FilterForm(forms.Form):
    """Reads the address; an input that makes no sense is left out and said so beside the input."""

    q = forms.CharField(required=False, max_length=200, label=gettext_lazy("Search"))

    def conditions(self, kind: ObjectType, user: User) -> Q:
        """What the given filters ask for, as one condition."""
        self.is_valid()
        condition = Q()
        for name, value in self.cleaned_data.items():
            if name == "q" or value in (None, ""):
                continue
            condition &= _condition(kind, name, value, user)
        return condition

    @property
    def active(self) -> bool:
        self.is_valid()
        return any(value not in (None, "") for value in self.cleaned_data.values())


class Day(forms.DateField):
    """A day that still has days around it: the clock's zone and the end of the day are reckoned from it."""

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not date.min.year < day.year < date.max.year:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class RecordChoice(forms.ChoiceField):
    """Offers the first records, takes any that the user may see, and then shows it among them."""

    def __init__(self, *, visible: QuerySet, **options: Any) -> None:
        super().__init__(**options)
        self.visible = visible

    def valid_value(self, value: str) -> bool:
        if super().valid_value(value):
            return True
        chosen = (
            self.visible.filter(pk=number).first() if (number := whole_number(value)) is not None else None
        )
        if chosen is None:
            return False
        self.choices = [*self.choices, (value, str(chosen))]  # type: ignore[misc]
        return True


def narrow(records: QuerySet, kind: ObjectType, form: FilterForm, user: User) -> QuerySet:
    """The records that pass the filters and the search words."""
    records = records.filter(form.conditions(kind, user))
    words = form.cleaned_data.get("q", "").strip()
    if words:
        found = search.find(words, user=user, limit=1000, object_types=(kind.key,))
        records = records.filter(pk__in=[hit.id for hit in found])
    return records


def _inputs(kind: ObjectType, path: str, user: User) -> dict[str, forms.Field]:
    label: Any = kind.label_of(path)
    of_kind = registry.kind_of_field(kind.field(path))
    field: Any = kind.field(path)
    if of_kind in {"date", "time"}:
        picker: Any = {"widget": forms.DateInput(attrs={"type": "date"}), "required": False}
        return {
            f"{path}-from": Day(label=_("%(field)s from") % {"field": label}, **picker),
            f"{path}-to": Day(label=_("%(field)s to") % {"field": label}, **picker),
        }
    if field is not None and field.choices:
        choices = [("", label), *((code, word) for code, word in field.choices if code != "")]
        return {path: forms.ChoiceField(choices=choices, required=False, label=label)}
    if of_kind == "yesno":
        choices = [("", label), ("1", _("yes")), ("0", _("no"))]
        return {path: forms.ChoiceField(choices=choices, required=False, label=label)}
    if of_kind == "record":
        return {
            path: RecordChoice(
                choices=_record_choices(field, label, user),
                required=False,
                label=label,
                visible=registry.of(field.related_model).model.objects.visible_to(user),
            )
        }
    if of_kind in {"number", "money", "score"}:
        return {
            f"{path}-from": forms.DecimalField(label=_("%(field)s from") % {"field": label}, **BOUND),
            f"{path}-to": forms.DecimalField(label=_("%(field)s to") % {"field": label}, **BOUND),
        }
    return {path: forms.CharField(label=label, required=False, max_length=200)}


def _record_choices(field: Any, label: Any, user: User) -> list[tuple[str, Any]]:
    target = registry.of(field.related_model)
    visible = target.model.objects.visible_to(user).order_by(*target.ordering)[:MOST_CHOICES]
    choices: list[tuple[str, Any]] = [("", label)]
    if target.key == "user":
        choices.append((ME, _("me")))
    if field.null:
        choices.append((NONE, _("(blank)")))
    return choices + [(str(record.pk), str(record)) for record in visible]


def _condition(kind: ObjectType, name: str, value: Any, user: User) -> Q:
    path, _dash, bound = name.partition("-")
    lookup = path.replace(".", "__")
    if bound:
        is_time = registry.kind_of_field(kind.field(path)) == "time"
        if is_time:
            if bound == "to" and value == date.max:
                return Q(**{f"{lookup}__isnull": False})  # no day follows
            value = _start_of(value if bound == "from" else value + timedelta(days=1))
            return Q(**{f"{lookup}__{'gte' if bound == 'from' else 'lt'}": value})
        return Q(**{f"{lookup}__{'gte' if bound == 'from' else 'lte'}": value})
    if value == NONE:
        return Q(**{f"{lookup}__isnull": True})
    if registry.kind_of_field(kind.field(path)) == "record":
        return Q(**{f"{lookup}_id": user.pk if value == ME else int(value)})
    if registry.kind_of_field(kind.field(path)) == "yesno":
        return Q(**{lookup: value == "1"})
    field = kind.field(path)
    if field is not None and field.choices:
        return Q(**{lookup: value})
    return Q(**{f"{lookup}__icontains": value})


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=clock.zone())
