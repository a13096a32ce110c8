"""Duplicates by the API: the pairs to review, what is said of them, one lead of two and two again."""

from __future__ import annotations

import pytest

from kehu.core import registry
from kehu.core.duplicates import pairs
from kehu.core.models import Change, DuplicatePair
from kehu.core.tests.calling import caller, problem_of, send
from kehu.leads.models import Lead
from kehu.leads.tests.world import World

pytestmark = pytest.mark.django_db
LIST, APART, MERGE = "/api/lead/duplicates", "/api/lead/duplicates/apart", "/api/lead/merge"


@pytest.fixture
def two(world: World) -> tuple[Lead, Lead]:
    one, other = world.capture(name="Ann"), world.capture(name="Anne", birth_year=1980)
    pairs.remember(registry.get("lead"), [(one.pk, other.pk, 0.97, {"phone": "same"})])
    return one, other


def test_pairs_are_listed_and_leave_once_somebody_has_decided(world, two):
    client = caller(world.marketing)
    found = client.get(LIST).json()
    assert found["count"] == 1
    pair = found["items"][0]
    assert (pair["one"]["id"], pair["other"]["id"], pair["probability"]) == (two[0].pk, two[1].pk, 0.97)
    assert pair["reasons"] == [{"field": "phone", "likeness": "same"}]
    said = send(client, "post", APART, {"ids": [two[1].pk, two[0].pk]}).json()
    assert said == {"ids": [two[0].pk, two[1].pk], "state": "apart"}
    assert client.get(LIST).json() == {"items": [], "count": 0}
    assert DuplicatePair.objects.get().decided_by == world.marketing


def test_two_become_one_and_two_again_by_the_batch(world, two):
    client, (one, other) = caller(world.marketing), two
    body = {"survivor": one.pk, "other": other.pk, "take": ["birth_year"]}
    done = send(client, "post", MERGE, body, Idempotency_Key="once")
    assert done.status_code == 200, done.content
    assert send(client, "post", MERGE, body, Idempotency_Key="once").json() == done.json()
    assert done.json()["survivor"]["id"] == one.pk
    assert Lead.objects.get(pk=one.pk).birth_year == 1980
    assert client.get(f"/api/lead/{other.pk}").status_code == 404
    assert send(client, "post", f"/api/batches/{done.json()['batch']}/undo").status_code == 200
    assert client.get(f"/api/lead/{other.pk}").json()["birth_year"] == 1980
    assert Lead.objects.get(pk=one.pk).birth_year is None
    assert client.get(LIST).json()["count"] == 1


def test_what_makes_no_sense_is_refused_and_changes_nothing(world, two):
    client, before, (one, other) = caller(world.marketing), Change.objects.count(), two
    both = {"survivor": one.pk, "other": other.pk}
    for status, address, body in (
        (422, MERGE, {**both, "other": one.pk}),
        (422, MERGE, {**both, "take": ["nonsense"]}),
        (422, MERGE, {**both, "take": ["owner.name"]}),
        (422, MERGE, {**both, "more": 1}),
        (404, MERGE, {**both, "other": 2**70}),
        (404, MERGE, {**both, "other": -1}),
        (422, APART, {"ids": [one.pk, one.pk]}),
        (422, APART, {"ids": [one.pk]}),
        (404, APART, {"ids": [one.pk, 10**9]}),
        (404, "/api/task/merge", both),
    ):
        assert problem_of(send(client, "post", address, body), status), (address, body)
    assert Change.objects.count() == before
    assert DuplicatePair.objects.get().state == DuplicatePair.State.OPEN


def test_a_token_that_only_reads_lists_and_a_role_that_may_not_delete_does_neither(world, two):
    body = {"survivor": two[0].pk, "other": two[1].pk}
    reader = caller(world.marketing, "read")
    assert reader.get(LIST).json()["count"] == 1
    problem_of(send(reader, "post", MERGE, body), 403)
    problem_of(caller(world.rep).get(LIST), 403)
    problem_of(send(caller(world.rep), "post", MERGE, body), 403)
    assert Lead.objects.count() == 2


def test_a_search_is_begun_followed_and_not_begun_twice(world, two):
    client = caller(world.marketing)
    begun = send(client, "post", f"{LIST}/scan")
    assert begun.status_code == 202, begun.content
    told = begun.json()
    assert (told["what"], told["state"], begun["Location"]) == ("duplicates", "waiting", told["url"])
    assert send(client, "post", f"{LIST}/scan").json()["id"] == told["id"]
    assert client.get(told["url"]).json()["label"] == "Search for duplicates: Leads"
    problem_of(send(caller(world.marketing, "read"), "post", f"{LIST}/scan"), 403)
    problem_of(send(caller(world.rep), "post", f"{LIST}/scan"), 403)


ASKING = "/api/lead?duplicates=true"


def test_what_is_created_says_whom_it_may_be_about_among_those_one_may_see(world):
    there = world.capture(name="鼎泰豐餐飲", phone="+886223218927")
    values = {"name": "鼎泰丰餐饮", "phone": "+886 2 2321-8927"}
    answer = send(caller(world.marketing), "post", ASKING, values)
    assert answer.status_code == 201, answer.content
    (found,) = answer.json()["duplicates"]
    assert (found["id"], found["title"]) == (there.pk, str(there))
    assert found["why"] and 0 < found["probability"] <= 1
    assert send(caller(world.marketing), "post", ASKING, {"name": "Zoe"}).json()["duplicates"] == []
    assert "duplicates" not in send(caller(world.marketing), "post", "/api/lead", {"name": "Zoe"}).json()
    assert "duplicates" not in caller(world.marketing).get(f"/api/lead/{there.pk}").json()
    hidden = send(caller(world.other_rep), "post", ASKING, values)
    if hidden.status_code == 201:
        assert there.pk not in [one["id"] for one in hidden.json()["duplicates"]]
