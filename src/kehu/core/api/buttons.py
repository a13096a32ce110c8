"""The buttons of a record's page for programs: `POST /api/<object>/<id>/do/<action>`.

The body holds what the button's form asks for; what is left out stands as the form offers it.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django import forms
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AllowInfNan, create_model

from kehu.core import access, registry
from kehu.core.access import tokens
from kehu.core.actions import records
from kehu.core.api.answers import answered, enter, find
from kehu.core.api.idempotency import once
from kehu.core.api.schemas import Strict
from kehu.core.api.values import as_json, placed, reference_to
from kehu.core.errors import Refused
from kehu.core.inputs import limit_to_visible
from kehu.core.registry import ObjectType, RecordAction

TYPES: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.ModelChoiceField, int | str),
    (forms.BooleanField, bool),
    (forms.DateTimeField, datetime),
    (forms.DateField, date),
    (forms.DecimalField, Decimal),
    (forms.FloatField, Annotated[float, AllowInfNan(False)]),
    (forms.IntegerField, int),
)


class Done(Schema):
    """The record that the action leads to; none where the caller may not see it (any more)."""

    object: str
    record: dict[str, Any] | None


def add_buttons(router: Router, kind: ObjectType) -> None:
    """One endpoint for every action of an object type."""
    for action in kind.actions:
        _add_button(router, kind, action)


def _add_button(router: Router, kind: ObjectType, action: RecordAction) -> None:
    body = input_schema(kind, action)

    @router.post(
        f"/{{int:pk}}/do/{action.key}",
        response=Done,
        operation_id=f"{kind.key}_do_{action.key}",
        summary=f"Do “{action.key}” with one {kind.key}",
        description=f"The button “{action.label}”. What is left out of the body stands as its form offers it.",
    )
    def do(request: HttpRequest, pk: int, payload: body | None = None) -> Any:  # type: ignore[valid-type]
        enter(kind, request, tokens.WRITE)
        sent: Any = payload
        given = sent.model_dump(exclude_unset=True) if sent is not None else {}
        return once(request, lambda: answered(run(kind, action, pk, given, request)))


def input_schema(kind: ObjectType, action: RecordAction) -> type[Schema]:
    """What the action's form asks for, all optional here; the form says what is missing."""
    asked = action.form.base_fields if action.form is not None else {}
    fields: dict[str, Any] = {name: (json_type(field) | None, None) for name, field in asked.items()}
    return create_model(
        f"{kind.model.__name__}{action.key.title().replace('_', '')}", __base__=Strict, **fields
    )


def json_type(field: forms.Field) -> Any:
    return next((python for form, python in TYPES if isinstance(field, form)), str)


def run(
    kind: ObjectType, action: RecordAction, pk: int, given: dict[str, Any], request: HttpRequest
) -> dict[str, Any]:
    """Do it with a record that the user may see; the action refuses as it does on the page."""
    record = find(kind, request, pk, verb=tokens.WRITE)
    if not action.allowed(record, request.user):
        access.require(request.user, "change", record)  # with that right the action says what is in the way
    values = cleaned(action, given, request) if action.form is not None else {}
    result = records.press(action, record=record, by=request.user, **values)
    target = result if registry.declares(result) else record
    shown = registry.of(target)
    reached = tokens.reaches(request, shown.key, tokens.READ)
    fresh = list(shown.model.objects.visible_to(request.user).filter(pk=target.pk)) if reached else []
    return {"object": shown.key, "record": as_json(shown, fresh, request.user)[0] if fresh else None}


def cleaned(action: RecordAction, given: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """The values of the action's form; its errors are a refusal with the fields."""
    assert action.form is not None
    blank = action.form()
    data = {name: blank.get_initial_for_field(field, name) for name, field in blank.fields.items()}
    for name, value in given.items():
        offered: Any = getattr(blank.fields[name], "queryset", None)
        if offered is not None and value is not None:
            value = reference_to(registry.of(offered.model), value, name, request.user).pk
        if isinstance(value, datetime):
            value = placed(value, name)
        data[name] = "" if value is None else value
    form = action.form(data)
    limit_to_visible(form, request.user)
    if form.is_valid():
        return form.cleaned_data
    fields = {name: " ".join(str(text) for text in texts) for name, texts in form.errors.items()}
    labels = {name: f"{form.fields[name].label}: " for name in fields if name in form.fields}
    raise Refused(" ".join(labels.get(name, "") + text for name, text in fields.items()), fields=fields)
