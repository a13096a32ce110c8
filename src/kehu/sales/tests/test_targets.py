"""How targets stand against the figures, for those who may see all of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from kehu.core import clock
from kehu.core.access import roles
from kehu.core.models import User
from kehu.sales.models import Order, Target
from kehu.sales.queries import attainments
from kehu.warehouse import engine, feed, store

pytestmark = pytest.mark.django_db(transaction=True)
START, END = date(2010, 6, 1), date(2010, 6, 10)


@pytest.fixture(autouse=True)
def midway(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the period has passed."""
    monkeypatch.setattr(clock, "today", lambda: date(2010, 6, 5))


@pytest.fixture
def boss(person: Callable[..., User]) -> User:
    return person("boss", roles.GENERAL_MANAGER)


@pytest.fixture
def stranger(person: Callable[..., User]) -> User:
    return person("stranger", roles.SALES_REP)


def saved(record: Any) -> Any:
    record.created_at = record.updated_at = clock.now()
    record.save()
    return record


@pytest.fixture
def orders(rep: User, stranger: User) -> Iterator[None]:
    """300 by the representative, 500 by somebody in no team; before, after and cancelled orders do not count."""
    for number, (owner, day, amount, state) in enumerate(
        (
            (rep, 2, 300, "ordered"),
            (stranger, 3, 500, "ordered"),
            (rep, 3, 7000, "cancelled"),
            (rep, 8, 9000, "ordered"),
        )
    ):
        saved(
            Order(
                number=str(number),
                owner=owner,
                ordered_on=date(2010, 6, day),
                amount=Decimal(amount),
                state=state,
            )
        )
    shutil.rmtree(settings.WAREHOUSE_URL, ignore_errors=True)
    store.forget()
    engine._warehouse.cache_clear()
    feed.rebuild()
    yield
    engine._warehouse.cache_clear()


def target(revenue: int, **whom: Any) -> Target:
    return saved(Target(starts_on=START, ends_on=END, revenue=Decimal(revenue), currency="TWD", **whom))


def test_the_company_a_team_and_a_person_are_counted_by_their_own_orders(orders, boss, rep, team):
    targets = [
        target(1000),
        target(1000, scope="team", team=team),
        target(1000, scope="person", person=rep),
    ]
    found = attainments(targets, boss)

    assert [item.actual["revenue"] for item in found] == [800, 300, 300]
    assert [item.due for item in found] == [Decimal("0.5")] * 3
    assert [item.state[0] for item in found] == ["good", "bad", "bad"]


@pytest.mark.parametrize(
    ("revenue", "look", "word"),
    [
        (700, "good", "Reached"),
        (1600, "good", "On course"),
        (1700, "warn", "Slightly behind"),
        (2000, "bad", "Behind"),
    ],
)
def test_the_state_compares_what_is_there_with_the_part_of_the_period_that_has_passed(
    orders, boss, revenue, look, word
):
    assert attainments([target(revenue)], boss)[0].state == (look, word)


def test_a_period_that_is_over_has_reached_its_target_or_missed_it(monkeypatch, orders, boss):
    monkeypatch.setattr(clock, "today", lambda: date(2010, 7, 1))
    found = attainments([target(9800), target(9801)], boss)

    assert [item.state[1] for item in found] == ["Reached", "Missed"]


def test_a_part_of_a_sum_is_never_taken_for_the_whole(orders, head, rep, team):
    company, of_team = target(1000), target(1000, scope="team", team=team)
    found = attainments([company, of_team], head)

    assert found[0].actual == {} and found[0].state is None
    assert found[1].actual["revenue"] == 300
    own = target(1000, scope="person", person=rep)
    assert attainments([own], rep)[0].actual["revenue"] == 300


def test_the_list_and_the_record_show_what_is_there_and_lead_to_the_orders(orders, boss, rep, client: Client):
    of_rep = target(1000, scope="person", person=rep)
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    row = client.get("/o/target").content.decode()
    assert "Revenue so far" in row and "30%" in row and "Behind" in row

    standing = attainments([of_rep], boss)[0]
    assert (
        standing.urls["revenue"].replace("&", "&amp;")
        in client.get(f"/o/target/{of_rep.pk}").content.decode()
    )
    behind = client.get(standing.urls["revenue"]).content.decode()
    assert "1 record" in behind and "Owner: rep" in behind and "2010-06-01 – 2010-06-05" in behind


def test_today_shows_the_heads_how_the_running_targets_stand(orders, boss, head, rep, team, client: Client):
    target(1000)
    target(700, scope="team", team=team)
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/").content.decode()
    assert "Due by today" in page and "80%" in page and "43%" in page
    client.force_login(head, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/").content.decode()
    assert "80%" not in page and "43%" in page


def test_targets_of_one_period_cost_one_question(orders, boss, rep, monkeypatch):
    asked = []
    real = engine.ask
    monkeypatch.setattr(engine, "ask", lambda *a, **k: asked.append(1) or real(*a, **k))
    attainments([target(1000), target(500), target(100, scope="person", person=rep)], boss)
    assert len(asked) == 1
