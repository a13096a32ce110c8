"""What the description says of each object: what is read, what may be written.

No postponed annotations here: pydantic reads those of the models that are made.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db import models
from django.utils.choices import CallableChoiceIterator
from ninja import Schema
from pydantic import AfterValidator, AllowInfNan, ConfigDict, Field, WithJsonSchema, create_model

from kehu.core.registry import ObjectType, kind_of_field
from kehu.kit.money import AmountField

# Pydantic knows only its own references; description.py turns these into them.
LINK = "x-link"
REFERENCE = {LINK: "Reference"}
MOMENT = {"type": "string", "format": "date-time"}
ANYTHING: dict[str, Any] = {}


class Strict(Schema):
    """Refuses fields that it does not know, so that a typing mistake is not taken for success."""

    model_config = ConfigDict(extra="forbid")


class Reference(Schema):
    """A record that another one points at."""

    id: int
    title: str = Field(description="What the record is called on pages.")


class Problem(Schema):
    """What every error says (RFC 9457)."""

    type: str = Field(description="A stable name of the kind of problem: urn:kehu:problem:…")
    title: str = Field(description="What kind of problem it is, in the language of the request.")
    status: int
    detail: str = Field(description="What went wrong and what to do, in the language of the request.")
    instance: str = Field(description="The address that was asked.")
    fields: dict[str, str] = Field(description="By field of the request: what is wrong with it.")


class FieldChange(Schema):
    field: str = Field(description="The field's label in the language of the request.")
    before: str
    after: str


class HistoryEntry(Schema):
    """One entry of a record's history."""

    id: int
    at: datetime
    by: str
    origin: str
    verb: str
    changes: list[FieldChange]


def described(name: str, text: str, properties: dict[str, Any], required: list[str]) -> type[Schema]:
    """A model whose description is written here: its properties may hold dots, and answers are made without it."""
    body = {
        "type": "object",
        "title": name,
        "description": text,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }

    def schema(cls: Any, core: Any, handler: Any) -> dict[str, Any]:
        handler(core)
        return body

    members = {"__get_pydantic_json_schema__": classmethod(schema), "__module__": __name__}
    return type(name, (Schema,), members)


def name_of(kind: ObjectType) -> str:
    return kind.model.__name__


def output_schema(kind: ObjectType) -> type[Schema]:
    """What is read of a record. What a role may not read is left out, masked values are texts."""
    properties: dict[str, Any] = {
        "id": {"type": "integer", "readOnly": True, "description": "The record's number."},
        "created_at": {**MOMENT, "readOnly": True, "description": "When it was recorded."},
        "updated_at": {**MOMENT, "readOnly": True, "description": "When it was last changed."},
        "deleted_at": {
            **nullable(MOMENT), "readOnly": True, "description": "Since when it is in the recycle bin.",
        },
    }  # fmt: skip
    for path in kind.paths:
        written = path in kind.form_fields
        properties[path] = described_value(kind, path) | ({} if written else {"readOnly": True})
    text = f"{kind.label}. Fields that your role may not read are absent; `fields=` leaves out others."
    return described(name_of(kind), text, properties, ["id"])


def created_schema(kind: ObjectType, item: type[Schema]) -> type[Schema]:
    """What is read of a new record: with a rule for duplicates also whom it may be about already."""
    if kind.duplicates is None:
        return item
    body = item.model_json_schema()
    of_one = {
        "id": {"type": "integer"},
        "title": {"type": "string"},
        "why": {"type": "array", "items": {"type": "string"}, "description": "Which fields agree."},
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
    }
    told = {
        "type": "array",
        "items": {"type": "object", "properties": of_one, "required": list(of_one)},
        "readOnly": True,
        "description": "With `duplicates=true`: records that you may see and that are likely the same, at most five.",
    }
    properties = {**body["properties"], "duplicates": told}
    return described(f"{name_of(kind)}Created", body["description"], properties, ["id"])


def page_schema(kind: ObjectType, item: type[Schema]) -> type[Schema]:
    return create_model(
        f"{name_of(kind)}Page",
        __base__=Schema,
        items=(list[item], ...),  # type: ignore[valid-type]
        next=(str | None, Field(description="Send it as `page` for the next page; null on the last.")),
        count=(int, Field(description="How many there are, counted up to 10,000.")),
        count_capped=(bool, Field(description="Whether there are more than counted.")),
    )


