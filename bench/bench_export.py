"""Export of what a list shows, 20 columns: Kehu's file against a dump of the same rows by the database's own means.

`ROWS=1000000 DB=sqlite bench/bench_export.py`; DB is sqlite, postgres or both.
"""

from __future__ import annotations

import csv
import os
import resource
import tempfile
from pathlib import Path
from typing import Any

import market
import measure
import multitude

COLUMNS = (
    "number", "name", "phone", "email", "company_name", "kind", "stage", "score", "language", "birth_year",
    "channel", "medium", "campaign", "region", "owner", "product", "first_kind", "captured_at", "qualified_at",
    "external_key",
)  # fmt: skip


def peak() -> int:
    """The most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def dump(path: Path) -> None:
    """The columns of the table as they are stored: COPY on PostgreSQL, cursor and csv.writer on SQLite."""
    from django.db import connection

    from kehu.leads.models import Lead

    names = ", ".join(Lead._meta.get_field(name).column for name in COLUMNS)
    sql = f"SELECT {names} FROM leads_lead WHERE deleted_at IS NULL ORDER BY captured_at DESC, id DESC"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with (
                path.open("wb") as file,
                cursor.connection.cursor().copy(f"COPY ({sql}) TO STDOUT CSV") as copy,
            ):
                for part in copy:
                    file.write(part)
            return
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(cursor.execute(sql))


def measured() -> dict[str, Any]:
    from kehu.core import exports, registry
    from kehu.core.asked import Asked
    from kehu.core.exports import background
    from kehu.core.models import User

    market.people()
    multitude.leads(measure.ROWS)
    user, kind = User.objects.get(username="head"), registry.get("lead")
    found: dict[str, Any] = {
        "what": f"export of {measure.ROWS:,} leads, {len(COLUMNS)} columns", "mb_before": peak(),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        with measure.working() as raw:
            dump(Path(folder) / "raw.csv")
        found["raw_dump"] = {"seconds": round(raw.wall, 2), "mb_peak": peak()}
        for format in exports.FORMATS:
            path = Path(folder) / f"leads.{format}"
            with measure.working() as taken:
                ids = background.ids_of(Asked.of(kind, user, ""))
                rows = exports.write_file(
                    exports.columns_for(kind, COLUMNS, user, format=format), ids, path, format=format
                )
            found[format] = {
                "rows": rows,
                "seconds": round(taken.wall, 2),
                "cpu_seconds": round(taken.cpu, 2),
                "rows_per_second": round((rows or 0) / taken.wall),
                "of_raw_speed": round(raw.wall / taken.wall, 2),
                "of_raw_by_cpu": round(raw.cpu / taken.cpu, 2),
                "mb_peak": peak(),
                "mb_of_file": round(path.stat().st_size / 1e6),
            }
    return {**found, "load_average": measure.load_average()}


if __name__ == "__main__":
    chosen = os.environ.get("DB", "both")
    measure.run(measured, __file__, databases=measure.NAMED.get(chosen, ("sqlite", "postgresql")))
