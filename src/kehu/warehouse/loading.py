"""From database rows to Arrow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.functions import Cast

from kehu.kit.money import AmountField
from kehu.warehouse.facts import DECIMAL_DIGITS, Column, Shape

if TYPE_CHECKING:
    import pyarrow as pa

    from kehu.core.registry import ObjectType

CHUNK = 20_000
IDS_AT_ONCE = 5_000


def all_rows(kind: ObjectType, shape: Shape, zone: ZoneInfo) -> Iterator[pa.RecordBatch]:
    """Every live row by ascending id, in statements of their own, so that no reader holds up the writers."""
    last = 0
    while True:
        rows = list(_values(kind, shape).filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not rows:
            return
        last = rows[-1][0]
        yield to_batch(rows, shape, zone)


def rows_of(
    kind: ObjectType, shape: Shape, zone: ZoneInfo, ids: Collection[int]
) -> tuple[pa.Table, set[int]]:
    """The live rows among the ids, and the ids that are gone or in the recycle bin."""
    import pyarrow as pa

    batches = []
    gone = set(ids)
    for some in chunks(sorted(ids)):
        rows = list(_values(kind, shape).filter(pk__in=some))
        gone.difference_update(row[0] for row in rows)
        batches.append(to_batch(rows, shape, zone))
    return pa.Table.from_batches(batches, shape.schema()), gone


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield ids[start : start + IDS_AT_ONCE]


def to_batch(rows: Sequence[Sequence[Any]], shape: Shape, zone: ZoneInfo) -> pa.RecordBatch:
    """Rows in the order of `_values`: one value for each path."""
    import pyarrow as pa

    schema = shape.schema()
    by_path = dict(zip(_paths(shape), zip(*rows, strict=True) if rows else (), strict=False))
    arrays = []
    for column, field in zip(shape.columns, schema, strict=True):
        values = by_path.get(column.path, ())
        arrays.append(_array(values, column, field.type, zone))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Iterable[Any], column: Column, kind: pa.DataType, zone: ZoneInfo) -> pa.Array:
    import pyarrow as pa

    if column.local:
        return pa.array(
            [None if value is None else value.astimezone(zone).date() for value in values], pa.date32()
        )
    if column.type == "decimal":
        values = list(values)
        if all(value is None or isinstance(value, int) for value in values):
            return _amounts(values, kind)
    if column.type == "text":
        return pa.array([None if value is None else str(value) for value in values], kind)
    return pa.array(values, kind)


def _amounts(values: Sequence[int | None], kind: pa.DataType) -> pa.Array:
    """Amounts as the database stores them: whole ten-thousandths are the digits of the decimal type."""
    import pyarrow as pa

    whole = pa.array(values, pa.int64()).cast(pa.decimal128(DECIMAL_DIGITS, 0))
    return pa.Array.from_buffers(kind, len(whole), whole.buffers(), null_count=whole.null_count)


def _paths(shape: Shape) -> list[str]:
    return list(dict.fromkeys(column.path for column in shape.columns))


def _values(kind: ObjectType, shape: Shape) -> Any:
    """The query for a table's rows; amounts come as stored integers, ten times faster than as Decimal."""
    stored = {}
    names = []
    for path in _paths(shape):
        field = kind.field(path.replace("__", "."))
        if isinstance(field, AmountField):
            stored[f"stored_{path}"] = Cast(path, models.BigIntegerField())
            names.append(f"stored_{path}")
        else:
            names.append(path)
    return kind.model.everything.filter(deleted_at=None).annotate(**stored).values_list(*names)