def input_schema(kind: ObjectType) -> type[Schema]:
    """What may be written: the fields of the form, all optional here; the action says what is missing."""
    fields: dict[str, Any] = {name: (written(kind, name), None) for name in kind.form_fields}
    return create_model(f"{name_of(kind)}Input", __base__=Strict, **fields)


def described_value(kind: ObjectType, path: str) -> dict[str, Any]:
    """The JSON schema of one value as it is read."""
    field = kind.field(path)
    computed = any(column.path == path and column.value for column in kind.column_list)
    name = path.rpartition(".")[2]
    if field is None or computed:
        found: dict[str, Any] = dict(ANYTHING)
    elif name in kind.policy.masked:
        found = {"type": ["string", "null"]}
    else:
        found = nullable(plain_schema(field))
    return found | {"title": str(kind.label_of(path)), "description": explanation(kind, path)}


def explanation(kind: ObjectType, path: str) -> str:
    """Label, help text and words of the choices."""
    field: Any = kind.field(path)
    parts = [str(kind.label_of(path))]
    if help_text := str(getattr(field, "help_text", "") or ""):
        parts.append(help_text)
    if field is not None and field.choices:
        parts.append(
            "; ".join(f"{code}: {word}" for code, word in field.flatchoices if code not in ("", None))
        )
    return ". ".join(part.rstrip(".") for part in parts) + "."


def plain_schema(field: Any) -> dict[str, Any]:
    if field.is_relation:
        return dict(REFERENCE)
    if kind_of_field(field) == "choices":
        return {"type": "array", "items": {"type": "string"}}
    if has_fixed_choices(field):
        codes = [code for code, _word in field.flatchoices]
        return {"enum": codes if "" in codes or not field.blank else [*codes, ""]}
    if isinstance(field, AmountField | models.DecimalField):
        return {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
    types: tuple[tuple[type[models.Field], dict[str, Any]], ...] = (
        (models.BooleanField, {"type": "boolean"}),
        (models.IntegerField, {"type": "integer"}),
        (models.FloatField, {"type": "number"}),
        (models.DateTimeField, dict(MOMENT)),
        (models.DateField, {"type": "string", "format": "date"}),
        (models.JSONField, dict(ANYTHING)),
    )
    return next((schema for django, schema in types if isinstance(field, django)), {"type": "string"})


def has_fixed_choices(field: Any) -> bool:
    """Choices that are worked out when asked for, such as the objects there are, grow after the description."""
    return bool(field.choices) and not isinstance(field.choices, CallableChoiceIterator)


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    if not schema:
        return {}
    return {"anyOf": [schema, {"type": "null"}]}


def written(kind: ObjectType, name: str) -> Any:
    """The type of one value as it is sent, with what the description says of it."""
    field: Any = kind.field(name)
    notes: dict[str, Any] = {"title": str(kind.label_of(name)), "description": explanation(kind, name)}
    if field is not None and kind_of_field(field) == "choices":
        return Annotated[list[str] | str | None, Field(**notes)]
    if field is not None and not field.is_relation and has_fixed_choices(field):
        codes = [code for code, _word in field.flatchoices]
        enum = [*codes, *([] if "" in codes or not field.blank else [""]), None]
        return Annotated[str | None, Field(**notes), WithJsonSchema({"enum": enum} | notes)]
    if field is not None and field.is_relation:
        notes["description"] += " An id, or the text that names the record."
    if isinstance(field, models.CharField) and field.max_length:
        notes["json_schema_extra"] = {"maxLength": field.max_length}
    return Annotated[json_type(field) | None, Field(**notes)]


def json_type(field: Any) -> Any:
    if field is None:
        return str
    if field.is_relation:
        return int | str
    if isinstance(field, AmountField | models.DecimalField):
        return Decimal
    types: tuple[tuple[type[models.Field], Any], ...] = (
        (models.BooleanField, bool),
        (models.IntegerField, int),
        (models.FloatField, Annotated[float, AllowInfNan(False)]),
        (models.DateTimeField, datetime),
        (models.DateField, date),
        (models.JSONField, Annotated[Any, AfterValidator(lambda value: value)]),
    )
    return next((python for django, python in types if isinstance(field, django)), str)
