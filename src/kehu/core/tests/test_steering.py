"""Which conditions the planner sees when a page of many is walked, and that it changes nothing but the way."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from kehu.core import registry, steering
from kehu.core.access import roles
from kehu.core.asked import Asked
from kehu.core.tests.company import make, person

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
    monkeypatch.setattr(steering, "fit_many", lambda records: True)


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
