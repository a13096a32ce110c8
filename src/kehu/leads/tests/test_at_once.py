"""Two people at the same records at the same moment: one after the other, or one is told so; never half of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kehu.core import access, changes
from kehu.core.access import roles
from kehu.core.actions import merge
from kehu.core.models import Batch, Change, DuplicatePair, User
from kehu.leads import actions
from kehu.leads.models import Lead, Touch
from kehu.leads.tests.world import World, saved
from kehu.sales import seed as sales
from kehu.sales.models import Opportunity

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss(world: World) -> User:
    return saved(User(username="boss", name="Boss", role=roles.ADMINISTRATOR))


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what a merge has looked at and what it writes there is time for others."""
    look = merge._require

    def require(*given: object) -> None:
        look(*given)  # type: ignore[arg-type]
        time.sleep(0.4)

    monkeypatch.setattr(merge, "_require", require)


def posted(user: User, name: str, args: list[object], **sent: object) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return lambda: client.post(reverse(name, args=args), sent).status_code


def patched(user: User, lead: Lead, *, version: str = "", **values: str) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    given = {"If-Match": version} if version else {}
    return lambda: (
        client.patch(
            f"/api/lead/{lead.pk}", values, content_type="application/json", headers=given
        ).status_code
    )


def at_once(*calls: Callable[[], int]) -> list[int]:
    """What each answers, all of them begun at the same moment, each with a connection of its own."""
    answers: dict[int, int] = {}
    together = threading.Barrier(len(calls))

    def work(place: int) -> None:
        try:
            together.wait(20)
            answers[place] = calls[place]()
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(place,)) for place in range(len(calls))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    return [answers[place] for place in range(len(calls))]


def test_a_pair_that_two_merge_becomes_one_record(world, boss, slowly):
    one, other = world.capture(name="A"), world.capture(name="B")
    both = f"{one.pk},{other.pk}"
    answers = at_once(
        posted(boss, "object-merge", ["lead"], ids=both, survivor=one.pk),
        posted(world.marketing, "object-merge", ["lead"], ids=both, survivor=other.pk),
    )
    assert sorted(answers) in ([302, 404], [302, 409], [302, 422])
    left = Lead.objects.get()
    assert set(Touch.objects.values_list("lead", flat=True)) == {left.pk}
    assert Batch.objects.filter(verb="merge").count() == 1
    assert DuplicatePair.objects.get().survivor == left.pk


def test_of_three_that_two_merge_in_a_row_nothing_hangs_on_a_record_that_went(world, boss, slowly):
    a, b, c = (world.capture(name=name) for name in "ABC")
    at_once(
        posted(boss, "object-merge", ["lead"], ids=f"{a.pk},{b.pk}", survivor=a.pk),
        posted(world.marketing, "object-merge", ["lead"], ids=f"{b.pk},{c.pk}", survivor=b.pk),
    )
    live = set(Lead.objects.values_list("pk", flat=True))
    assert live
    assert set(Touch.objects.values_list("lead", flat=True)) <= live


def test_a_merge_that_two_take_back_is_taken_back_once(world, boss):
    one, other = world.capture(name="A"), world.capture(name="B")
    batch = merge.merge(survivor=one, other=other, take=[], by=boss)
    answers = at_once(*[posted(boss, "batch-undo", [batch.pk]) for _number in range(3)])
    assert max(answers) < 500
    assert Lead.objects.count() == 2
    assert Batch.objects.filter(verb="undo").count() == 1


def test_who_takes_a_merge_back_and_who_restores_its_record_leave_two_whole_ones(world, boss):
    one, other = world.capture(name="A"), world.capture(name="B")
    batch = merge.merge(survivor=one, other=other, take=[], by=boss)
    answers = at_once(
        posted(boss, "batch-undo", [batch.pk]),
        posted(world.marketing, "record-restore", ["lead", other.pk]),
    )
    assert max(answers) < 500
    assert Lead.objects.count() == 2
    batch.refresh_from_db()
    undone = batch.state == Batch.State.UNDONE
    assert Touch.objects.filter(lead=other).count() == (1 if undone else 0)


