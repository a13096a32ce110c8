"""One router per declared object: list, read, create, change, delete, restore, history.

No postponed annotations here: the input schemas are made in the function that declares the endpoints.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, create_model

from kehu.core import access, clock, filters, history, registry
from kehu.core.actions import records
from kehu.core.errors import NotFound, Refused
from kehu.core.reading import WITHHELD, Choice, Reading
from kehu.core.registry import ObjectType
from kehu.core.views import list as listing
from kehu.kit import paging
from kehu.kit.money import AmountField

PAGE = 50
MOST_IN_PAGE = 500


class Strict(Schema):
    """Refuses fields that it does not know, so that a typing mistake is not taken for success."""

    model_config = ConfigDict(extra="forbid")


class Page(Schema):
    items: list[dict[str, Any]]
    next: str | None
    count: int
    count_capped: bool


def router_for(kind: ObjectType) -> Router:
    """The endpoints of one object type."""
    router = Router()
    body = input_schema(kind)
    name = kind.key

    @router.get("", response=Page, operation_id=f"{name}_list", summary=f"List {name} records")
    def list_records(
        request: HttpRequest, sort: str = "", page: str = "", size: int = Query(PAGE, ge=1, le=MOST_IN_PAGE)
    ) -> Any:
        return list_of(kind, request, sort, page, size)

    @router.get("/{int:pk}", response=dict[str, Any], operation_id=f"{name}_get", summary=f"Read one {name}")
    def get_record(request: HttpRequest, pk: int) -> Any:
        return as_json(kind, [find(kind, request, pk)], request)[0]

    @router.get("/{int:pk}/history", response=list[dict[str, Any]], operation_id=f"{name}_history")
    def get_history(request: HttpRequest, pk: int, before: int | None = None) -> Any:
        return history_of(find(kind, request, pk, deleted=True), request, before)

    if not kind.form:
        return router

    @router.post(
        "", response={201: dict[str, Any]}, operation_id=f"{name}_create", summary=f"Create one {name}"
    )
    def create_record(request: HttpRequest, payload: body) -> Any:  # type: ignore[valid-type]
        require_seen(kind, request)
        values = from_json(kind, payload.model_dump(exclude_unset=True), request)  # type: ignore[attr-defined]
        record = records.create(kind.model, values, by=request.user)
        return Status(201, as_json(kind, [record], request)[0])

    @router.patch(
        "/{int:pk}", response=dict[str, Any], operation_id=f"{name}_edit", summary=f"Change one {name}"
    )
    def edit_record(request: HttpRequest, pk: int, payload: body) -> Any:  # type: ignore[valid-type]
        record = find(kind, request, pk)
        values = from_json(kind, payload.model_dump(exclude_unset=True), request)  # type: ignore[attr-defined]
        return as_json(kind, [records.edit(record=record, values=values, by=request.user)], request)[0]

    @router.delete(
        "/{int:pk}", response={204: None}, operation_id=f"{name}_delete", summary=f"Delete one {name}"
    )
    def delete_record(request: HttpRequest, pk: int) -> Any:
        records.delete(record=find(kind, request, pk), by=request.user)
        return Status(204, None)

    @router.post("/{int:pk}/restore", response=dict[str, Any], operation_id=f"{name}_restore")
    def restore_record(request: HttpRequest, pk: int) -> Any:
        record = find(kind, request, pk, deleted=True)
        records.restore(record=record, by=request.user)
        return as_json(kind, [record], request)[0]

    return router


def require_seen(kind: ObjectType, request: HttpRequest) -> None:
    if not access.sees(request.user, kind):
        raise NotFound(_("There is no such page."))


def find(kind: ObjectType, request: HttpRequest, pk: int, *, deleted: bool = False) -> Any:
    require_seen(kind, request)
    source = kind.model.everything if deleted else kind.model.objects
    record = source.visible_to(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return record


def list_of(kind: ObjectType, request: HttpRequest, sort: str, token: str, size: int) -> dict[str, Any]:
    """A page of the records that the user may see; the list's filters are parameters of the address."""
    require_seen(kind, request)
    form = filters.form_for(kind, request.user, request.GET)
    if not form.is_valid():
        raise Refused(
            _("A filter has a value that makes no sense."),
            fields={k: " ".join(str(text) for text in v) for k, v in form.errors.items()},
        )
    found = listing.narrow(kind, form, registry.narrowed(request, kind), request.user)
    page = paging.page(found, listing.ordering_of(kind, sort, request.user), token=token, size=size)
    count, capped = paging.capped_count(found)
    return {
        "items": as_json(kind, page.rows, request),
        "next": page.next_token or None,
        "count": count,
        "count_capped": capped,
    }


def as_json(kind: ObjectType, found: list[Any], request: HttpRequest) -> list[dict[str, Any]]:
    reading = Reading(kind, found, request.user)
    paths = reading.readable()
    return [
        {
            "id": record.pk,
            "created_at": record.created_at,
            "updated_at": record.updated_at,
            **{path: json_value(reading.value(record, path)) for path in paths},
        }
        for record in found
    ]


def json_value(value: Any) -> Any:
    if value is WITHHELD:
        return None
    if isinstance(value, Choice):
        return value.code
    if registry.declares(value):
        return {"id": value.pk, "title": str(value)}
    if isinstance(value, Decimal):
        return format(value, "f")
    if value is None or isinstance(value, str | int | float | bool | datetime | date):
        return value
    return str(value)


def history_of(record: Any, request: HttpRequest, before: int | None) -> list[dict[str, Any]]:
    timeline = history.of_record(record, request.user, before=before)
    return [
        {
            "id": entry.id,
            "at": entry.when,
            "by": entry.who,
            "verb": entry.verb,
            "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in entry.changes],
        }
        for entry in timeline.entries
    ]


def input_schema(kind: ObjectType) -> type[Schema]:
    """What may be written: the fields of the form, all optional here; the action says what is missing."""
    fields: dict[str, Any] = {name: (json_type(kind.field(name)) | None, None) for name in kind.form_fields}
    return create_model(f"{kind.model.__name__}Input", __base__=Strict, **fields)


def json_type(field: Any) -> Any:
    if field is None:
        return str
    if field.is_relation:
        return int
    if isinstance(field, AmountField | models.DecimalField):
        return Decimal
    types = (
        (models.BooleanField, bool),
        (models.IntegerField, int),
        (models.FloatField, float),
        (models.DateTimeField, datetime),
        (models.DateField, date),
        (models.JSONField, Any),
    )
    return next((python for django, python in types if isinstance(field, django)), str)


def from_json(kind: ObjectType, given: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """Given values with references looked up among what the user may see."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        field: Any = kind.field(name)
        if field is not None and field.is_relation and value is not None:
            values[name] = reference(field, value, name, request)
        elif value is None and field is not None and not field.null:
            values[name] = ""
        elif isinstance(value, datetime) and value.tzinfo is None:
            values[name] = value.replace(tzinfo=clock.zone())  # the company's, as on the pages
        else:
            values[name] = value
    return values


def reference(field: Any, pk: int, name: str, request: HttpRequest) -> Any:
    target = registry.of(field.related_model)
    found = target.model.objects.visible_to(request.user).filter(pk=pk).first() if abs(pk) < 2**63 else None
    if found is None:
        sentence = _("There is no such record, or you may not see it.")
        raise Refused(sentence, fields={name: sentence})
    return found
