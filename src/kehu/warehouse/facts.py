"""How a record becomes a row of the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from django.db import models

if TYPE_CHECKING:
    import pyarrow as pa

    from kehu.core.registry import ObjectType

TYPES = ("int", "text", "date", "timestamp", "decimal", "float", "bool")
# The scale of AmountField; quantities and rates that need more digits are floats.
DECIMAL_DIGITS, DECIMAL_SCALE = 19, 4


@dataclass(frozen=True)
class FactColumn:
    """One column of a fact table.

    `source` is the path from the record, with dots through foreign keys (`lead.created_at`); empty
    means the field of the same name. `type` is one of TYPES; empty means that of the source field.
    """

    name: str
    type: str = ""
    source: str = ""


@dataclass(frozen=True)
class Facts:
    """The columns of an object type that the warehouse keeps; `id` and `created_at` are always among them.

    A foreign key may be named with or without `_id`; its column ends in `_id`. Every timestamp
    `x_at` also gives the date `x_on` in the company's time zone. The owner has to be named where
    the policy has scopes that ask for it. A path with dots is kept up to date when the row that it
    leads to changes.
    """

    columns: Sequence[str | FactColumn] = ()


@dataclass(frozen=True)
class Column:
    """A resolved column: `path` for `values_list`; `local` marks the date of the timestamp at `path`."""

    name: str
    type: str
    path: str
    local: bool = False


# Object types of the platform, which is below the warehouse and cannot declare facts itself.
PLATFORM = {
    "user": Facts(columns=("name", "username", "role", "team", "is_active")),
    "team": Facts(columns=("name", "path", "parent")),
}


def facts_of(kind: ObjectType) -> Facts | None:
    return kind.facts or PLATFORM.get(kind.key)


@dataclass(frozen=True)
class Shape:
    """One fact table: its name, its columns, and what it copies from other rows.

    `follows` holds (model, path to its row, field copied from it).
    """

    table: str
    columns: tuple[Column, ...]
    follows: tuple[tuple[type[models.Model], str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def schema(self) -> pa.Schema:
        import pyarrow as pa

        kinds = {
            "int": pa.int64(),
            "text": pa.string(),
            "date": pa.date32(),
            "timestamp": pa.timestamp("us", tz="UTC"),
            "decimal": pa.decimal128(DECIMAL_DIGITS, DECIMAL_SCALE),
            "float": pa.float64(),
            "bool": pa.bool_(),
        }
        return pa.schema([(column.name, kinds[column.type]) for column in self.columns])

    def fingerprint(self, zone: str) -> int:
        """Changes when the table has to be built anew: other columns, another time zone for its dates."""
        return crc32(repr((self.columns, zone)).encode())


@lru_cache(maxsize=256)
def _shape(table: str, model: type[models.Model], declared: tuple[str | FactColumn, ...]) -> Shape:
    columns: dict[str, Column] = {}
    follows: list[tuple[type[models.Model], str, str]] = []
    for item in ("id", "created_at", *declared):
        column = item if isinstance(item, FactColumn) else FactColumn(item.replace(".", "_"), source=item)
        path, field, owner = _resolve(model, column.source or column.name)
        name = column.name
        if isinstance(field, models.ForeignKey) and not name.endswith("_id"):
            name += "_id"
        columns[name] = Column(name, column.type or _type_of(field), path)
        if owner is not model:
            follows.append((owner, path.rsplit("__", 1)[0], field.attname))
    for moment in [found for found in columns.values() if found.type == "timestamp"]:
        day = moment.name.removesuffix("_at") + "_on"
        columns.setdefault(day, Column(day, "date", moment.path, local=True))
    return Shape(table, tuple(columns.values()), tuple(follows))


def shape_of(kind: ObjectType) -> Shape:
    """The fact table of an object type. Raises ValueError where the declaration names no field."""
    facts = facts_of(kind)
    if facts is None:
        raise ValueError(f"{kind.key} declares no facts")
    return _shape(kind.key, kind.model, tuple(facts.columns))


def shapes() -> dict[str, Shape]:
    """Every fact table by name, in the order in which object types were registered."""
    from kehu.core import registry

    return {kind.key: shape_of(kind) for kind in registry.all() if facts_of(kind)}


def _resolve(model: type[models.Model], source: str) -> tuple[str, Any, type[models.Model]]:
    """The ORM path, the field at its end, and the model that holds this field."""
    owner: type[models.Model] = model
    parts = source.split(".")
    for part in parts[:-1]:
        field: Any = owner._meta.get_field(part)
        owner = field.related_model
    field = owner._meta.get_field(parts[-1])
    return "__".join([*parts[:-1], field.attname]), field, owner


def _type_of(field: Any) -> str:
    """The column type of a Django field; AmountField is known by its money, an integer in the database."""
    from kehu.kit.money import AmountField

    if isinstance(field, models.ForeignKey):
        return _type_of(field.target_field)
    if isinstance(field, AmountField | models.DecimalField):
        return "decimal"
    for kind, name in _FIELDS:
        if isinstance(field, kind):
            return name
    raise ValueError(f"{field} has no column type; name one in FactColumn(type=…)")


_FIELDS: tuple[tuple[type[models.Field], str], ...] = (
    (models.BooleanField, "bool"),
    (models.IntegerField, "int"),
    (models.FloatField, "float"),
    (models.DateTimeField, "timestamp"),
    (models.DateField, "date"),
    (models.CharField, "text"),
    (models.TextField, "text"),
)
