"""Which conditions the planner sees when a page of many is walked, and that it changes nothing but the way."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Q
from django.test import RequestFactory

from kehu.core import registry, steering
from kehu.core.access import roles
from kehu.core.asked import Asked, Part
from kehu.core.tests.company import make, person

finding = import_module("kehu.core.search.find")

pytestmark = pytest.mark.django_db


def asked_by(user: Any, query: str) -> Asked:
    request = RequestFactory().get(f"/o/lead?{query}")
    request.user = user
    return Asked(request, registry.get("lead"))


def split(asked: Asked, sort: str) -> tuple[str, str]:
    """The statement before the first CASE, and from there on."""
    before, _case, after = str(asked.walked(asked.ordering(sort)).query).partition("CASE WHEN")
    return before.partition("WHERE")[2], after


@pytest.fixture
def many(monkeypatch: Any) -> None:
    monkeypatch.setattr(steering, "fit_many", lambda records, least=4: True)


def test_what_bounds_the_order_itself_is_seen(many: None) -> None:
    seen, hidden = split(asked_by(person("boss"), "captured_at-from=2010-05-04&stage=new&score-from=3"), "")
    assert '"captured_at" >=' in seen
    assert '"score" >=' in hidden and '"captured_at" >=' not in hidden


def test_a_filter_that_shares_an_index_with_the_order_is_seen(many: None) -> None:
    seen, hidden = split(asked_by(person("rep", roles.SALES_REP), "score-from=3"), "")
    assert '"owner_id" =' in seen and '"owner_id" =' not in hidden.partition("THEN")[0]
    seen, hidden = split(asked_by(person("boss"), "stage=new"), "name")
    assert '"stage" =' in hidden.partition("THEN")[0] and '"stage" =' not in seen


@pytest.mark.parametrize(
    "query",
    [
        "stage=new",
        "score-from=2",
        "captured_at-from=2010-01-01",
        'where={"not":{"field":"stage","op":"eq","value":"new"}}',
    ],
)
@pytest.mark.parametrize("sort", ["", "name", "-stage", "score", "owner"])
def test_the_way_changes_no_record(many: None, query: str, sort: str) -> None:
    boss = person("boss")
    for number in range(6):
        stage = "new" if number % 2 else "potential"
        make(
            "lead",
            name=f"n{number}",
            number=str(number),
            stage=stage,
            score=number,
            owner=boss if number > 3 else None,
        )
    asked = asked_by(boss, query)
    assert set(asked.walked(asked.ordering(sort))) == set(asked.records())


@pytest.fixture
def large(monkeypatch: Any) -> None:
    """A table that counts as large, in which few records fit."""
    monkeypatch.setattr(steering, "is_small", lambda model: False)
    monkeypatch.setattr(steering, "fit_many", lambda records, least=4: least > 4)


CONTAINED = {
    "email": ("mple.c", "MANY1", "@", "志"),
    "name": ("志明", "志", "明 ", "陳志明", "志明 co", "霖心"),
    "phone": ("345", "+886"),
}


@pytest.mark.parametrize("sort", ["", "name", "-score"])
def test_the_few_that_contain_a_text_are_found_whatever_leads_to_them(large: None, sort: str) -> None:
    boss = person("boss")
    for number, name in enumerate(("陳志明", "志 明", "明志", "王冠霖心", "志明 co", "A志明B", "阿明")):
        make(
            "lead",
            name=name,
            number=str(number),
            email=f"many{number}@example.com",
            phone=f"+88634512{number}",
        )
    for path, texts in CONTAINED.items():
        for text in texts:
            where = json.dumps({"field": path, "op": "contains", "value": text})
            asked = asked_by(boss, urlencode({"where": where}))
            assert set(asked.walked(asked.ordering(sort))) == set(asked.records()), (path, text)


@pytest.mark.parametrize("filters", ["stage=new", "stage=new&score-from=1", "score-from=1"])
@pytest.mark.parametrize("sort", ["", "-stage", "score"])
def test_few_within_a_great_part_of_the_table_are_found_too(large: None, filters: str, sort: str) -> None:
    boss = person("boss")
    for number in range(6):
        stage = "new" if number % 2 else "potential"
        make("lead", name="陳志明", number=str(number), stage=stage, score=number % 3, email=f"a{number}@b.c")
    for path, text in (("name", "志明"), ("email", "@b"), ("email", "a5")):
        where = json.dumps({"field": path, "op": "contains", "value": text})
        asked = asked_by(boss, f"{filters}&{urlencode({'where': where})}")
        within = Part(Q(stage="new"), "stage", is_equal=True, is_bound=True)
        whole = set(asked.records())
        assert whole
        assert set(asked.walked(asked.ordering(sort))) == whole
        assert set(asked.walked(asked.ordering(sort), within).filter(stage="new")) == {
            lead for lead in whole if lead.stage == "new"
        }


def test_the_few_are_only_those_that_the_user_may_see(large: None) -> None:
    rep, other = person("rep", roles.SALES_REP), person("other", roles.SALES_REP)
    own = make("lead", name="陳志明", number="1", owner=rep)
    make("lead", name="林志明", number="2", owner=other)
    where = json.dumps({"field": "name", "op": "contains", "value": "志明"})
    asked = asked_by(rep, urlencode({"where": where}))
    assert list(asked.walked(asked.ordering(""))) == [own]
    assert list(asked._few(asked.records(), asked._parts)) == [own]


def test_too_many_for_one_statement_go_the_other_way(large: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(steering, "FEW", 2)
    monkeypatch.setattr(finding, "FEW_KEYS", 2)
    boss = person("boss")
    made = {make("lead", name="陳志明", number=str(number)) for number in range(5)}
    where = json.dumps({"field": "name", "op": "contains", "value": "志明"})
    asked = asked_by(boss, urlencode({"where": where}))
    assert set(asked.walked(asked.ordering(""))) == made
