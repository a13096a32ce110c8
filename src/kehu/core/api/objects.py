"""One router per declared object: list, read, create, change, delete, restore, history.

No postponed annotations here: the input schemas are made in the function that declares the endpoints.
"""

from datetime import UTC, date, datetime
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
from kehu.core.reading import WITHHELD, Choice, Chosen, Reading
from kehu.core.registry import ObjectType
from kehu.core.views import list as listing
from kehu.kit import paging
from kehu.kit.money import AmountField

PAGE = 50
MOST_IN_PAGE = 500
PAGING = {"sort", "page", "size"}


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
    narrowed = registry.narrowed(request, kind)
    refuse_unknown(kind, request, {*form.fields, *(name for found in narrowed for name in found.parameters)})
    if not form.is_valid():
        raise Refused(
            _("A filter has a value that makes no sense."),
            fields={k: " ".join(str(text) for text in v) for k, v in form.errors.items()},
        )
    found = listing.narrow(kind, form, narrowed, request.user)
    page = paging.page(found, listing.ordering_of(kind, sort, request.user), token=token, size=size)
    count, capped = paging.capped_count(found)
    return {
        "items": as_json(kind, page.rows, request),
        "next": page.next_token or None,
        "count": count,
        "count_capped": capped,
    }


def refuse_unknown(kind: ObjectType, request: HttpRequest, known: set[str]) -> None:
    """A misspelt filter would give all records. What the user may not read is as unknown as what is not there."""
    unknown = sorted(set(request.GET) - known - PAGING)
    if unknown:
        sentence = _("There is no filter “%(name)s” here. There are: %(known)s.")
        known_here = ", ".join(sorted(known | PAGING))
        fields = {name: sentence % {"name": name, "known": known_here} for name in unknown}
        raise Refused(" ".join(fields.values()), fields=fields)
    path = request.GET.get("sort", "").removeprefix("-")
    if path and not listing.sortable(kind, path, request.user):
        able = [c.path for c in kind.column_list if listing.sortable(kind, c.path, request.user)]
        told = _("These records cannot be sorted by “%(name)s”, but by: %(known)s.")
        sentence = told % {"name": path, "known": ", ".join(able)}
        raise Refused(sentence, fields={"sort": sentence})


def as_json(kind: ObjectType, found: list[Any], request: HttpRequest) -> list[dict[str, Any]]:
    reading = Reading(kind, found, request.user)
    paths = reading.readable()
    return [
        {
            "id": record.pk,
            "created_at": moment(record.created_at),
            "updated_at": moment(record.updated_at),
            **{path: json_value(reading.value(record, path)) for path in paths},
        }
        for record in found
    ]


def json_value(value: Any) -> Any:
    if value is WITHHELD:
        return None
    if isinstance(value, Choice):
        return value.code
    if isinstance(value, Chosen):
        return value.codes
    if registry.declares(value):
        return {"id": value.pk, "title": str(value)}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return moment(value)
    if value is None or isinstance(value, str | int | float | bool | date | list):
        return value
    return str(value)


def moment(value: datetime) -> str:
    """Every moment of the API is written alike: 2010-12-31T01:45:00.000Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def history_of(record: Any, request: HttpRequest, before: int | None) -> list[dict[str, Any]]:
    timeline = history.of_record(record, request.user, before=before)
    return [
        {
            "id": entry.id,
            "at": moment(entry.when),
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
    if registry.kind_of_field(field) == "choices":
        return list[str] | str
    if field.is_relation:
        return int | str
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
            values[name] = reference_to(registry.of(field.related_model), value, name, request)
        elif value is None and field is not None and not field.null:
            values[name] = ""
        elif isinstance(value, datetime) and value.tzinfo is None:
            values[name] = value.replace(tzinfo=clock.zone())  # the company's, as on the pages
        else:
            values[name] = value
    return values


def reference_to(target: ObjectType, given: int | str, name: str, request: HttpRequest) -> Any:
    """The record that an id names, or the text that imports name it by too, among what the user may see."""
    visible = target.model.objects.visible_to(request.user)
    found: list[Any] = []
    if isinstance(given, str) and "\x00" not in given and target.lookup and not closed(target, request):
        found = list(visible.filter(**{target.lookup: given})[:2])
    if len(found) > 1:
        sentence = _("“%(text)s” names more than one %(kind)s.") % {"text": given, "kind": target.label}
        raise Refused(sentence, fields={name: sentence})
    if not found and (isinstance(given, int) or (given.isascii() and given.isdigit() and len(given) < 20)):
        found = list(visible.filter(pk=int(given))) if abs(int(given)) < 2**63 else []
    if not found:
        sentence = _("There is no such record, or you may not see it.")
        raise Refused(sentence, fields={name: sentence})
    return found[0]


def closed(target: ObjectType, request: HttpRequest) -> bool:
    """Whether looking up by text would tell what the user may not read."""
    return registry.hides(target, target.lookup, request.user) or registry.masks(
        target, target.lookup, request.user
    )
