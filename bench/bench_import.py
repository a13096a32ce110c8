"""Import of leads from a CSV file against a raw load of the rows that it makes, into a table with the same indexes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import market
import measure


def imported(by: Any) -> dict[str, Any]:
    """Map, check, match by key, score, number, write with history and search rows."""
    from kehu.core import imports, registry
    from kehu.core.imports.values import mapping_of

    kind = registry.get("lead")
    path = Path(os.environ["KEHU_DATA"]) / "leads.csv"
    market.write_csv(path, measure.ROWS)
    before = measure.peak_mb()
    with measure.timed() as spent:
        run = imports.import_file(kind, path, mapping_of(market.MAPPING, kind), by=by)
    assert (run.created, run.rejected) == (measure.ROWS, 0), (run.created, run.rejected)
    return {
        "rows_per_second": round(measure.ROWS / spent.wall),
        "rows_per_cpu_second": round(measure.ROWS / spent.cpu),
        "seconds": round(spent.wall, 1),
        "cpu_seconds": round(spent.cpu, 1),
        "peak_mb": measure.peak_mb(),
        "peak_before_mb": before,
    }


def written() -> int:
    """Rows that the import has left in all tables."""
    from kehu.core.models import Change, SearchRow
    from kehu.leads.models import Lead, LeadStageChange, ScoreEntry, Touch

    models = (Lead, Touch, LeadStageChange, ScoreEntry, Change, SearchRow)
    return sum(model._default_manager.count() for model in models)


def raw() -> dict[str, Any]:
    """The same leads, ready-made, in one transaction by the driver's fastest way; nothing else is written."""
    from django.db import connection, transaction

    from kehu.core.database import insert_rows
    from kehu.leads.models import Lead

    table, columns = Lead._meta.db_table, [field.column for field in Lead._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(connection.ops.quote_name(name) for name in columns)} FROM {table}"
        )
        rows = cursor.fetchall()
        make_like(cursor, table)
    with measure.timed() as spent, transaction.atomic():
        insert_rows("raw_lead", columns, rows)
    return {
        "rows_per_second": round(len(rows) / spent.wall),
        "rows_per_cpu_second": round(len(rows) / spent.cpu),
        "seconds": round(spent.wall, 2),
        "cpu_seconds": round(spent.cpu, 2),
    }


def make_like(cursor: Any, table: str) -> None:
    """An empty table `raw_lead` with the columns and indexes of another."""
    from kehu.core.database import is_postgresql

    if is_postgresql():
        cursor.execute(f"CREATE TABLE raw_lead (LIKE {table} INCLUDING ALL)")
        return
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
    for name, sql in sorted(cursor.fetchall(), key=lambda found: found[0] != table):
        statement = sql.replace(f'"{table}"', '"raw_lead"')
        cursor.execute(statement if name == table else statement.replace(f'"{name}"', f'"raw_{name}"'))


def measured() -> dict[str, Any]:
    by = market.people()
    ours = imported(by)
    rows = written()
    limit = raw()
    return {
        "what": f"import of {measure.ROWS:,} leads, 12 mapped columns",
        "import": ours,
        "rows_written": rows,
        "raw_load_of_the_leads_alone": limit,
        "ratio_of_speed": round(limit["seconds"] / ours["seconds"], 3),
        "ratio_of_speed_by_rows_written": round(limit["seconds"] / ours["seconds"] * rows / measure.ROWS, 3),
        "load_average": measure.load_average(),
    }


if __name__ == "__main__":
    measure.run(measured, __file__, databases=("sqlite", "postgresql"))
