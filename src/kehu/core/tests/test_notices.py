"""Who follows is told of what others do; a notice shows nothing of what its reader may no longer see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from kehu.core import mentions, notices
from kehu.core.access import roles
from kehu.core.actions import files, following, records
from kehu.core.errors import NotFound
from kehu.core.models import Notice, User
from kehu.core.tests.company import make, person, team

# A reader on PostgreSQL sees only what has been committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin() -> User:
    return person("admin")


@pytest.fixture
def reader(admin: User) -> User:
    notices.tell()  # the reader stands at the end of the log
    return person("reader", roles.ANALYST)


def told(user: User) -> list[Any]:
    notices.tell()
    return notices.of_user(user)[0]


def test_a_follower_hears_what_others_do_and_nothing_of_the_own(admin, reader):
    north = team("North")
    for user in (admin, reader):
        following.follow(record=north, by=user)
        following.follow(record=north, by=user)
    records.edit(record=north, values={"name": "South"}, by=admin)
    found = told(reader)
    assert [(n.who, n.what, n.title, n.changes[0].after) for n in found] == [
        ("admin", "edited", "South", "South")
    ]
    assert told(admin) == []
    following.unfollow(record=north, by=reader)
    records.edit(record=north, values={"name": "West"}, by=admin)
    assert len(told(reader)) == 1


def test_what_is_put_on_a_followed_record_is_told_too(admin, reader):
    north = team("North")
    following.follow(record=north, by=reader)
    files.add(record=north, name="plan.txt", content=ContentFile(b"x"), by=admin)
    notice = told(reader)[0]
    assert (notice.what, notice.text, notice.title) == ("created · File", "plan.txt", "North")


def test_a_reader_that_comes_by_twice_tells_once(admin, reader):
    north = team("North")
    following.follow(record=north, by=reader)
    records.edit(record=north, values={"name": "South"}, by=admin)
    changes = list(notices.Change.objects.order_by("-id")[:1])
    notices._write(changes)
    notices._write(changes)
    assert Notice.objects.filter(user=reader).count() == 1


def test_nothing_shows_of_a_record_that_may_no_longer_be_seen(admin, client):
    notices.tell()
    rep = person("rep", roles.SALES_REP)
    account = make("account", name="Secret Ltd", owner=rep)
    following.follow(record=account, by=rep)
    records.edit(record=account, values={"industry": "Steel"}, by=admin)
    assert len(told(rep)) == 1
    assert notices.unread(rep) == 1
    records.edit(record=account, values={"owner": admin}, by=admin)
    assert told(rep) == []
    assert notices.unread(rep) == 0
    client.force_login(rep)
    assert "Secret" not in client.get(reverse("notices")).content.decode()
    with pytest.raises(NotFound):
        following.follow(record=account, by=rep)


def test_the_bell_counts_until_what_was_told_is_read(admin, reader, client):
    north = team("North")
    following.follow(record=north, by=reader)
    for name in ("South", "East"):
        records.edit(record=north, values={"name": name}, by=admin)
    notices.tell()
    client.force_login(reader)
    assert "2 unread notices" in client.get(reverse("bell")).content.decode()
    mine = Notice.objects.filter(user=reader).first()
    client.post(reverse("notices-read"), {"notice": mine.pk})
    assert notices.unread(reader) == 1
    client.post(reverse("notices-read"))
    assert notices.unread(reader) == 0
    client.force_login(admin)
    client.post(reverse("notices-read"), {"notice": mine.pk})  # another's: nothing happens
    assert client.get(reverse("notices")).status_code == 200


def test_people_are_named_by_their_sign_in_also_without_a_space_after_it():
    rep, rep1 = person("rep"), person("rep1")
    assert mentions.named_in("@rep1你好，@REP. mail rep@rep1.com @nobody") == [rep1, rep]
    assert mentions.named_in("nothing here @") == []


def test_only_people_who_see_the_record_are_offered(admin, client):
    rep, other = person("rep", roles.SALES_REP), person("reps", roles.SALES_REP)
    account = make("account", name="A", owner=rep)
    client.force_login(admin)
    address = f"{reverse('mentions')}?object_type=account&object_id={account.pk}&q=rep"
    assert [item["hint"] for item in client.get(address).json()["items"]] == ["rep"]
    client.force_login(other)
    assert client.get(address).status_code == 404
    assert client.get(reverse("mentions") + "?object_type=x&object_id=1").status_code == 404
