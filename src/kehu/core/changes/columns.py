"""Many records column by column: as the driver takes their values, and as the change log keeps them.

A column has one type, so what to do with its values is decided once, not once a value; texts that many rows
share (moments, references, choices) are made once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from kehu.core.changes.values import CONCEALED, SECRET, logged_fields, plain
from kehu.core.models.values import PREFIX, CustomValues
from kehu.kit.money import AmountField

# Fields whose Python values the drivers take as they are.
UNPREPARED = (
    models.ForeignKey,
    models.AutoField,
    models.IntegerField,
    models.CharField,
    models.TextField,
    models.BooleanField,
)


class Columns:
    """The values of some unsaved records of one model, by field."""

    def __init__(self, model: type[models.Model], records: Sequence[Any]) -> None:
        self.model = model
        self.rows = [record.__dict__ for record in records]
        self._moments: dict[datetime, str] = {}

    def values(self, field: Any) -> list[Any]:
        name = field.attname
        return [row[name] for row in self.rows]

    def stored(self) -> tuple[list[str], list[list[Any]]]:
        """The names of the columns, and for each its values as the driver takes them."""
        fields: Sequence[Any] = self.model._meta.concrete_fields
        return [field.column for field in fields], [self._stored(field) for field in fields]

    def logged(self) -> list[str]:
        """For every record the JSON text of its snapshot (see values.snapshot)."""
        columns = [self._logged(field) for field in logged_fields(self.model)]
        return ["{" + ", ".join(filter(None, row)) + "}" for row in zip(*columns, strict=True)]

    def _stored(self, field: Any) -> list[Any]:
        values = self.values(field)
        if isinstance(field, UNPREPARED) and not isinstance(field, AmountField):
            return values
        if isinstance(field, CustomValues):
            return [json.dumps(value) if value else "{}" for value in values]
        database = connections[DEFAULT_DB_ALIAS]  # the proxy costs more than the preparation
        if isinstance(field, models.DateTimeField) and database.vendor == "sqlite":
            # As Django stores them: UTC, without the zone.
            texts = self._moments_of(values)
            return [None if text is None else text[:-6].replace("T", " ") for text in texts]
        if isinstance(field, models.JSONField):
            return [None if value is None else json.dumps(value, cls=field.encoder) for value in values]
        return [field.get_db_prep_save(value, database) for value in values]

    def _logged(self, field: Any) -> list[str]:
        """`"name": value` for each record, empty where there is nothing to say."""
        name, values = quoted(field.attname) + ": ", self.values(field)
        if field.attname in SECRET:
            return [name + quoted(CONCEALED) if value not in (None, "") else "" for value in values]
        if isinstance(field, CustomValues):
            return [_by_code(value) if value else "" for value in values]
        if isinstance(field, models.DateTimeField):
            return ["" if text is None else f'{name}"{text}"' for text in self._moments_of(values)]
        if isinstance(field, UNPREPARED) and not isinstance(field, AmountField | models.BooleanField):
            return _shared(name, values)
        return ["" if value is None or value == "" else name + _json(value) for value in values]

    def _moments_of(self, values: list[datetime | None]) -> list[str | None]:
        """Moments as ISO texts in UTC, each made once."""
        known = self._moments
        found: list[str | None] = []
        for value in values:
            if value is None:
                found.append(None)
                continue
            text = known.get(value)
            if text is None:
                text = known[value] = value.astimezone(UTC).isoformat()
            found.append(text)
        return found


def _by_code(values: dict[str, Any]) -> str:
    return ", ".join(f"{quoted(PREFIX + code)}: {json.dumps(held)}" for code, held in values.items())


def _shared(name: str, values: list[Any]) -> list[str]:
    """Texts made once for each value; only for values whose equals are written alike."""
    known: dict[Any, str] = {None: "", "": ""}
    found = []
    for value in values:
        text = known.get(value)
        if text is None:
            text = known[value] = name + (quoted(value) if type(value) is str else _json(value))
        found.append(text)
    return found


def _json(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(plain(value))
