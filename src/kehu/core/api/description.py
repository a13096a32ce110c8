"""The OpenAPI description: what ninja writes, with the problems, headers and filters that every endpoint shares."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from ninja import NinjaAPI

from kehu.core import registry
from kehu.core.api.problems import KINDS, MEDIA
from kehu.core.api.schemas import LINK, Problem, Reference
from kehu.core.registry import ObjectType

ABOUT = """\
Every declared object of Kehu with the rights of whoever asks.

**Sign in** with `Authorization: Bearer kehu_…`; tokens are made on the page “API tokens”. A token's scopes (`read`,
`write`, `lead:read`, `lead:write`, `admin`) narrow the rights of its person.

**Errors** are problem details (RFC 9457); `fields` says by field what is wrong.

**Pages**: send `next` as `page`. **Filters** are those of the list. **Versions**: answers carry an `ETag`; send it as
`If-None-Match` to read only what changed, as `If-Match` to write only where nothing changed meanwhile (else 412).

**Writing once**: send an `Idempotency-Key` with POST or PATCH, and a repeated call gets the first answer, for 24 hours.
"""
KEY = {
    "in": "header", "name": "Idempotency-Key", "required": False,
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "A text of your own for this write: a repeated call gets the answer of the first.",
}  # fmt: skip
IF_MATCH = {
    "in": "header", "name": "If-Match", "required": False, "schema": {"type": "string", "pattern": "^[!-~]+$"},
    "description": "Write only if the record still has this ETag; otherwise 412.",
}  # fmt: skip
IF_NONE_MATCH = {
    "in": "header", "name": "If-None-Match", "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]+$"},
    "description": "Answer 304 without a body if the record still has this ETag.",
}  # fmt: skip
TEXT = {"schema": {"type": "string"}}
RATE = {
    f"RateLimit-{name}": {"schema": {"type": "integer"}, "description": text}
    for name, text in (
        ("Limit", "Calls a minute."),
        ("Remaining", "Calls that are left."),
        ("Reset", "Seconds until the minute is over."),
    )
}
READING = (400, 401, 403, 404, 422, 429)
WRITING = (400, 401, 403, 404, 409, 413, 422, 429)
ETAGGED = ("_get", "_create", "_edit", "_restore")


class DescribedApi(NinjaAPI):
    """Ninja's API; its description says what the endpoints do beyond ninja."""

    def get_openapi_schema(self, **options: Any) -> Any:
        with translation.override("en"):
            schema = super().get_openapi_schema(**options)
            schemas = schema["components"]["schemas"]
            for model in (Problem, Reference):
                found = model.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas.setdefault(model.__name__, found)
            for operations in schema["paths"].values():
                for method, operation in operations.items():
                    complete(method, operation)
        return linked(schema)


def linked(part: Any) -> Any:
    """The same with our links as references."""
    if isinstance(part, dict):
        if name := part.get(LINK):
            return {"$ref": f"#/components/schemas/{name}"}
        for key, value in part.items():
            part[key] = linked(value)
    elif isinstance(part, list):
        part[:] = [linked(value) for value in part]
    return part


def complete(method: str, operation: dict[str, Any]) -> None:
    """One operation with its problems, headers and, for a list, its filters."""
    name = operation["operationId"]
    responses, parameters = operation["responses"], operation["parameters"]
    if name.endswith(("_list", "_export")):
        parameters += filters_of(registry.get(name.rpartition("_")[0]))
    if method in ("post", "patch"):
        parameters.append(KEY)
    if name.endswith(("_edit", "_delete")):
        parameters.append(IF_MATCH)
    for answer in responses.values():
        answer["headers"] = dict(RATE)
    if name.endswith(ETAGGED):
        first = next(iter(responses))
        responses[first]["headers"]["ETag"] = TEXT | {"description": "The version of the record."}
    if name.endswith("_get") and name != "batch_get":
        parameters.append(IF_NONE_MATCH)
        responses[304] = {"description": "The record still has this ETag.", "headers": dict(RATE)}
    statuses = READING if method == "get" else WRITING
    for status in (*statuses, 412) if name.endswith(("_edit", "_delete")) else statuses:
        responses.setdefault(status, problem_response(status))
    operation["responses"] = {str(status): answer for status, answer in responses.items()}


def problem_response(status: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": str(KINDS[status][1]),
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == 429:
        found["headers"] = {
            **RATE,
            "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."},
        }
    return found


def filters_of(kind: ObjectType) -> list[dict[str, Any]]:
    """The filters of the list's page as parameters; a role that may not read a field has no filter by it."""
    found = [parameter("q", {"type": "string", "maxLength": 200}, "Words to search for.")]
    for path in kind.filters:
        label, of_kind = str(kind.label_of(path)), registry.kind_of_field(kind.field(path))
        field: Any = kind.field(path)
        if of_kind in {"date", "time"}:
            day = {"type": "string", "format": "date"}
            found += [parameter(f"{path}-from", day, f"{label}: from this day on.")]
            found += [parameter(f"{path}-to", day, f"{label}: up to and with this day.")]
        elif field is not None and field.choices:
            codes = [code for code, _word in field.flatchoices if code != ""]
            found += [parameter(path, {"enum": codes}, label)]
        elif of_kind == "yesno":
            found += [parameter(path, {"enum": ["1", "0"]}, label)]
        elif of_kind == "record":
            found += [parameter(path, {"type": "string"}, f"{label}: an id, me, or none.")]
        elif of_kind in {"number", "money", "score"}:
            found += [parameter(f"{path}-from", {"type": "number"}, f"{label}: at least.")]
            found += [parameter(f"{path}-to", {"type": "number"}, f"{label}: at most.")]
        else:
            found += [parameter(path, {"type": "string", "maxLength": 200}, f"{label} holds this text.")]
    if kind.tagged:
        text = "The name of a tag that is on the records; several, or none of some, by `where`."
        found.append(parameter(registry.TAGS, {"type": "string", "maxLength": 60}, text))
    return found


def parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": text}
