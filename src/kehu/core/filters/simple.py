"""The simple filters of an address, one parameter each: `stage=qualified`, `score-from=4`, `owner=me`, `channel=none`.

They mean what conditions of the language mean and become such; what a user may not read cannot be filtered by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.core import registry, search
from kehu.core.errors import Refused
from kehu.core.filters.fields import named
from kehu.core.filters.language import Condition, Every, Leaf, every, leaf
from kehu.kit.text import whole_number

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

MOST_CHOICES = 200
MOST_FOUND = 1_000
ME = "me"
NONE = "none"
# 1e999999 is four bytes in the address and a minute of arithmetic in the database.
BOUND: dict[str, Any] = {"required": False, "max_digits": 24, "decimal_places": 8}
BOUNDS = {"from": "gte", "to": "lte"}


def form_for(kind: ObjectType, user: User, data: Any, *, whole: bool = False) -> FilterForm:
    """A bound form with the inputs that the data names and the user may use; `whole`: with all that there are."""
    form = FilterForm(data)
    for path in kind.filters:
        if not whole and not {path, f"{path}-from", f"{path}-to"} & set(data):
            continue
        if registry.hides(kind, path, user) or registry.masks(kind, path, user):
            continue
        for name, field in _inputs(kind, path, user).items():
            form.fields[name] = field
    if (whole or registry.TAGS in data) and named(kind, registry.TAGS, user) is not None:
        form.fields[registry.TAGS] = forms.CharField(
            required=False, max_length=60, label=str(kind.label_of(registry.TAGS))
        )
    return form


class FilterForm(forms.Form):
    """Reads the address; an input that makes no sense is left out and said so beside the input."""

    q = forms.CharField(required=False, max_length=200, label=gettext_lazy("Search"))

    def given(self) -> dict[str, Any]:
        """The inputs that hold something that makes sense, by their name in the address."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def leaves(self, kind: ObjectType, user: User) -> Iterator[tuple[str, Leaf]]:
        """Each given filter as a condition, with its name in the address."""
        for name, value in self.given().items():
            if name == "q":
                continue
            try:
                yield name, _leaf(kind, user, name, value)
            except Refused as refused:
                self.add_error(name, str(refused))

    def condition(self, kind: ObjectType, user: User) -> Every:
        return every(*(one for _name, one in self.leaves(kind, user)))

    @property
    def words(self) -> str:
        return str(self.given().get("q", "")).strip()

    @property
    def active(self) -> bool:
        return bool(self.given())


class RecordChoice(forms.ChoiceField):
    """Offers the first records, takes the number of any."""

    def __init__(self, *, words: dict[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self.words = words

    def valid_value(self, value: str) -> bool:
        # Whether there is such a record is asked once, where the filter becomes a condition.
        return value in self.words or whole_number(value) is not None


def narrow(
    records: QuerySet, kind: ObjectType, form: FilterForm, user: User, condition: Condition | None = None
) -> QuerySet:
    """The records that pass the filters, a condition of the language, and the search words."""
    records = records.filter(every(form.condition(kind, user), *([condition] if condition else [])).q())
    return found(records, kind, form, user) if form.words else records


def found(records: QuerySet, kind: ObjectType, form: FilterForm, user: User) -> QuerySet:
    """The records that the search words find."""
    hits = search.find(form.words, user=user, limit=MOST_FOUND, object_types=(kind.key,))
    return records.filter(pk__in=[hit.id for hit in hits])


def _inputs(kind: ObjectType, path: str, user: User) -> dict[str, forms.Field]:
    label: Any = kind.label_of(path)
    of_kind = registry.kind_of_field(kind.field(path))
    field: Any = kind.field(path)
    if of_kind in {"date", "time"}:
        picker: Any = {"widget": forms.DateInput(attrs={"type": "date"}), "required": False}
        return {
            f"{path}-from": forms.DateField(label=_("%(field)s from") % {"field": label}, **picker),
            f"{path}-to": forms.DateField(label=_("%(field)s to") % {"field": label}, **picker),
        }
    if field is not None and field.choices:
        choices = [("", label), *((code, word) for code, word in field.choices if code != "")]
        return {path: forms.ChoiceField(choices=choices, required=False, label=label)}
    if of_kind == "yesno":
        choices = [("", label), ("1", _("yes")), ("0", _("no"))]
        return {path: forms.ChoiceField(choices=choices, required=False, label=label)}
    if of_kind == "record":
        target = registry.of(field.related_model)
        words = {ME: _("me")} if target.key == "user" else {}
        words |= {NONE: _("(blank)")} if field.null else {}
        ordered = target.model.objects.visible_to(user).order_by(*target.ordering)[:MOST_CHOICES]
        return {
            path: RecordChoice(
                choices=lambda: [("", label), *words.items(), *((str(one.pk), str(one)) for one in ordered)],
                required=False,
                label=label,
                words=words,
            )
        }
    if of_kind in {"number", "money", "score"}:
        return {
            f"{path}-from": forms.DecimalField(label=_("%(field)s from") % {"field": label}, **BOUND),
            f"{path}-to": forms.DecimalField(label=_("%(field)s to") % {"field": label}, **BOUND),
        }
    return {path: forms.CharField(label=label, required=False, max_length=200)}


def _leaf(kind: ObjectType, user: User, name: str, value: Any) -> Leaf:
    path, _dash, bound = name.partition("-")
    if bound:
        return leaf(kind, user, path, BOUNDS[bound], str(value))
    if path == registry.TAGS and kind.tagged:
        return leaf(kind, user, path, "in", [value])
    if value == NONE:
        return leaf(kind, user, path, "empty")
    field = named(kind, path, user)
    return leaf(kind, user, path, "contains" if field is not None and field.what == "text" else "eq", value)
