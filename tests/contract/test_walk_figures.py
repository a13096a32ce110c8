"""Every role asks for every figure: reckoned from what the role may see, and leading to just that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from django.conf import settings
from django.urls import reverse

from kehu.core import registry
from kehu.core.errors import Forbidden
from kehu.warehouse import drill, engine, feed, rights, store
from kehu.warehouse.catalog import catalog
from kehu.warehouse.facts import shapes

from . import expected
from .market import BINNED

pytestmark = pytest.mark.django_db


def forget_warehouse() -> None:
    shutil.rmtree(settings.WAREHOUSE_URL, ignore_errors=True)
    store._store.cache_clear()
    engine._warehouse.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def warehouse(market: Any) -> Iterator[None]:
    forget_warehouse()
    feed.rebuild()
    yield
    forget_warehouse()


def asked(visitor: Any, metric: str) -> Any:
    """The total that the role reads; nothing where it may not ask."""
    try:
        return engine.ask([metric], user=visitor.user).totals[metric]
    except Forbidden:
        return None


def live(visitor: Any, key: str) -> set[str]:
    return visitor.visible(key) - {BINNED}


def sums(visitor: Any) -> dict[str, Any]:
    """What the role must read, from the table of rights and the amounts of the market."""
    people = ("own", "mate", "below", "stranger", "nobody")
    orders, deals = live(visitor, "order"), live(visitor, "opportunity")
    found: dict[str, Any] = {
        "leads": len(live(visitor, "lead")) if expected.opens("lead", visitor.role) else None,
        "opportunities": len(deals) if expected.opens("opportunity", visitor.role) else None,
        "revenue": None,
        "received": None,
        "spend": Decimal(1234) if "only" in visitor.visible("spend_line") else None,
    }
    if expected.opens("order", visitor.role):
        found["revenue"] = sum(Decimal(f"31415{people.index(slot) + 1}") for slot in orders)
    if expected.opens("receipt", visitor.role):
        found["received"] = Decimal(10) * len(live(visitor, "receipt"))
    return found


def test_totals_are_those_of_the_visible_records(visitor, wrong):
    for metric, total in sums(visitor).items():
        if (got := asked(visitor, metric)) != total:
            wrong.append(f"{metric}: {got}, not {total}")


def test_no_figure_is_reckoned_from_a_closed_field(visitor, wrong):
    visible = set(engine.visible_metrics(visitor.user))
    forbidden = {"won_value"} if visitor.role == expected.SA else set()
    if visible & forbidden:
        wrong.append(f"{visible & forbidden}")


def test_figures_by_anything_name_nothing_hidden(visitor, wrong):
    if not any(visitor.hidden(key) for key in shapes() if key in visitor.market.records):
        return  # who sees all rows cannot see too many
    known = catalog()
    for metric in engine.visible_metrics(visitor.user):
        for dimension in known.dimensions_of(metric):
            try:
                answer = engine.ask([metric], user=visitor.user, by=[dimension])
            except Forbidden:
                continue
            visitor.search(f"{answer.rows} {answer.totals}", f"{metric} by {dimension}")


def test_every_figure_leads_to_records_that_the_role_sees_and_to_all_of_them(visitor, wrong):
    visible = set(engine.visible_metrics(visitor.user))
    for metric in catalog().metrics:
        if visitor.role != expected.AD and metric in visible and metric not in sums(visitor):
            continue  # every kind of record once
        page = visitor.part(drill.url(metric))
        if metric not in visible:
            if page.status_code not in (403, 404):
                wrong.append(f"{metric}: {page.status_code}")
            continue
        shown = page.context["page"]
        found = engine.records(metric, user=visitor.user)
        if page.status_code != 200 or {row["id"] for row in shown["rows"]} != set(found.ids):
            wrong.append(f"{metric}: {page.status_code}")
        if not set(found.ids) <= visitor.ids(found.object):
            wrong.append(f"{metric}: records {found.ids} of {found.object}")


def test_the_state_of_a_campaign_and_of_its_channels_is_there_for_those_who_see_the_spending(visitor, wrong):
    campaign, channel = visitor.market.only("campaign").pk, visitor.market.only("channel").pk
    status = 200 if "only" in visitor.visible("spend_line") else 404
    for address in (
        reverse("campaign-dashboard", args=[campaign]),
        reverse("campaign-channel", args=[campaign, channel]),
    ):
        answer = visitor.get(f"{address}?as_of=2010-06-30")
        if answer.status_code != status:
            wrong.append(f"{address}: {answer.status_code}, not {status}")


def test_a_figure_cannot_be_used_to_ask_for_the_records_of_another_list(visitor, wrong):
    for key in ("task", "note", "account"):
        if expected.opens(key, visitor.role):
            status = visitor.part(f"{reverse('list', args=[key])}?figure=leads").status_code
            if status != 403:
                wrong.append(f"{key}: {status}")


def test_the_database_and_the_warehouse_select_the_same_rows(visitor, wrong):
    known, source = shapes(), engine.engine().source
    for key in known:
        kind = registry.get(key)
        if not expected.VIEW.get(key, {}).get(visitor.role):
            continue
        woven = rights.weave(sqlglot.parse_one(f'SELECT id FROM "{key}"', read="duckdb"), visitor.user, known)
        there = {row[0] for row in source.fetch(woven.sql("duckdb"), rights.tables(woven))}
        here = set(kind.model.objects.visible_to(visitor.user).values_list("pk", flat=True))
        if not there == here == visitor.ids(key):
            wrong.append(f"{key}: warehouse {sorted(there)}, database {sorted(here)}")
