"""The same values for many records in one call: `POST /api/<object>/bulk-edit`, looked at first with `dry_run`.

No postponed annotations here: the schemas are made in the function that declares the endpoint.
"""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field, create_model

from kehu.core import bulk
from kehu.core.access import tokens
from kehu.core.api.answers import answered, enter
from kehu.core.api.idempotency import once
from kehu.core.api.lists import narrowed
from kehu.core.api.schemas import Strict, name_of
from kehu.core.api.values import Incoming
from kehu.core.errors import Forbidden, Refused
from kehu.core.models import Record
from kehu.core.registry import ObjectType
from kehu.core.selection import Selection

MOST_IDS = 1000
ABOUT = (
    "Which records: `ids`, or `all` with the filters of the list in the address. `dry_run` writes nothing and says "
    "what would come of the first 100. Up to 200 records are done in the call, more in the background. All of it "
    "is one batch, which `POST /api/batches/{id}/undo` takes back. Records that you may not see are not counted."
)


class BulkEditLine(Schema):
    """What would become of one record."""

    id: int
    title: str
    problem: str = Field(description="Why it would stay as it is; empty where it would not.")
    changes: list[dict[str, str]] = Field(description="Label of each field, before and after.")


class BulkEditResult(Schema):
    """What would come of it, or what has."""

    total: int = Field(description="How many records are meant.")
    tried: int = Field(description="How many of them a dry run has tried out; 0 where it was no dry run.")
    refused: int = Field(description="How many of those that were tried out or done refused.")
    batch: int | None = Field(description="Undo it with /api/batches/{id}/undo; null after a dry run.")
    work: int | None = Field(description="Ask /api/work/{id} how far it is; null after a dry run.")
    state: str = Field(description="`waiting` until the background is done with it; empty after a dry run.")
    outcome: str = Field(description="What was done, as a sentence.")
    lines: list[BulkEditLine]


def add_bulk_edit(router: Router, kind: ObjectType, values: type[Schema]) -> None:
    """The endpoint of one object type; `values` describes and checks what is set."""
    body: Any = create_model(
        f"{name_of(kind)}BulkEdit",
        __base__=Strict,
        ids=(list[int], Field([], max_length=MOST_IDS, description="The records by their ids.")),
        all=(bool, Field(False, description="All records that the filters in the address leave.")),
        values=(values, ...),
        dry_run=(bool, Field(False, description="Only say what would come of it.")),
    )

    @router.post(
        "/bulk-edit", response=BulkEditResult, operation_id=f"{kind.key}_bulk_edit",
        summary=f"Set the same values in many {kind.key} records", description=ABOUT,
    )  # fmt: skip
    def bulk_edit(request: HttpRequest, payload: body) -> Any:  # type: ignore[valid-type]
        enter(kind, request, tokens.WRITE)
        given: Any = payload
        return once(request, lambda: edited(kind, request, given))


def edited(kind: ObjectType, request: HttpRequest, given: Any) -> HttpResponse:
    """Do it as the page does, by the same form and with the same rights."""
    user = request.user
    action = next((one for one in bulk.offered(kind, user) if one.key == "edit"), None)
    if action is None:
        raise Forbidden(_("Your role does not allow this. Ask your administrator if you need it."))
    selection = selected(kind, request, given)
    data = urlencode(as_form(kind, request, given.values), doseq=True)
    values = bulk.read(action, kind, user, data)
    found = bulk.preview(action, kind, selection, values, user)
    if given.dry_run:
        return answered(tried(found))
    work = bulk.begin(action, kind, selection, data, found.total, user)
    return answered(
        {
            **{"total": work.total, "tried": 0, "refused": work.cursor.get("refused", 0)},
            **{"batch": work.batch_id, "work": work.pk, "state": work.state, "outcome": work.outcome},
            "lines": [],
        }
    )


def selected(kind: ObjectType, request: HttpRequest, given: Any) -> Selection:
    """The records that are meant. A misspelt filter is refused: without it all would be."""
    if given.ids and (given.all or request.GET):
        raise Refused(_("Name the records by their ids or by filters, not by both."), fields={"ids": ""})
    if not given.all:
        return Selection.read({"ids": ",".join(map(str, given.ids))})
    narrowed(kind, request)
    return Selection(query=request.GET.urlencode())


def as_form(kind: ObjectType, request: HttpRequest, values: Any) -> list[tuple[str, Any]]:
    """The values as the page's form sends them; a field that may not be set in many is refused by name."""
    given = {
        name: getattr(values, name) for name in type(values).model_fields if name in values.model_fields_set
    }
    offered = bulk.editable(kind, request.user)
    for name in given:
        if name not in offered:
            sentence = _("The field “%(field)s” cannot be set here.") % {"field": kind.label_of(name)}
            raise Forbidden(sentence, fields={name: sentence})
    found = Incoming(kind, request.user).values(given)
    return [pair for name, value in found.items() for pair in (("field", name), (name, as_text(value)))]


def as_text(value: Any) -> Any:
    if isinstance(value, Record):
        return value.pk
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return "" if value is None else str(value)


def tried(found: bulk.Preview) -> dict[str, Any]:
    lines = [
        {
            **{"id": line.id, "title": line.name, "problem": line.problem},
            "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in line.changes],
        }
        for line in found.lines
    ]
    counts = {"total": found.total, "tried": found.tried, "refused": found.refused}
    return {**counts, "batch": None, "work": None, "state": "", "outcome": "", "lines": lines}
