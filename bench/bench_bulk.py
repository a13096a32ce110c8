"""Many leads changed at once: an owner and a field set in all of them, and taken back, against a bare UPDATE.

`ROWS=100000 DB=sqlite bench/bench_bulk.py`; DB is sqlite, postgres or both. Change log and search included.
"""

from __future__ import annotations

import os
from typing import Any

import market
import measure
import multitude

BASES = {"sqlite": "sqlite", "postgres": "postgresql", "postgresql": "postgresql"}


def measured() -> dict[str, Any]:
    from django.db import connection, transaction

    from kehu.core import bulk, changes, registry, work
    from kehu.core.changes import large
    from kehu.core.models import Change, User, Work
    from kehu.core.selection import Selection

    market.people()
    multitude.leads(measure.ROWS)
    head, rep = (User.objects.get(username=name) for name in ("head", "rep0"))
    kind = registry.get("lead")
    with measure.working() as bare, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE leads_lead SET owner_id = NULL, birth_year = 1980 WHERE deleted_at IS NULL")
    action = next(one for one in bulk.offered(kind, head) if one.key == "edit")
    data = f"field=owner&owner={rep.pk}&field=birth_year&birth_year=1975"
    begun = bulk.begin(action, kind, Selection(query=""), data, measure.ROWS, head)
    running = Work.objects.select_related("actor", "batch").get(pk=begun.pk)
    steps: list[measure.Timed] = []
    with measure.working() as whole:
        more = True
        while more:
            with measure.working() as step:
                more = work._one_step(running)
            steps.append(step)
    assert Change.objects.filter(batch=running.batch).count() == running.total
    taken: list[measure.Timed] = []
    take_back = large._take_back

    def watched(*given: Any) -> None:
        with measure.working() as step:
            take_back(*given)
        taken.append(step)

    large._take_back = watched
    with measure.working() as back:
        changes.undo(batch=running.batch, by=head)
    return {
        "leads": running.total,
        "seconds": round(whole.wall, 1),
        "seconds of CPU": round(whole.cpu, 1),
        "seconds of undo": round(back.wall, 1),
        "seconds of CPU of undo": round(back.cpu, 1),
        "seconds of CPU of a bare UPDATE": round(bare.cpu, 2),
        "ratio_by_cpu": {"edit": round(bare.cpu / whole.cpu, 3), "undo": round(bare.cpu / back.cpu, 3)},
        "steps": len(steps),
        "a step": spread(steps),
        "steps of undo": len(taken),
        "a step of undo": spread(taken),
        "peak MB": measure.peak_mb(),
        "load average": measure.load_average(),
    }


def spread(steps: list[measure.Timed]) -> dict[str, dict[str, float]]:
    return {name: measure.spread([getattr(step, name) for step in steps]) for name in ("wall", "cpu")}


if __name__ == "__main__":
    chosen = os.environ.get("DB", "both")
    measure.run(
        measured, __file__, databases=("sqlite", "postgresql") if chosen == "both" else (BASES[chosen],)
    )
