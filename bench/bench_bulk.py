"""Many leads changed at once: an owner and a field set in all of them, and taken back, against a bare UPDATE.

`ROWS=100000 DB=sqlite bench/bench_bulk.py`; DB is sqlite, postgres or both. Change log and search included.
"""

from __future__ import annotations

import os
import time
from typing import Any

import market
import measure
import multitude

BASES = {"sqlite": "sqlite", "postgres": "postgresql", "postgresql": "postgresql"}


def measured() -> dict[str, Any]:
    from django.db import connection, transaction

    from kehu.core import bulk, changes, registry, work
    from kehu.core.models import Change, User, Work
    from kehu.core.selection import Selection

    market.people()
    multitude.leads(measure.ROWS)
    head, rep = (User.objects.get(username=name) for name in ("head", "rep0"))
    kind = registry.get("lead")
    with measure.timed() as bare, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE leads_lead SET owner_id = NULL, birth_year = 1980 WHERE deleted_at IS NULL")
    action = next(one for one in bulk.offered(kind, head) if one.key == "edit")
    data = f"field=owner&owner={rep.pk}&field=birth_year&birth_year=1975"
    begun = bulk.begin(action, kind, Selection(query=""), data, measure.ROWS, head)
    running = Work.objects.select_related("actor", "batch").get(pk=begun.pk)
    steps: list[float] = []
    with measure.timed() as whole:
        more = True
        while more:
            start = time.perf_counter()
            more = work._one_step(running)
            steps.append(time.perf_counter() - start)
    assert Change.objects.filter(batch=running.batch).count() == running.total
    with measure.timed() as back:
        changes.undo(batch=running.batch, by=head)
    steps.sort()
    return {
        "leads": running.total,
        "seconds": round(whole.wall, 1),
        "seconds of CPU": round(whole.cpu, 1),
        "seconds of undo": round(back.wall, 1),
        "seconds of CPU of undo": round(back.cpu, 1),
        "seconds of a bare UPDATE": round(bare.wall, 1),
        "steps": len(steps),
        "a step, p95 s": round(steps[int(len(steps) * 0.95) - 1], 3),
        "peak MB": measure.peak_mb(),
        "load average": measure.load_average(),
    }


if __name__ == "__main__":
    chosen = os.environ.get("DB", "both")
    measure.run(
        measured, __file__, databases=("sqlite", "postgresql") if chosen == "both" else (BASES[chosen],)
    )
