"""The one column of every record that holds what administrators have added: values by the code of their field.

A value stands there in its canonical form: text; number as a JSON number; money as a whole number of ten-thousandths,
as everywhere (docs/adr/0006); date as ISO text; yes or no; a choice by its code, several as a list of codes; a
reference as an id. An empty value has no key. What a code means is known to core/custom, which teaches it here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

PREFIX = "custom."
FieldOf = Callable[[type[models.Model], str], Any]


def _nothing(model: type[models.Model], code: str) -> Any:
    return None


_field_of: FieldOf = _nothing


def learn(field_of: FieldOf) -> None:
    """Take the meaning of codes from core/custom, which stands above the models."""
    global _field_of
    _field_of = field_of


def code_of(name: str) -> str:
    """The code in `custom.code`; empty for any other name."""
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else ""


def held(record: Any, path: str) -> Any:
    """What a record holds in a field of its form; custom ones as they are stored."""
    code = code_of(path)
    return (record.custom or {}).get(code) if code else getattr(record, path)


class Given(dict[str, Any]):
    """New values of some custom fields. Set on a record they join those that it has; None takes one away."""

    def joined(self, held: dict[str, Any] | None) -> dict[str, Any]:
        return {code: value for code, value in {**(held or {}), **self}.items() if value is not None}


class _Joining(DeferredAttribute):
    def __set__(self, instance: Any, value: Any) -> None:
        name = self.field.attname
        if isinstance(value, Given):
            value = value.joined(instance.__dict__.get(name))
        instance.__dict__[name] = value


class StoredValue(models.Transform):
    """One custom value in SQL, with its own type, so that every lookup works on it as on a column.

    The code stands in the SQL itself: an index on the expression serves the query only where both read alike.
    """

    def __init__(self, lhs: Any, code: str, field: Any) -> None:
        super().__init__(lhs)
        self.code, self.cast = code, field.stored_as.cast
        self.output_field = field.stored_as

    @property
    def identity(self) -> Any:
        return (self.__class__, self.code, self.lhs)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        column, params = compiler.compile(self.lhs)
        if connection.vendor == "postgresql":
            return f"({column} ->> '{self.code}'){self.cast}", params
        return f"JSON_EXTRACT({column}, '$.{self.code}')", params

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        # Django would cast decimals, in some places and not in others: JSON numbers are numbers already.
        return self.as_sql(compiler, connection)


class CustomValues(models.JSONField):
    """Custom values by code; `custom__colour` in a lookup is the typed value."""

    descriptor_class = _Joining

    def field_of(self, code: str, model: type[models.Model] | None = None) -> Any:
        """The unattached Django field of a code; nothing where there is none."""
        return _field_of(model or self.model, code)

    def get_transform(self, name: str) -> Any:
        field = self.field_of(name) or self.field_of(name.removesuffix("_id"))
        if field is None:
            return None
        if getattr(field, "computed", False):
            return field.transform
        code = code_of(field.name)
        return lambda lhs: StoredValue(lhs, code, field)
