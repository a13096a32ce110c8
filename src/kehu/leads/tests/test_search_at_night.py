"""Duplicates searched for by itself: when, whether there is anything to search, and who is told of what is new."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kehu.core import clock, notices, registry, work
from kehu.core.access import roles
from kehu.core.actions.company import set_company
from kehu.core.duplicates import searching
from kehu.core.errors import Refused
from kehu.core.models import Notice, User, Work
from kehu.core.tests.company import person, saved
from kehu.customers.models import Account
from kehu.leads.tests.world import World

# The search writes step by step.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(world: World) -> User:
    return person("admin")


def at(hour: int, days: int = 0) -> datetime:
    today = timezone.now().astimezone(clock.zone())
    return today.replace(hour=hour, minute=30) + timedelta(days=days)


def ran(works: list[Work]) -> list[str]:
    for one in works:
        work.run(pk=one.pk)
        one.refresh_from_db()
        assert one.state == Work.State.DONE, one.problem
    return [one.parameters["kind"] for one in works]


def twins(owner: User | None = None, number: int = 0) -> None:
    for _time in range(2):
        name, phone = f"鼎泰豐餐飲{number}", f"+88622321892{number}"
        saved(Account(name=name, phone=phone, website=f"https://d{number}.example", owner=owner))


def told(user: User) -> list[tuple[str, str]]:
    return [(one.what, one.url) for one in notices.of_user(user)[0] if one.kind == "duplicates"]


def test_at_night_what_has_changed_is_searched_and_those_who_can_decide_are_told(world, admin):
    twins(world.sales_head)
    twins(world.other_rep, number=1)
    assert ran(searching.begin_due(at(2))) == ["account"]
    assert told(admin) == [("2 new likely duplicates", "/duplicates/account")]
    assert notices.unread(admin) == 1
    assert told(world.sales_head) == [("1 new likely duplicate", "/duplicates/account")]
    assert told(world.rep) == []
    Work.objects.update(created_at=at(2))
    # The night after: nothing has changed, so nothing is searched; then something has, and only that is news.
    assert searching.begin_due(at(2, days=1)) == []
    twins(number=2)
    assert searching.begin_due(at(2)) == []
    assert ran(searching.begin_due(at(2, days=1))) == ["account"]
    assert told(admin)[0][0] == "1 new likely duplicate"


def test_by_day_nothing_is_searched_but_what_the_night_has_missed(world, admin):
    twins()
    assert ran(searching.begin_due(at(12))) == ["account"]  # never before
    twins(number=1)
    Work.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert searching.begin_due(at(12)) == []
    Work.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert [one.parameters["kind"] for one in searching.begin_due(at(12))] == ["account"]


def test_the_company_says_how_often(world, admin):
    twins()
    ran(searching.begin_due(at(2)))
    Work.objects.update(created_at=at(2))
    twins(number=1)
    set_company(values={"duplicate_search": "weekly"}, by=admin)
    assert searching.begin_due(at(2, days=1)) == []
    set_company(values={"duplicate_search": "off"}, by=admin)
    assert searching.begin_due(at(2, days=9)) == []
    set_company(values={"duplicate_search": "weekly"}, by=admin)
    assert len(searching.begin_due(at(2, days=8))) == 1
    with pytest.raises(Refused):
        set_company(values={"duplicate_search": "hourly"}, by=admin)


def test_whoever_asks_for_a_search_is_not_told_by_the_bell_and_nobody_without_an_administrator(world):
    assert searching.begin_due(at(2)) == []
    boss = person("boss")
    twins()
    ran([searching.begin(registry.get("account"), by=boss)])
    assert not Notice.objects.exists()


def test_night_is_where_the_company_is(world, admin):
    twins()
    set_company(values={"timezone": "Asia/Taipei"}, by=admin)
    clock.forget()
    ran(searching.begin_due(at(12)))
    twins(number=1)
    noon = datetime.now(ZoneInfo("Asia/Taipei")).replace(hour=12)
    Work.objects.update(created_at=noon - timedelta(hours=25))
    assert searching.begin_due(noon) == []
    assert searching.begin_due(noon + timedelta(hours=15)) != []


def test_a_notice_of_pairs_goes_with_the_right_to_decide(world, admin):
    Notice.objects.create(user=world.rep, kind="duplicates", object_type="account", object_id=3)
    Notice.objects.create(user=admin, kind="duplicates", object_type="account", object_id=3)
    assert (told(world.rep), len(told(admin))) == ([], 1)
    User.objects.filter(pk=admin.pk).update(role=roles.SALES_REP)
    assert notices.unread(User.objects.get(pk=admin.pk)) == 0
