"""All leads scored again from all touches: what finds the wrong ones against one query written by hand.

`LEADS=1000000 TOUCHES=10000000 python bench/bench_scoring.py`; in memory, both in the engine's own connection settings.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.config.settings")

LEADS = int(os.environ.get("LEADS") or 100_000)
TOUCHES = int(os.environ.get("TOUCHES") or LEADS * 10)
RUNS = int(os.environ.get("RUNS") or 5)


def tables() -> tuple[Any, Any]:
    """Leads, a quarter of them with a wrong score, and touches of all kinds over a year."""
    import pyarrow as pa

    from kehu.leads.models import TouchKind
    from kehu.warehouse.duck import connect
    from kehu.warehouse.facts import shapes

    kinds = ", ".join(f"'{kind}'" for kind in TouchKind.values)
    with connect() as duck:
        touches = duck.execute(
            f"SELECT i AS id, 1 + hash(i) % {LEADS} AS lead_id,"
            f" ([{kinds}])[(1 + hash(i, 1) % {len(TouchKind.values)})::BIGINT] AS kind,"
            f" TIMESTAMPTZ '2010-01-01 00:00:00+00' + to_seconds((hash(i, 2) % 31536000)::BIGINT) AS touched_at"
            f" FROM range(1, {TOUCHES + 1}) rows(i)"
        ).to_arrow_table()
        leads = duck.execute(
            f"SELECT i AS id, 'potential' AS stage, (hash(i, 3) % 6)::BIGINT AS score"
            f" FROM range(1, {LEADS + 1}) rows(i)"
        ).to_arrow_table()
    known = shapes()

    def whole(name: str, table: Any) -> Any:
        columns = [
            table[field.name].cast(field.type)
            if field.name in table.column_names
            else pa.nulls(len(table), field.type)
            for field in known[name].schema()
        ]
        return pa.table(columns, schema=known[name].schema())

    return whole("lead", leads), whole("touch", touches)


def seconds(run: Callable[[], Any]) -> float:
    """The middle of the runs, after one that warms up."""
    run()
    found = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def main() -> None:
    import django

    django.setup()
    from kehu.leads.models import LADDER
    from kehu.leads.queries.differing import differing_sql
    from kehu.leads.scoring import Version
    from kehu.warehouse.catalog import catalog
    from kehu.warehouse.duck import Memory, connect
    from kehu.warehouse.engine import Engine
    from kehu.warehouse.facts import shapes

    leads, touches = tables()
    engine = Engine(catalog(), Memory(shapes(), {"lead": leads, "touch": touches}))
    starts = datetime(2009, 1, 1, tzinfo=UTC), datetime(2010, 9, 7, tzinfo=UTC)
    held = [
        Version(number, number, 6 - number, begins, {str(kind): worth for kind, worth in LADDER.items()})
        for number, begins in enumerate(starts, 1)
    ]
    steps = " ".join(f"WHEN '{kind.value}' THEN {worth}" for kind, worth in LADDER.items())  # type: ignore[attr-defined]
    by_hand = f"""
        SELECT lead.id FROM lead LEFT JOIN
          (SELECT lead_id, max(CASE kind {steps} ELSE 0 END) AS score,
            max(CASE WHEN touched_at < '2010-09-07 00:00:00+00' THEN CASE kind {steps} END END) AS earlier
           FROM touch GROUP BY lead_id) scored ON scored.lead_id = lead.id
        WHERE coalesce(scored.score, 0) <> lead.score OR scored.score >= 4 OR scored.earlier >= 5 ORDER BY lead.id
    """

    def bare() -> list[Any]:
        with connect() as duck:
            duck.register("lead", leads)
            duck.register("touch", touches)
            return duck.execute(by_hand).fetchall()

    text = differing_sql(held)
    ours, hand = seconds(lambda: engine.select(text, None)), seconds(bare)
    print(
        json.dumps(
            {
                "leads": LEADS,
                "touches": TOUCHES,
                "seconds": round(ours, 3),
                "by_hand": round(hand, 3),
                "times": round(ours / hand, 2),
                "wrong": len(engine.select(text, None)),
                "same": len(bare()),
            }
        )
    )


if __name__ == "__main__":
    main()
