"""What nobody means well sends to bulk actions, merging and lists that are changed in place: refused, never a 500."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kehu.activities.models import Task
from kehu.campaigns.models import Campaign
from kehu.core import changes, work
from kehu.core.access import roles
from kehu.core.actions import merge
from kehu.core.bulk import doing
from kehu.core.models import DuplicatePair, User, Work
from kehu.customers.models import Account, Contact
from kehu.leads.models import Lead
from kehu.leads.tests.world import World, saved

pytestmark = pytest.mark.django_db
NESTED = "where=" + "[" * 10_000 + "]" * 10_000
LISTS = [
    "zz=\x00",
    "\x00",
    "q=%00",
    "q=\x00",
    "owner=%ED%A0%80",
    NESTED,
    "view=9" * 99,
    "&".join(["a=1"] * 2000),
]


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_a_broken_list_never_breaks_a_bulk_action(world: World) -> None:
    world.capture(name="One")
    client, address = signed_in(world.marketing), reverse("bulk", args=["lead", "assign"])
    for query in LISTS:
        sent = {"all": "1", "list": query, "owner": world.other_rep.pk, "confirmed": "1"}
        assert client.post(address, sent).status_code < 500, query[:20]
        assert client.get(address, {"all": "1", "list": query[:5000]}).status_code < 500, query[:20]
    assert not Work.objects.filter(state="failed").exists()


def test_a_broken_list_never_breaks_a_cell(world: World) -> None:
    lead = world.capture(name="One")
    client, address = signed_in(world.marketing), reverse("record-cell", args=["lead", lead.pk, "name"])
    for query in LISTS:
        answer = client.post(address, {"name": "One"}, query_params={"list": query})
        assert answer.status_code < 500, query[:20]


def test_a_record_is_not_kept_apart_from_itself(world: World) -> None:
    lead = world.capture(name="One")
    answer = signed_in(world.marketing).post(
        reverse("pair-apart", args=["lead"]), {"ids": f"{lead.pk},{lead.pk}"}
    )
    assert answer.status_code in (404, 422)
    assert not DuplicatePair.objects.exists()
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("change", [{"role": roles.ANALYST}, {"is_active": False}])
def test_a_bulk_action_of_someone_who_lost_the_right_ends_as_a_sentence(world: World, monkeypatch, change):
    monkeypatch.setattr(doing, "AT_ONCE", 1)
    for name in "AB":
        world.capture(name=name)
    sent = {"all": "1", "list": "", "owner": world.sales_head.pk, "confirmed": "1"}
    signed_in(world.sales_head).post(reverse("bulk", args=["lead", "assign"]), sent)
    for name, value in change.items():
        setattr(world.sales_head, name, value)
    saved(world.sales_head)
    started = Work.objects.get()
    work.run(pk=started.pk)
    started.refresh_from_db()
    assert (started.state, started.problem) == (
        Work.State.FAILED, "Your role does not allow this. Ask your administrator if you need it.",
    )  # fmt: skip
    assert not Lead.objects.filter(owner=world.sales_head).exists()


def test_the_address_of_what_was_merged_tells_nothing_of_a_hidden_survivor(world: World) -> None:
    boss = saved(User(username="boss", name="Boss", role=roles.ADMINISTRATOR))
    mine, theirs = world.capture(name="Mine"), world.capture(name="Theirs", owner=world.other_rep)
    merge.merge(survivor=theirs, other=mine, take=[], by=boss)
    place = reverse("record", args=["lead", mine.pk])
    answer = signed_in(world.rep).get(place)
    assert answer.status_code == 200 and "Theirs" not in answer.content.decode()
    assert signed_in(boss).get(place).headers["Location"] == reverse("record", args=["lead", theirs.pk])


def test_what_keeps_a_merge_from_being_taken_back_is_not_named_to_who_may_not_see_it(world: World) -> None:
    one, other = (saved(Account(name="A", owner=world.sales_head)) for _number in range(2))
    elsewhere = saved(Account(name="B"))
    task = saved(Task(title="Zqsecret", owner=world.other_rep, object_type="account", object_id=other.pk))
    batch = merge.merge(survivor=one, other=other, take=[], by=world.sales_head)
    task = Task.objects.get(pk=task.pk)
    task.object_id = elsewhere.pk
    changes.save(task, by=world.other_rep)
    page = signed_in(world.sales_head).post(reverse("batch-undo", args=[batch.pk]), follow=True)
    assert "was changed again later" in page.content.decode()
    assert "Zqsecret" not in page.content.decode()


@pytest.mark.parametrize("unit", ["month", "quarter", "year"])
def test_days_at_the_ends_of_time_are_grouped_as_any_other(world: World, unit: str) -> None:
    for number, day in enumerate(("9999-12-31", "9000-12-31", "0999-01-01")):
        saved(Campaign(code=f"far-{number}", name="Far", ends_on=day))
    for name in ("list", "chart"):
        place = reverse(name, args=["campaign"])
        assert signed_in(world.marketing).get(place, {"group": f"ends_on:{unit}"}).status_code == 200, name


def test_nothing_is_sorted_by_what_a_record_points_at(world: World) -> None:
    answer = signed_in(world.rep).get("/api/task", {"sort": "object_type"})
    assert answer.status_code == 422


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_moments_at_the_ends_of_time_are_refused_however_they_come(world: World, moment: str) -> None:
    """They have no other zones: once stored, nobody could look at them."""
    task = saved(Task(title="Call", owner=world.rep))
    client = signed_in(world.rep)
    values = {"title": "Call", "kind": "todo", "priority": "normal", "owner": world.rep.pk, "due_on": moment}
    assert client.post(reverse("record-new", args=["task"]), values).status_code == 422
    many = {"ids": task.pk, "field": "due_on", "due_on": moment, "confirmed": "1"}
    assert client.post(reverse("bulk", args=["task", "edit"]), many).status_code == 422
    assert client.post(reverse("record-cell", args=["task", task.pk, "due_on"]), values).status_code == 422
    body = {"due_on": moment}
    assert client.patch(f"/api/task/{task.pk}", body, content_type="application/json").status_code == 422
    lead = world.capture()
    touch = {"kind": "download", "at": moment}
    assert client.post(reverse("record-action", args=["lead", lead.pk, "touch"]), touch).status_code == 422
    assert Task.objects.get().due_on is None


def test_many_records_point_at_nothing_that_their_editor_may_not_see(world: World) -> None:
    """Neither by the form nor by the API, also where the number was a guess."""
    theirs = saved(Account(name="Zqhidden", owner=world.other_rep))
    contact = saved(Contact(name="Li", owner=world.rep))
    client = signed_in(world.rep)
    sent = {"ids": contact.pk, "field": "account", "account": theirs.pk, "confirmed": "1"}
    page = client.post(reverse("bulk", args=["contact", "edit"]), sent)
    assert page.status_code == 422 and "Zqhidden" not in page.content.decode()
    for given in (theirs.pk, "Zqhidden"):
        body = {"ids": [contact.pk], "values": {"account": given}}
        answer = client.post("/api/contact/bulk-edit", body, content_type="application/json")
        assert answer.status_code == 422 and "may not see" in answer.json()["detail"]
    contact.refresh_from_db()
    assert contact.account is None


BODIES = {
    "deep": "[" * 100_000 + "]" * 100_000,
    "half a character": '{"ids": [1, 2], "values": {"name": "\\ud800"}, "take": ["\\ud800"]}',
    "infinite": '{"ids": [1e999, 2], "survivor": 1e999, "other": 1, "values": {}}',
    "no number": '{"ids": [NaN]}',
    "long numbers": '{"ids": [99999999999999999999999, 1], "survivor": 99999999999999999999999, "other": 1}',
    "negative": '{"ids": [-1, 0], "survivor": -1, "other": 0, "values": {"name": "x"}}',
    "null character": '{"ids": [1, 2], "take": ["a\\u0000"], "survivor": 1, "other": 2}',
    "itself": '{"ids": [1, 1], "survivor": 1, "other": 1}',
    "too many": '{"ids": [' + ",".join(map(str, range(5000))) + '], "values": {}}',
}


@pytest.mark.parametrize("name", BODIES)
def test_odd_bodies_are_refused_by_the_newest_addresses(world: World, name: str) -> None:
    client = signed_in(saved(User(username="boss", name="Boss", role=roles.ADMINISTRATOR)))
    for place in ("bulk-edit", "bulk", "bulk?key=phone", "duplicates/apart", "merge"):
        for more in ({}, {"Idempotency-Key": name}):
            answer = client.post(
                f"/api/lead/{place}", BODIES[name], content_type="application/json", headers=more
            )
            assert 400 <= answer.status_code < 500, (place, more)
            assert answer.json()["detail"]
