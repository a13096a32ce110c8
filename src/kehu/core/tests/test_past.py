"""History: narrowed, one field set back, a record as it stood on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kehu.core import clock, history
from kehu.core.access import roles
from kehu.core.actions import past, records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Change, Company, User
from kehu.core.tests.company import fresh, last_change, make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


@pytest.fixture
def account(admin: User) -> Any:
    """Steel on the first, Wood on the third, owned by nobody until the fifth."""
    found = make("account", name="A", industry="Steel")
    age(found, 30)
    for days, values in ((20, {"industry": "Wood"}), (10, {"owner": admin, "name": "B"})):
        records.edit(record=found, values=values, by=admin)
        age(found, days)
        found = fresh(found)
    return found


def age(record: Any, days: int) -> None:
    Change.objects.filter(pk=last_change(record).pk).update(at=timezone.now() - timedelta(days=days))


def day(ago: int) -> date:
    return (clock.now() - timedelta(days=ago)).date()


def test_history_is_narrowed_by_field_and_by_person(admin, account):
    other = person("other")
    records.edit(record=account, values={"industry": "Glass"}, by=other)
    found = history.of_record(account, admin, field="industry").entries
    assert [entry.changes[0].after for entry in found] == ["Glass", "Wood"]
    assert [entry.who for entry in history.of_record(account, admin, person=other.pk).entries] == ["other"]
    assert history.people(account) == [admin, other]


def test_one_field_is_set_back_and_that_is_an_edit(admin, account):
    first = Change.objects.get(object_type="account", before__has_key="industry")
    past.restore_field(change=first, name="industry", by=admin)
    assert fresh(account).industry == "Steel"
    assert fresh(account).name == "B"
    assert last_change(account).after == {"industry": "Steel"}
    with pytest.raises(Conflict):
        past.restore_field(change=first, name="name", by=admin)


def test_only_what_the_user_may_set_is_set_back(admin, account):
    first = Change.objects.get(object_type="account", before__has_key="industry")
    with pytest.raises(Forbidden):
        past.restore_field(change=first, name="industry", by=person("ann", roles.ANALYST))
    opportunity_owner = person("rep", roles.SALES_REP)
    with pytest.raises(Refused):
        past.restore_field(change=first, name="industry", by=opportunity_owner)


def test_a_record_stands_again_as_on_a_day(admin, account):
    assert history.differing(account, history.values_on(account, day(15))) == {"name": "A", "owner": None}
    assert history.differing(account, history.values_on(account, day(25)))["industry"] == "Steel"
    names = past.restore_day(record=account, day=day(25), by=admin)
    assert set(names) == {"name", "owner", "industry"}
    now = fresh(account)
    assert (now.name, now.industry, now.owner) == ("A", "Steel", None)
    with pytest.raises(Conflict, match="differs"):
        past.restore_day(record=now, day=day(25), by=admin)


def test_before_it_came_there_was_nothing(admin, account):
    with pytest.raises(Conflict, match="did not exist"):
        history.values_on(account, day(40))


def test_days_are_the_companys(admin, account):
    Company(pk=1, clock_offset=timedelta(days=-1000)).save()
    clock.forget()
    assert history.values_on(account, day(25))["industry"] == "Steel"
    assert history.values_on(account, day(15))["industry"] == "Wood"


def test_a_reference_to_what_is_gone_is_refused_by_name(admin):
    old = make("account", name="Old")
    contact = make("contact", name="C", account=old)
    records.edit(record=contact, values={"account": None}, by=admin)
    change = last_change(contact)
    records.delete(record=old, by=admin)
    with pytest.raises(Refused, match=r"Account.*gone"):
        past.restore_field(change=change, name="account", by=admin)


def test_the_page_sets_back_and_says_what_is_in_the_way(admin, account, client):
    client.force_login(admin)
    here = reverse("record-history", args=["account", account.pk])
    page = client.get(f"{here}?day={day(25)}&field=industry&person={admin.pk}")
    assert {row["label"] for row in page.context["differing"]} == {"Name", "Industry", "Owner"}
    first = Change.objects.get(object_type="account", before__has_key="industry")
    client.post(reverse("field-restore", args=[first.pk, "industry"]))
    assert fresh(account).industry == "Steel"
    client.post(reverse("record-as-on", args=["account", account.pk]), {"day": day(15)})
    assert (fresh(account).name, fresh(account).industry) == ("A", "Wood")
    answer = client.post(reverse("record-as-on", args=["account", account.pk]), {"day": "x"}, follow=True)
    assert "Choose a day first." in answer.content.decode()
    for strange in (
        "?day=2010-99-99",
        "?day=0001-01-01",
        "?person=x&field=password",
        "?before=999999999999999999999",
    ):
        assert client.get(here + strange).status_code == 200
    assert client.post(reverse("field-restore", args=[10**17, "industry"])).status_code == 404