def test_overlapping_selections_end_as_one_of_the_two_wrote_them(world, boss):
    leads = [world.capture(name=f"L{number}") for number in range(30)]
    ids = [lead.pk for lead in leads]
    people = (world.other_rep, world.sales_head)
    parts = (ids[:20], ids[10:][::-1])
    answers = at_once(
        *[
            posted(
                boss, "bulk", ["lead", "assign"], ids=",".join(map(str, part)), owner=who.pk, confirmed="1"
            )
            for part, who in zip(parts, people, strict=True)
        ]
    )
    assert set(answers) <= {302, 409}
    for lead in Lead.objects.filter(pk__in=ids):
        last = Change.objects.filter(object_type="lead", object_id=lead.pk).latest("id")
        assert (last.after or {}).get("owner_id") == lead.owner_id


def test_a_lead_that_is_converted_twice_at_once_becomes_one_opportunity(world, boss, monkeypatch):
    """As by a double click."""
    sales.seed()
    lead = world.capture(name="A")
    actions.qualify(lead=lead, reason="Asked twice", by=boss)
    look = access.require

    def slowly(*given):
        look(*given)
        time.sleep(0.2)

    monkeypatch.setattr(access, "require", slowly)
    press = posted(boss, "record-action", ["lead", lead.pk, "convert"], title="Deal")
    assert sorted(at_once(press, press)) == [302, 409]
    assert Opportunity.objects.count() == 1


def test_of_two_who_know_the_same_version_one_is_told_that_it_is_old(world, boss):
    lead = world.capture(name="A")
    client = Client()
    client.force_login(boss)
    tag = client.get(f"/api/lead/{lead.pk}")["ETag"]
    assert sorted(at_once(*[patched(boss, lead, name=name, version=tag) for name in "BC"])) == [200, 412]


def test_a_record_that_one_merges_and_another_deletes_leaves_nothing_behind(world, boss, slowly):
    one, other = world.capture(name="A"), world.capture(name="B")
    answers = at_once(
        posted(boss, "object-merge", ["lead"], ids=f"{one.pk},{other.pk}", survivor=one.pk),
        posted(world.marketing, "record-delete", ["lead", other.pk]),
    )
    assert max(answers) < 500
    merged = Batch.objects.filter(verb="merge").exists()
    assert set(Lead.objects.values_list("pk", flat=True)) == {one.pk}
    assert Touch.objects.filter(lead=one).count() == (2 if merged else 1)


def test_what_two_take_out_of_the_recycle_bin_is_back(world, boss):
    leads = [world.capture(name=f"L{number}") for number in range(12)]
    ids = ",".join(f"lead.{lead.pk}" for lead in leads)
    posted(boss, "bulk", ["lead", "delete"], ids=ids.replace("lead.", ""), confirmed="1")()
    assert not Lead.objects.exists()
    answers = at_once(*[posted(who, "bin-restore-many", [], ids=ids) for who in (boss, world.marketing)])
    assert set(answers) <= {302, 409, 422}
    assert Lead.objects.count() == len(leads)


def test_a_bulk_edit_and_a_merge_of_the_same_records_are_both_whole(world, boss, slowly):
    leads = [world.capture(name=f"L{number}") for number in range(6)]
    one, other = leads[1], leads[4]
    ids = ",".join(str(lead.pk) for lead in leads)
    answers = at_once(
        posted(boss, "object-merge", ["lead"], ids=f"{other.pk},{one.pk}", survivor=other.pk),
        posted(world.marketing, "bulk", ["lead", "assign"], ids=ids, owner=world.other_rep.pk, confirmed="1"),
    )
    assert set(answers) <= {302, 409}
    if answers[0] == 302:
        assert not Lead.objects.filter(pk=one.pk).exists()
        assert Touch.objects.filter(lead=other).count() == 2
    if answers[1] == 302:
        live = Lead.objects.exclude(pk=one.pk)
        assert set(live.values_list("owner", flat=True)) == {world.other_rep.pk}


def test_a_deadlock_is_a_sentence_and_no_fault_of_the_server(world, boss, monkeypatch):
    """Two edits that each wait for what the other holds: one is done, one is told to try again.

    SQLite has one writer at a time, who waits for the other.
    """
    a, b = world.capture(name="A"), world.capture(name="B")
    save = changes.save
    theirs = {a.pk: b.pk, b.pk: a.pk}

    def crossing(record, **options):
        found = save(record, **options)
        if isinstance(record, Lead) and record.pk in theirs:
            time.sleep(0.4)
            Lead.everything.filter(pk=theirs[record.pk]).update(landing_page="https://example.com/")
        return found

    monkeypatch.setattr(changes, "save", crossing)
    calls = [patched(boss, lead, company_name="New") for lead in (a, b)]
    assert sorted(at_once(*calls)) == [200, 409 if connection.vendor == "postgresql" else 200]
