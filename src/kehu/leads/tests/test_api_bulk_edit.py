"""The same values for many leads by the API: a dry run first, one batch, no more than the page reaches."""

from __future__ import annotations

import pytest

from kehu.core.models import Change, Work
from kehu.core.tests.calling import caller, problem_of, send
from kehu.leads.models import Lead
from kehu.leads.tests.world import World

pytestmark = pytest.mark.django_db
ADDRESS = "/api/lead/bulk-edit"


@pytest.fixture
def leads(world: World) -> list[Lead]:
    return [world.capture(name=f"Lead {number}") for number in range(3)]


def test_a_dry_run_tells_and_writes_nothing(world, leads):
    before = Change.objects.count()
    body = {"ids": [lead.pk for lead in leads], "values": {"owner": world.other_rep.pk}, "dry_run": True}
    found = send(caller(world.marketing), "post", ADDRESS, body).json()
    assert (found["total"], found["tried"], found["refused"], found["work"]) == (3, 3, 0, None)
    assert found["lines"][0]["changes"][0]["after"] == world.other_rep.name
    assert Change.objects.count() == before and not Work.objects.exists()


def test_it_is_done_and_undone_by_its_batch(world, leads):
    client = caller(world.marketing)
    values = {"owner": world.other_rep.pk, "birth_year": 1980, "landing_page": None}
    done = send(client, "post", f"{ADDRESS}?owner={world.rep.pk}", {"all": True, "values": values}).json()
    assert (done["state"], done["refused"]) == ("done", 0)
    assert set(Lead.objects.values_list("owner", "birth_year")) == {(world.other_rep.pk, 1980)}
    assert send(client, "post", f"/api/batches/{done['batch']}/undo").status_code == 200
    assert set(Lead.objects.values_list("owner", "birth_year")) == {(world.rep.pk, None)}


def test_records_that_are_hidden_are_neither_counted_nor_changed(world, leads):
    hidden = world.capture(name="Hidden", owner=world.other_rep)
    body = {"ids": [hidden.pk, leads[0].pk], "values": {"landing_page": "https://a.example"}}
    tried = send(caller(world.rep), "post", ADDRESS, {**body, "dry_run": True})
    assert tried.json()["total"] == 1 and "Hidden" not in tried.content.decode()
    send(caller(world.rep), "post", ADDRESS, body)
    assert list(Lead.objects.exclude(landing_page="")) == [leads[0]]


def test_what_makes_no_sense_is_refused_and_changes_nothing(world, leads):
    client, before = caller(world.marketing), Change.objects.count()
    some = {"values": {"birth_year": 1980}}
    for address, body in (
        (ADDRESS, some),
        (f"{ADDRESS}?ownr=1", {**some, "all": True}),
        (f"{ADDRESS}?owner=1", {**some, "ids": [leads[0].pk]}),
        (ADDRESS, {"ids": [leads[0].pk], "values": {}}),
        (ADDRESS, {"ids": [leads[0].pk], "values": {"nonsense": 1}}),
        (ADDRESS, {"ids": [2**70], "values": {"birth_year": 1980}}),
    ):
        assert problem_of(send(client, "post", address, body), 422), (address, body)
    assert send(caller(world.marketing, "read"), "post", ADDRESS, {**some, "all": True}).status_code == 403
    assert Change.objects.count() == before
