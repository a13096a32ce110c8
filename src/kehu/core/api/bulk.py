"""Many records in one call: `POST /api/<object>/bulk`.

No postponed annotations here: the schemas are made in the function that declares the endpoint.
"""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, ValidationError, WithJsonSchema, create_model

from kehu.core.access import tokens
from kehu.core.actions.upsert import CREATED, REJECTED, UNCHANGED, UPDATED, Outcome, upsert
from kehu.core.api.answers import answered, enter
from kehu.core.api.idempotency import once
from kehu.core.api.problems import by_field
from kehu.core.api.schemas import LINK, Strict, name_of
from kehu.core.api.values import Incoming
from kehu.core.errors import Refused
from kehu.core.registry import ObjectType

MOST_ROWS = 1000
KEY = "The field that finds existing records, which are changed; without it every row is new."
ATOMIC = "All rows or none; with false each row stands for itself."
ABOUT = (
    "At most 1,000 rows a call. All of it is one batch, which `POST /api/batches/{id}/undo` takes back. "
    "With `atomic=false` the answer says of each row what became of it."
)


class RowResult(Schema):
    """What became of one row."""

    index: int = Field(description="The row's place in `items`, from 0.")
    status: Literal["created", "updated", "unchanged", "rejected"]
    id: int | None
    detail: str = Field(description="Why it was refused; empty where it was not.")
    fields: dict[str, str]


class BulkResult(Schema):
    """What became of the call."""

    batch: int | None = Field(description="Undo it with /api/batches/{id}/undo; null where nothing changed.")
    created: int
    updated: int
    unchanged: int
    rejected: int
    results: list[RowResult]


def add_bulk(router: Router, kind: ObjectType, row: type[Schema]) -> None:
    """The endpoint of one object type; `row` describes and checks one record."""
    reference = {LINK: row.__name__}
    many = {"type": "array", "items": reference, "minItems": 1, "maxItems": MOST_ROWS}
    body: Any = create_model(
        f"{name_of(kind)}Rows",
        __base__=Strict,
        items=(
            Annotated[list[Any], Field(min_length=1, max_length=MOST_ROWS), WithJsonSchema(many)],
            ...,
        ),
    )

    @router.post(
        "/bulk", response=BulkResult, operation_id=f"{kind.key}_bulk",
        summary=f"Create or change many {kind.key} records", description=ABOUT,
    )  # fmt: skip
    def bulk(
        request: HttpRequest,
        payload: body,  # type: ignore[valid-type]
        key: str = Query("", description=KEY),
        atomic: bool = Query(True, description=ATOMIC),
    ) -> Any:
        enter(kind, request, tokens.WRITE)
        given: Any = payload

        def write() -> HttpResponse:
            incoming = Incoming(kind, request.user)
            rows = [read(row, one, incoming) for one in given.items]
            done = upsert(kind, rows, key=key, by=request.user, atomic=atomic)
            counts = {name: done.count(name) for name in (CREATED, UPDATED, UNCHANGED, REJECTED)}
            batch = done.batch.pk if done.batch is not None else None
            results = [told(place, outcome) for place, outcome in enumerate(done.outcomes)]
            return answered({"batch": batch, **counts, "results": results})

        return once(request, write)


def read(row: type[Schema], given: Any, incoming: Incoming) -> dict[str, Any] | Refused:
    """The values of one row, or what is wrong with it."""
    try:
        found = row.model_validate(given)
        names = [name for name in row.model_fields if name in found.model_fields_set]
        return incoming.values({name: getattr(found, name) for name in names})
    except ValidationError as error:
        fields = by_field([{**item, "loc": item["loc"] or ("",)} for item in error.errors()])
        return Refused("; ".join(f"{name}: {text}" for name, text in fields.items()), fields=fields)
    except Refused as problem:
        return problem


def told(place: int, outcome: Outcome) -> dict[str, Any]:
    problem = outcome.problem
    return {
        "index": place,
        "status": outcome.status,
        "id": outcome.id,
        "detail": str(problem) if problem is not None else "",
        "fields": {n: str(t) for n, t in problem.fields.items()} if problem is not None else {},
    }
