"""Which open leads are not what their touches make of them: found for all at once in the warehouse."""

from __future__ import annotations

from collections.abc import Sequence

from kehu.leads.models import OPEN_STAGES, Stage
from kehu.leads.queries.scored import points_sql, score_sql
from kehu.leads.scoring import Version
from kehu.warehouse.queries import select

OPEN = ", ".join(f"'{stage.value}'" for stage in OPEN_STAGES)


def differing(versions: Sequence[Version], *, after: int = 0, limit: int | None = None) -> list[int]:
    """Ids above `after` of open leads whose score or stage would change if they were scored again, lowest first.

    Recycled leads are always among them: they are looked at closely. Says what the warehouse knows: feed it first.
    """
    return [row[0] for row in select(differing_sql(versions, after=after, limit=limit), user=None)]


def differing_sql(versions: Sequence[Version], *, after: int = 0, limit: int | None = None) -> str:
    """The statement behind it: the same as `scoring.score_history` says of each lead.

    A lead would qualify where its highest step under any version, from the touches before the next one, is at or
    above the threshold of that version; its score is the highest step under the last one.
    """
    calendar = sorted(versions, key=lambda version: version.in_force_from)
    ends = [version.in_force_from.isoformat() for version in calendar[1:]]
    columns, reached = [], []
    for place, version in enumerate(calendar):
        before = f"touch.touched_at < TIMESTAMPTZ '{ends[place]}'" if place < len(ends) else "TRUE"
        columns.append(f"max(CASE WHEN {before} THEN {points_sql(version)} END) AS step{place}")
        reached.append(f"coalesce(reached.step{place} >= {version.threshold}, FALSE)")
    score = score_sql(calendar[-1]) if calendar else "0"
    wrong = [f"lead.stage = '{Stage.RECYCLED.value}'", "coalesce(reached.score, 0) <> lead.score", *reached]
    return f"""
    WITH reached AS (
      SELECT touch.lead_id, {", ".join([f"{score} AS score", *columns])} FROM touch GROUP BY touch.lead_id
    )
    SELECT lead.id FROM lead LEFT JOIN reached ON reached.lead_id = lead.id
    WHERE lead.stage IN ({OPEN}) AND lead.id > {int(after)}
      AND ({" OR ".join(wrong)})
    ORDER BY lead.id {f"LIMIT {int(limit)}" if limit is not None else ""}
    """
