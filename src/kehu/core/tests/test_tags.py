"""Tags: made while typing, found however they are written, renamed and merged for all records at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import history, registry, tags
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.actions import tags as actions
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Tag, Team, User
from kehu.core.tests.company import person, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


def names(record):
    return [str(tag) for tag in tags.of_record(record)]


def found(*wanted):
    return set(Team.objects.filter(tags.q_for(registry.get("team"), wanted)))


def test_a_word_becomes_a_tag_once_however_it_is_written(admin):
    north, south = team("North"), team("South")
    actions.put_on(record=north, names=[" Ｖip  client", "客户"], by=admin)
    actions.put_on(record=south, names=["VIP CLIENT", "客戶"], by=admin)
    assert Tag.objects.count() == 2
    assert names(north) == names(south)
    assert found("vip client") == {north, south}
    assert found("nothing") == set()


def test_the_history_says_who_tagged_what(admin):
    north = team("North")
    tag = actions.put_on(record=north, names=["a", "b"], by=admin)[0]
    actions.take_off(record=north, tag=tag, by=admin)
    off, on = history.of_record(north, admin).entries[:2]
    assert [(c.field, c.before, c.after) for c in (*off.changes, *on.changes)] == [
        ("Tags", "a, b", "b"),
        ("Tags", "", "a, b"),
    ]
    assert off.who == "admin"


def test_what_was_taken_off_comes_back_by_undo(admin, client):
    north = team("North")
    tag = actions.put_on(record=north, names=["a", "b"], by=admin)[0]
    actions.take_off(record=north, tag=tag, by=admin)
    client.force_login(admin)
    client.post(history.of_record(north, admin).entries[0].undo_url)
    assert names(north) == ["a", "b"]


def test_tags_are_for_those_who_may_change_the_record(admin):
    north = team("North")
    with pytest.raises(Forbidden):
        actions.put_on(record=north, names=["a"], by=person("ann", roles.ANALYST))
    with pytest.raises(Refused, match="needs a name"):
        actions.put_on(record=north, names=["\x00 "], by=admin)
    with pytest.raises(Refused, match="30 tags"):
        actions.put_on(record=north, names=[f"t{n}" for n in range(31)], by=admin)


def test_a_tag_gets_another_name_unless_that_is_taken(admin):
    first, second = (actions.named(name, by=admin) for name in ("one", "two"))
    north = team("North")
    actions.put_on(record=north, names=["one"], by=admin)
    records.edit(record=first, values={"name": "Uno"}, by=admin)
    assert names(north) == ["Uno"]
    assert found("uno") == {north}
    with pytest.raises(Conflict, match="Merge"):
        records.edit(record=second, values={"name": "UNO"}, by=admin)


def test_merged_tags_are_one_on_every_record(admin):
    north, south = team("North"), team("South")
    actions.put_on(record=north, names=["old", "new"], by=admin)
    actions.put_on(record=south, names=["old"], by=admin)
    old, new = Tag.objects.get(name="old"), Tag.objects.get(name="new")
    actions.merge(record=old, into=new, by=admin)
    assert (names(north), names(south)) == (["new"], ["new"])
    assert not Tag.objects.filter(name="old").exists()
    with pytest.raises(Refused):
        actions.merge(record=new, into=new, by=admin)


def test_the_page_puts_tags_on_and_takes_them_off(admin, client):
    client.force_login(admin)
    north = team("North")
    address = reverse("record-tags", args=["team", north.pk])
    answer = client.post(address, {"name": "甲、乙，c"}, headers={"HX-Request": "true"})
    assert set(names(north)) == {"甲", "乙", "c"}
    assert "k-tag-" in answer.content.decode()
    client.post(address, {"off": Tag.objects.get(name="c").pk})
    assert set(names(north)) == {"甲", "乙"}
    assert client.get(reverse("tags-offered") + "?q=甲").json()["items"] == [{"value": "甲", "label": "甲"}]
    assert client.post(address, {"off": "9" * 40}).status_code == 302
