"""Field values as the change log keeps them: plain JSON, foreign keys as ids."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from kehu.core.models.values import PREFIX, CustomValues, Given, code_of

# They say nothing that the change itself does not.
SILENT = frozenset({"id", "updated_at", "created_at"})
# A secret has a history, but not a content.
SECRET = frozenset({"password", "secret"})
CONCEALED = "•••"


@cache
def logged_fields(model: type[models.Model]) -> tuple[models.Field, ...]:
    return tuple(field for field in model._meta.concrete_fields if field.attname not in SILENT)


def plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool | dict | list):
        return value
    if isinstance(value, datetime):
        # One moment is one text, whatever zone it was given in: undo compares what it finds in the database.
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | timedelta):
        return str(value)
    return str(value)


def snapshot(record: models.Model) -> dict[str, Any]:
    """All logged values of a record that are not empty."""
    values: dict[str, Any] = {}
    for field in logged_fields(type(record)):
        value = getattr(record, field.attname)
        if isinstance(field, CustomValues):
            values |= {PREFIX + code: held for code, held in (value or {}).items()}
        elif value is not None and value != "":
            values[field.attname] = CONCEALED if field.attname in SECRET else plain(value)
    return values


def differences(record: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The changed fields of a loaded record: as they stood in the database, and as they are now."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    model: type[models.Model] = type(record)
    loaded, row = record.loaded, record.__dict__
    for field in logged_fields(model):
        name = field.attname
        # What nobody has touched is the very object that was loaded: of most fields of most records.
        if name not in loaded or row.get(name, record) is loaded[name]:
            continue
        old, new = (
            loaded[name],
            field.to_python(getattr(record, name)) if not field.is_relation else getattr(record, name),
        )
        if old == new:
            continue
        if isinstance(field, CustomValues):
            _differences_by_code(old or {}, new or {}, before, after)
            continue
        if name in SECRET:
            before[name], after[name] = CONCEALED, "••••"
        else:
            before[name], after[name] = plain(old), plain(new)
    return before, after


def _differences_by_code(
    old: dict[str, Any], new: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Each custom field has its own place in the log: history, undo and conflicts are its own."""
    for code in {**old, **new}:
        if old.get(code) != new.get(code):
            before[PREFIX + code], after[PREFIX + code] = old.get(code), new.get(code)


def held(record: Any, name: str) -> Any:
    """What a record holds under a name of the change log."""
    code = code_of(name)
    return (record.custom or {}).get(code) if code else plain(getattr(record, name))


def restore(record: Any, name: str, field: Any, value: Any) -> None:
    """Set a record's field to a logged value."""
    if code := code_of(name):
        record.custom = Given({code: value})
    else:
        setattr(record, name, restore_value(field, value))


def differs(record: Any) -> bool:
    """Whether a loaded record holds anything else than the database."""
    return bool(differences(record)[1])


def restore_value(field: Any, value: Any) -> Any:
    """A logged value back as the field's own type."""
    if value is None:
        return "" if isinstance(field, models.CharField | models.TextField) and not field.null else None
    target = field.target_field if field.is_relation else field
    return target.to_python(value)
