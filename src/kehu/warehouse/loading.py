"""From database rows to Arrow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import connection, models
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
        # A bulk load takes neighbouring ids; a range is found much faster than a list.
        whole = some[-1] - some[0] + 1 == len(some)
        wanted = {"pk__range": (some[0], some[-1])} if whole else {"pk__in": some}
        rows = list(_values(kind, shape).filter(**wanted))
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


def _array(values: Sequence[Any], column: Column, kind: pa.DataType, zone: ZoneInfo) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.type == "timestamp" or column.local:
        moments = _moments(values)
        if not column.local:
            return moments
        return pc.local_timestamp(moments.cast(pa.timestamp("us", tz=zone.key))).cast(pa.date32())
    if column.type == "decimal" and all(value is None or isinstance(value, int) for value in values):
        return _amounts(values, kind)
    if column.type == "text":
        return pa.array([None if value is None else str(value) for value in values], kind)
    if column.type == "date":
        return pa.array(values, pa.string()).cast(kind) if _as_text(values) else pa.array(values, kind)
    return pa.array(values, kind)


def _moments(values: Sequence[Any]) -> pa.Array:
    """Points in time, as datetimes or as SQLite keeps them: text in UTC."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if _as_text(values):
        return pc.assume_timezone(pa.array(values, pa.string()).cast(pa.timestamp("us")), "UTC")
    return pa.array(values, pa.timestamp("us", tz="UTC"))


def _as_text(values: Sequence[Any]) -> bool:
    return isinstance(next((value for value in values if value is not None), None), str)


def _amounts(values: Sequence[int | None], kind: pa.DataType) -> pa.Array:
    """Amounts as the database stores them: whole ten-thousandths are the digits of the decimal type."""
    import pyarrow as pa

    whole = pa.array(values, pa.int64()).cast(pa.decimal128(DECIMAL_DIGITS, 0))
    return pa.Array.from_buffers(kind, len(whole), whole.buffers(), null_count=whole.null_count)


def _paths(shape: Shape) -> list[str]:
    return list(dict.fromkeys(column.path for column in shape.columns))


def _values(kind: ObjectType, shape: Shape) -> Any:
    """The query for a table's rows, in the form that is cheapest to turn into Arrow.

    Amounts come as stored integers, times of SQLite as text: both many times faster than Python objects.
    """
    casts: dict[str, Any] = {}
    names = []
    for path in _paths(shape):
        field = kind.field(path.replace("__", "."))
        stored: models.Field | None = None
        if isinstance(field, AmountField):
            stored = models.BigIntegerField()
        elif isinstance(field, models.DateField) and connection.vendor == "sqlite":
            stored = models.TextField()
        if stored is None:
            names.append(path)
        else:
            casts[f"stored_{path}"] = Cast(path, stored)
            names.append(f"stored_{path}")
    return kind.model.everything.filter(deleted_at=None).annotate(**casts).values_list(*names)
