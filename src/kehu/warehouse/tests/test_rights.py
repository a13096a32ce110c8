"""Whoever asks gets figures of what they may see, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlglot

from kehu.core import registry
from kehu.core.access import EVERYTHING, OWN, Policy, Via, everyone, roles
from kehu.core.errors import Forbidden, Refused
from kehu.warehouse import duck, rights
from kehu.warehouse.metrics import BLANK, NOT_VISIBLE
from kehu.warehouse.tests import cases

LEADS = everyone(OWN, roles.SALES_REP) | everyone(EVERYTHING, roles.SALES_HEAD, roles.ANALYST)
POLICIES = {
    "lead": Policy(view=LEADS, hidden={"region": (roles.ANALYST,)}),
    "deal": Policy(
        view=everyone(Via("lead", "lead"), roles.SALES_REP) | everyone(EVERYTHING, roles.SALES_HEAD)
    ),
    "spend": Policy(view=everyone(EVERYTHING, roles.MARKETING_HEAD, roles.SALES_HEAD)),
    "channel": Policy(view=everyone(EVERYTHING)),
    "campaign": Policy(view=everyone(EVERYTHING, roles.SALES_HEAD)),
}


@dataclass
class Person:
    role: str
    pk: int = 1
    is_active: bool = True
    is_authenticated: bool = True


REP, HEAD, ANALYST = Person(roles.SALES_REP), Person(roles.SALES_HEAD), Person(roles.ANALYST)


@pytest.fixture(autouse=True)
def small_world(monkeypatch):
    """The objects of cases.py, with policies, in place of the real ones."""
    user = registry.get("user")
    kinds = {key: replace(user, key=key, policy=policy, label_plural=key) for key, policy in POLICIES.items()}
    kinds["user"] = user
    monkeypatch.setattr(registry, "_by_key", kinds)
    monkeypatch.setattr(rights, "closed_columns", _closed)


def _closed(kind: Any, shape: Any, user: Any) -> set[str]:
    return {name for name in shape.names if not kind.policy.reads(name, user)}


def ask(person, *metrics, **question):
    return cases.engine().ask(list(metrics), user=person, **question).rows


def test_a_representative_counts_own_leads_and_the_head_all():
    assert ask(REP, "leads") == [(1,)]
    assert ask(HEAD, "leads") == [(5,)]
    assert ask(None, "leads") == [(5,)]


def test_rows_are_visible_by_the_row_that_they_belong_to():
    assert ask(REP, "sales", "revenue") == [(1, 100)]
    assert ask(HEAD, "sales") == [(2,)]


def test_totals_ratios_and_records_obey_the_same_rule():
    answer = cases.engine().ask(["lead_to_sale", "leads"], user=REP, by=["channel"])
    assert answer.rows == [("Web", 1.0, 1)]
    assert answer.totals == {"lead_to_sale": 1.0, "leads": 1}
    assert cases.engine().records("leads", user=REP).ids == [1]


def test_a_figure_made_from_what_a_role_may_not_see_is_refused_not_shown_as_zero():
    for metric in ("spend", "cost_per_lead", "profit"):
        with pytest.raises(Forbidden):
            ask(REP, metric)
        with pytest.raises(Forbidden):
            cases.engine().records(metric, user=REP)
    assert ask(HEAD, "cost_per_lead") == [(10.0,)]


def test_a_dimension_that_a_role_may_not_see_is_refused():
    with pytest.raises(Forbidden):
        ask(REP, "leads", by=["campaign"])
    with pytest.raises(Forbidden):
        ask(REP, "leads", where={"campaign": "iXX"})


def test_a_hidden_field_is_neither_shown_nor_filtered_by():
    with pytest.raises(Forbidden):
        ask(ANALYST, "leads", by=["region"])
    with pytest.raises(Forbidden):
        ask(ANALYST, "leads", where={"region": "北"})
    assert ask(ANALYST, "leads") == [(5,)]
    assert ask(HEAD, "leads", by=["region"]) == [(BLANK, 4), ("北", 1)]


def test_the_offered_metrics_are_those_that_a_role_may_ask_for():
    assert cases.engine().visible(REP) == [
        "leads",
        "qualified",
        "sales",
        "revenue",
        "large",
        "lead_to_qualified",
        "lead_to_sale",
        "share_large",
    ]
    assert set(cases.engine().visible(HEAD)) == set(cases.CATALOG.metrics)
    assert cases.engine().visible(Person(roles.SALES_REP, is_active=False)) == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("SELECT * FROM lead", 1),
        ("SELECT * FROM lead l JOIN lead m ON l.id = m.id", 2),
        ("SELECT (SELECT count(*) FROM lead)", 1),
        ("WITH x AS (SELECT * FROM lead) SELECT * FROM x UNION ALL SELECT * FROM lead", 2),
        ("SELECT * FROM deal WHERE lead_id IN (SELECT id FROM lead)", 2),
    ],
)
def test_wherever_a_table_stands_it_is_narrowed(text, times):
    woven = rights.weave(sqlglot.parse_one(text, read="duckdb"), REP, cases.SHAPES)
    sql = woven.sql("duckdb")
    assert sql.count("owner_id = 1") == times
    duck.Memory(cases.SHAPES, {}).fetch(sql, rights.tables(woven))


@pytest.mark.parametrize(
    "text", ["SELECT * FROM other", "SELECT * FROM main.lead", "SELECT * FROM 'lead.parquet'"]
)
def test_a_table_that_is_no_fact_table_is_refused(text):
    with pytest.raises(Refused):
        rights.weave(sqlglot.parse_one(text, read="duckdb"), None, cases.SHAPES)


def test_a_table_expression_cannot_hide_a_table():
    with pytest.raises(ValueError, match="called like a table"):
        rights.weave(sqlglot.parse_one("WITH lead AS (SELECT 1) SELECT * FROM lead"), REP, cases.SHAPES)


def test_a_campaign_that_is_not_visible_is_called_so_in_the_answer():
    assert NOT_VISIBLE in [row[0] for row in ask(HEAD, "leads", by=["channel"])]
