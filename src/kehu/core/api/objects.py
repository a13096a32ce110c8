"""One router per declared object: list, read, create, change, delete, restore, history.

No postponed annotations here: the input schemas are made in the function that declares the endpoints.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from kehu.core import duplicates as likeness
from kehu.core import history
from kehu.core.access import tokens
from kehu.core.actions import records
from kehu.core.api.answers import answered, enter, find, record_answered
from kehu.core.api.bulk import add_bulk
from kehu.core.api.bulk_edit import add_bulk_edit
from kehu.core.api.duplicates import add_duplicates
from kehu.core.api.etags import expected
from kehu.core.api.exports import add_export
from kehu.core.api.idempotency import once
from kehu.core.api.lists import MOST_IN_PAGE, PAGE, list_of
from kehu.core.api.schemas import HistoryEntry, created_schema, input_schema, output_schema, page_schema
from kehu.core.api.values import Incoming, moment
from kehu.core.models.values import held
from kehu.core.reading import title
from kehu.core.registry import ObjectType

GREATEST = 2**63 - 1
# Looking for them costs three times what the record costs.
ALIKE = (
    "Say in the answer which records the new one may already be; objects without a rule for that say none."
)
FIELDS = "Only these fields, separated by commas; dots lead over references: name,owner.name."
DELETED = "With what lies in the recycle bin, if you may take it out of there."
WHERE = 'A condition as JSON, as in lists: {"and": [{"field": "score", "op": "gte", "value": 4}]}.'
SORT = "A column of the list; a minus sorts downwards."


def router_for(kind: ObjectType) -> Router:
    """The endpoints of one object type."""
    router = Router()
    one = output_schema(kind)
    _add_reading(router, kind, one)
    add_export(router, kind)
    if kind.form:
        body = input_schema(kind)
        _add_writing(router, kind, one, body)
        _add_ending(router, kind, one)
        add_bulk(router, kind, body)
        add_bulk_edit(router, kind, body)
    if kind.duplicates is not None:
        add_duplicates(router, kind)
    return router


def _add_reading(router: Router, kind: ObjectType, one: Any) -> None:
    name = kind.key

    @router.get(
        "", response=page_schema(kind, one), operation_id=f"{name}_list", summary=f"List {name} records"
    )
    def list_records(
        request: HttpRequest,
        sort: str = Query("", description=SORT),
        page: str = Query("", description="`next` of the page before."),
        size: int = Query(PAGE, ge=1, le=MOST_IN_PAGE, description="How many records a page."),
        fields: str = Query("", description=FIELDS),
        include_deleted: bool = Query(False, description=DELETED),
        where: str = Query("", description=WHERE),
    ) -> Any:
        enter(kind, request, tokens.READ)
        return answered(
            list_of(kind, request, sort=sort, token=page, size=size, fields=fields, deleted=include_deleted)
        )

    @router.get("/{int:pk}", response=one, operation_id=f"{name}_get", summary=f"Read one {name}")
    def get_record(request: HttpRequest, pk: int, fields: str = Query("", description=FIELDS)) -> Any:
        return record_answered(kind, find(kind, request, pk), request, fields=fields)

    @router.get(
        "/{int:pk}/history",
        response=list[HistoryEntry],
        operation_id=f"{name}_history",
        summary=f"What happened to one {name}, the newest first",
    )
    def get_history(
        request: HttpRequest,
        pk: int,
        before: int | None = Query(
            None,
            ge=0,
            le=GREATEST,
            description="Only entries before this one: the last id of the page before.",
        ),
    ) -> Any:
        return answered(history_of(find(kind, request, pk, deleted=True), request, before))


def _add_writing(router: Router, kind: ObjectType, one: Any, body: Any) -> None:
    name = kind.key

    @router.post(
        "",
        response={201: created_schema(kind, one)},
        operation_id=f"{name}_create",
        summary=f"Create one {name}",
    )
    def create_record(
        request: HttpRequest,
        payload: body,  # type: ignore[valid-type]
        duplicates: bool = Query(False, description=ALIKE),
    ) -> Any:
        enter(kind, request, tokens.WRITE)

        def write() -> HttpResponse:
            values = Incoming(kind, request.user).values(sent(payload))
            record = records.create(kind.model, values, by=request.user)
            more = alike(kind, record, request) if duplicates else None
            return record_answered(kind, record, request, status=201, more=more)

        return once(request, write)

    @router.patch("/{int:pk}", response=one, operation_id=f"{name}_edit", summary=f"Change one {name}")
    def edit_record(request: HttpRequest, pk: int, payload: body) -> Any:  # type: ignore[valid-type]
        enter(kind, request, tokens.WRITE)

        def write() -> HttpResponse:
            record = find(kind, request, pk, verb=tokens.WRITE)
            values = Incoming(kind, request.user).values(sent(payload))
            edited = records.edit(
                record=record, values=values, by=request.user, expected=expected(request, kind)
            )
            return record_answered(kind, edited, request)

        return once(request, write)


def _add_ending(router: Router, kind: ObjectType, one: Any) -> None:
    name = kind.key

    @router.delete(
        "/{int:pk}", response={204: None}, operation_id=f"{name}_delete", summary=f"Delete one {name}",
        description="It goes to the recycle bin, from which it can be restored.",
    )  # fmt: skip
    def delete_record(request: HttpRequest, pk: int) -> Any:
        record = find(kind, request, pk, verb=tokens.WRITE)
        records.delete(record=record, by=request.user, expected=expected(request, kind))
        return HttpResponse(status=204)

    @router.post(
        "/{int:pk}/restore", response=one, operation_id=f"{name}_restore",
        summary=f"Take one {name} out of the recycle bin",
    )  # fmt: skip
    def restore_record(request: HttpRequest, pk: int) -> Any:
        enter(kind, request, tokens.WRITE)

        def write() -> HttpResponse:
            record = find(kind, request, pk, verb=tokens.WRITE, deleted=True)
            records.restore(record=record, by=request.user)
            return record_answered(kind, record, request)

        return once(request, write)


def alike(kind: ObjectType, record: Any, request: HttpRequest) -> dict[str, Any]:
    """Which records the new one may already be, among those that the caller may see; nothing without a rule."""
    if kind.duplicates is None:
        return {}
    values = {name: held(record, name) for part in kind.duplicates.compared for name in part.fields}
    found = likeness.likely(kind, values, request.user, but=record.pk)
    rows = [
        {
            **{"id": one.record.pk, "title": title(one.record), "why": list(one.reasons)},
            "probability": round(one.probability, 4),
        }
        for one in found
    ]
    return {"duplicates": rows}


def sent(payload: Any) -> dict[str, Any]:
    """The fields of the body that the caller gave."""
    return {
        name: getattr(payload, name)
        for name in type(payload).model_fields
        if name in payload.model_fields_set
    }


def history_of(record: Any, request: HttpRequest, before: int | None) -> list[dict[str, Any]]:
    timeline = history.of_record(record, request.user, before=before)
    return [
        {
            "id": entry.id,
            "at": moment(entry.when),
            "by": entry.who,
            "origin": entry.origin,
            "verb": entry.verb,
            "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in entry.changes],
        }
        for entry in timeline.entries
    ]
