"""Leads in groups with totals: asked of the database, and of the columns of the warehouse (DuckDB over its files).

`ROWS=300000 DB=sqlite bench/bench_groups.py`; wall and CPU seconds, the best of three. The warehouse's time is that of
the bare statement: no rights, no filters, nothing read beside.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import market
import measure
import multitude

GROUPS = ("channel", "stage", "captured_at:month", "owner")


def measured() -> dict[str, Any]:
    import duckdb

    from kehu.core import grouping, registry
    from kehu.core.models import User
    from kehu.warehouse import feed

    market.people()
    multitude.leads(measure.ROWS)
    head, kind = User.objects.get(username="head"), registry.get("lead")
    with measure.timed() as built:
        feed.rebuild()
    files = sorted(
        str(path) for path in Path(os.environ["KEHU_DATA"]).rglob("warehouse/**/lead/**/*.parquet")
    )
    grouping.MOST_SUMMED = 10**9
    found: dict[str, Any] = {
        "leads": measure.ROWS,
        "seconds of a rebuild": round(built.wall, 1),
        "files": len(files),
    }
    for code in GROUPS:
        by = grouping.by_of(kind, head, code)
        assert by is not None
        measures = grouping.measures_of(kind, head)
        column = {
            "channel": "channel_id",
            "owner": "owner_id",
            "captured_at:month": "date_trunc('month', captured_at)",
        }
        says = (
            f"SELECT {column.get(code, code)} g, count(*), avg(score) FROM read_parquet({files}) GROUP BY g"
        )
        found[code] = {
            "database": _best(grouping.grouped, kind.model.objects.visible_to(head), by, measures),
            "DuckDB": _best(lambda statement: duckdb.sql(statement).fetchall(), says),
        }
    found["load average"] = measure.load_average()
    return found


def _best(do: Any, *given: Any) -> tuple[float, float]:
    """Wall and CPU of the best of three."""
    times = []
    for _again in range(3):
        start, cpu = time.perf_counter(), time.process_time()
        do(*given)
        times.append((round(time.perf_counter() - start, 3), round(time.process_time() - cpu, 3)))
    return min(times)


if __name__ == "__main__":
    measure.run(measured, __file__)
