"""Runs the hand-computed example of a metric through the engine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kehu.warehouse.catalog import Catalog
from kehu.warehouse.duck import Memory
from kehu.warehouse.engine import Engine
from kehu.warehouse.facts import Shape
from kehu.warehouse.metrics import Example

if TYPE_CHECKING:
    import pyarrow as pa


class ExampleFails(AssertionError):
    """A metric has no example, or the engine answers it otherwise."""


def run_example(catalog: Catalog, shapes: Mapping[str, Shape], name: str) -> None:
    """Ask for the metric as its example does; ExampleFails tells what differs."""
    example = catalog.metric(name).example
    if example is None:
        raise ExampleFails(f"The metric {name} has no example; give it one in metrics.py.")
    engine = Engine(catalog, Memory(shapes, tables_of(example, shapes)))
    answer = engine.ask(
        [name],
        user=None,
        by=example.by,
        where=example.where,
        start=example.start,
        end=example.end,
        as_of=example.as_of,
    )
    expected = [tuple(row) for row in example.expect]
    same = len(expected) == len(answer.rows) and all(map(_equal, expected, answer.rows))
    if not same:
        raise ExampleFails(
            f"{name}: the example expects {expected}, the engine answers {answer.rows}\n{answer.sql}"
        )


def tables_of(example: Example, shapes: Mapping[str, Shape]) -> dict[str, pa.Table]:
    """The example's rows as Arrow tables; columns that a row leaves out are NULL."""
    import pyarrow as pa

    tables = {}
    for table, rows in example.rows.items():
        if table not in shapes:
            raise ExampleFails(f"There is no table {table}; there are {', '.join(shapes)}.")
        columns = shapes[table].columns
        if unknown := {name for row in rows for name in row} - {column.name for column in columns}:
            raise ExampleFails(f"The table {table} has no column {', '.join(sorted(unknown))}.")
        values = {
            column.name: [_typed(row.get(column.name), column.type) for row in rows] for column in columns
        }
        tables[table] = pa.Table.from_pydict(values, schema=shapes[table].schema())
    return tables


def _typed(value: Any, kind: str) -> Any:
    """Examples write dates as text and amounts as whole numbers or text."""
    if value is None:
        return None
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    if kind == "timestamp" and isinstance(value, str):
        return datetime.fromisoformat(value)
    return Decimal(str(value)) if kind == "decimal" else value


def _equal(expected: Sequence[Any], found: Sequence[Any]) -> bool:
    return len(expected) == len(found) and all(map(_same, expected, found))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
        return bool(one == other)
    return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-9)
