"""Choosing a record among many: the type-ahead's answers, and the fields of a form that use it."""

from __future__ import annotations

from typing import Any

from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import ChoiceField, Select
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from kehu.core import registry, search
from kehu.core.models import User
from kehu.core.reading import Reading
from kehu.core.registry import ObjectType
from kehu.core.views.base import kind_for
from kehu.core.widgets import Lookup
from kehu.kit import chinese
from kehu.kit.text import whole_number

# More than so many are found by type-ahead; a select without JavaScript offers the first ones.
FEW, FIRST = 20, 50
ANSWERS = 20
LONGEST = 200
# Where the index finds nothing, so many records are compared by what they are called (a translated name, say).
COMPARED = 500
NOTED = 2
EMPTY = ("", "—")
DASHES = BLANK_CHOICE_DASH[0]


@require_safe
def lookup(request: HttpRequest, key: str) -> JsonResponse:
    """At most twenty records that the user may see: those that hold the words of `q`, without words the first."""
    kind = kind_for(request, key)
    found = matches(kind, str(request.GET.get("q", ""))[:LONGEST].strip(), request.user)
    return JsonResponse({"results": described(kind, found, request.user)})


def matches(kind: ObjectType, words: str, user: User) -> list[Any]:
    """The records in the order in which they are offered; found by the search index, else by their names."""
    visible = kind.model.objects.visible_to(user)
    ordered = visible.order_by(*kind.ordering)
    if not words:
        return list(ordered[:ANSWERS])
    hits = search.find(words, user=user, limit=ANSWERS, object_types=(kind.key,))
    if hits:
        by_id = visible.in_bulk([hit.id for hit in hits])
        return [by_id[hit.id] for hit in hits if hit.id in by_id]
    return [record for record in ordered[:COMPARED] if chinese.match(words, str(record))][:ANSWERS]


def described(kind: ObjectType, found: list[Any], user: User) -> list[dict[str, Any]]:
    """Each record by its name, with a note that tells it from others of the same name."""
    reading = Reading(kind, found, user)
    paths = reading.readable([column.path for column in kind.column_list[1:] if not column.values])
    answers = []
    for record in found:
        name = str(record)
        cells = (reading.cell(record, path) for path in paths)
        # A bare number (a score, a head count) tells nobody apart.
        notes = [cell.text for cell in cells if cell.text and cell.text != name and not cell.numeric][:NOTED]
        answers.append({"id": str(record.pk), "text": name, "note": " · ".join(notes)})
    return answers


def offer(form: Any, user: User) -> None:
    """Let every choice of a record offer what the user may see: few as a list, many by type-ahead."""
    for name, field in form.fields.items():
        queryset = getattr(field, "queryset", None)
        if queryset is None and isinstance(field, ChoiceField):
            field.choices = [(EMPTY if choice == DASHES else choice) for choice in choices_of(field)]
        if queryset is None or not isinstance(field.widget, Select) or field.widget.allow_multiple_selected:
            continue
        kind = registry.of(queryset.model)
        shown = queryset.order_by(*kind.ordering)
        chosen = form[name].value()
        found = list(shown[: FIRST + 1])
        if len(found) > FEW:
            field.widget = typed(kind, field.widget)
        field.choices = with_chosen(field, shown, found[:FIRST], chosen)


def choices_of(field: Any) -> list[Any]:
    return list(field.choices)


def typed(kind: ObjectType, widget: Any) -> Lookup:
    """The type-ahead in the place of a select."""
    return Lookup(src=reverse("lookup", args=[kind.key]), attrs=widget.attrs)


def with_chosen(field: Any, shown: Any, found: list[Any], chosen: Any) -> list[tuple[str, str]]:
    """The options of a select, which always hold the chosen record."""
    number = whole_number(str(chosen or ""))
    if number is not None and all(record.pk != number for record in found):
        found = [*shown.filter(pk=number), *found]
    empty = [] if field.required and chosen else [EMPTY]
    return [*empty, *((str(record.pk), str(record)) for record in found)]
