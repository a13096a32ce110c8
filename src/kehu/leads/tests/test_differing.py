"""What one statement over the warehouse says of all leads is what the rule says of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kehu.leads.queries.differing import differing_sql
from kehu.leads.queries.scored import score_sql
from kehu.leads.scoring import Version, score_history
from kehu.warehouse.catalog import catalog
from kehu.warehouse.duck import Memory
from kehu.warehouse.engine import Engine
from kehu.warehouse.facts import shapes

START = datetime(2010, 1, 1, tzinfo=UTC)
KINDS = ("scan", "download", "contact_form", "showroom_visit", "unknown")
moments = st.integers(0, 12).map(lambda day: START + timedelta(days=day))
points = st.dictionaries(st.sampled_from(KINDS), st.integers(1, 5))
versions = st.lists(st.tuples(moments, st.integers(1, 5), points), max_size=3).map(
    lambda rows: [
        Version(pk, pk, row[1], row[0], row[2]) for pk, row in enumerate(sorted(rows, key=lambda r: r[0]), 1)
    ]
)
leads = st.lists(
    st.tuples(
        st.sampled_from(("new", "potential", "qualified", "recycled", "screened_out")),
        st.integers(0, 5),
        st.lists(st.tuples(moments, st.sampled_from(KINDS)), max_size=5),
    ),
    max_size=6,
)


def asked(text: str, found: Any) -> list[tuple[Any, ...]]:
    known = shapes()
    lead_rows = [{"id": pk, "stage": stage, "score": score} for pk, (stage, score, _) in enumerate(found, 1)]
    touch_rows = [
        {"id": pk * 10 + place, "lead_id": pk, "kind": kind, "touched_at": at}
        for pk, (_stage, _score, touches) in enumerate(found, 1)
        for place, (at, kind) in enumerate(touches)
    ]
    tables = {
        name: pa.Table.from_pylist(
            [{column: row.get(column) for column in known[name].names} for row in rows],
            schema=known[name].schema(),
        )
        for name, rows in (("lead", lead_rows), ("touch", touch_rows))
    }
    return Engine(catalog(), Memory(known, tables)).select(text, None)


def wrong(stage: str, score: int, touches: Any, held: list[Version]) -> bool:
    """The rule of one lead, as `rescore` applies it."""
    result = score_history(touches, held)
    moved = stage == "recycled" or result.score != score or result.qualified_by is not None
    return stage in ("new", "potential", "recycled") and moved


@settings(deadline=None, max_examples=40)
@given(leads, versions)
def test_the_statement_finds_exactly_the_leads_that_the_rule_would_change(found, held) -> None:
    expected = [
        pk for pk, (stage, score, touches) in enumerate(found, 1) if wrong(stage, score, touches, held)
    ]
    assert [row[0] for row in asked(differing_sql(held), found)] == expected


@settings(deadline=None, max_examples=40)
@given(leads, points)
def test_the_score_of_a_version_is_that_of_the_rule(found, worth) -> None:
    version = Version(1, 1, 5, START - timedelta(days=1), worth)
    rows = asked(f"SELECT lead_id, {score_sql(version)} FROM touch GROUP BY lead_id ORDER BY lead_id", found)
    assert rows == [
        (pk, score_history(touches, [version]).score)
        for pk, (_stage, _score, touches) in enumerate(found, 1)
        if touches
    ]
