"""Many leads at once: a preview that changes nothing, one batch, refusals by name, all of it taken back."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehu.core import changes, work
from kehu.core.bulk import doing
from kehu.core.models import Change, SearchRow, Tag, Tagging, User, Work
from kehu.leads.models import Lead, Stage, Touch
from kehu.leads.tests.world import World

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def do(user: User, name: str, kind: str = "lead", **sent: object):
    return signed_in(user).post(reverse("bulk", args=[kind, name]), sent)


def confirmed(user: User, name: str, **sent: object):
    return do(user, name, confirmed="1", **sent)


def numbers(leads: list[Lead]) -> str:
    return ",".join(str(lead.pk) for lead in leads)


@pytest.fixture
def leads(world: World) -> list[Lead]:
    return [world.capture(name=f"Lead {number}") for number in range(4)]


def test_a_preview_says_what_would_change_and_changes_nothing(world, leads):
    before = Change.objects.count()
    page = do(world.marketing, "assign", ids=numbers(leads), owner=world.other_rep.pk).content.decode()
    assert page.count(f"<ins>{world.other_rep.name}</ins>") == len(leads)
    assert page.count(f"<del>{world.rep.name}</del>") == len(leads)
    assert Change.objects.count() == before
    assert not Work.objects.exists()
    assert set(Lead.objects.values_list("owner", flat=True)) == {world.rep.pk}


def test_fields_are_set_together_and_undone_together(world, leads):
    answer = confirmed(
        world.marketing, "edit", ids=numbers(leads), field=["region", "landing_page"], region=world.region.pk,
        landing_page="https://example.com/a",
    )  # fmt: skip
    assert answer.status_code == 302
    assert set(Lead.objects.values_list("region", "landing_page")) == {
        (world.region.pk, "https://example.com/a")
    }
    batch = Work.objects.get().batch
    assert Change.objects.filter(batch=batch, object_type="lead").count() == len(leads)
    changes.undo(batch=batch, by=world.marketing)
    assert set(Lead.objects.values_list("region", "landing_page")) == {(None, "")}


def test_a_field_that_is_left_empty_is_emptied(world, leads):
    confirmed(world.marketing, "assign", ids=numbers(leads), owner="")
    assert set(Lead.objects.values_list("owner", flat=True)) == {None}


def test_no_field_chosen_is_refused_with_a_sentence(world, leads):
    answer = do(world.marketing, "edit", ids=numbers(leads))
    assert answer.status_code == 422
    assert "Choose a field first." in answer.content.decode()


def test_all_that_fit_the_list_are_meant_without_naming_them(world, leads):
    world.capture(name="Elsewhere", owner=world.other_rep)
    answer = confirmed(
        world.marketing, "assign", all="1", list=f"owner={world.rep.pk}", owner=world.sales_head.pk
    )
    assert answer.status_code == 302
    assert Lead.objects.filter(owner=world.sales_head).count() == len(leads)
    assert Lead.objects.get(name="Elsewhere").owner == world.other_rep


def test_only_what_the_user_may_see_is_touched(world, leads):
    hidden = world.capture(name="Hidden", owner=world.other_rep)
    page = do(world.rep, "assign", ids=numbers([*leads, hidden]), owner=world.rep.pk).content.decode()
    assert "Hidden" not in page
    confirmed(
        world.rep,
        "edit",
        ids=numbers([*leads, hidden]),
        field="landing_page",
        landing_page="https://a.example",
    )
    assert Lead.objects.filter(landing_page="https://a.example").count() == len(leads)
    assert Lead.objects.get(pk=hidden.pk).landing_page == ""


def test_those_that_refuse_stay_and_a_file_says_why(world, leads):
    confirmed(world.marketing, "screen_out", ids=numbers(leads[:1]), reason="Wrong number")
    answer = confirmed(world.marketing, "screen_out", ids=numbers(leads), reason="Wrong number")
    done = Work.objects.order_by("pk").last()
    assert answer.headers["Location"] == reverse("work", args=[done.pk])
    assert Lead.objects.filter(stage=Stage.SCREENED_OUT).count() == len(leads)
    assert done.outcome == "3 records are done. 1 stayed as it was: the file says why."
    file = signed_in(world.marketing).get(reverse("work-file", args=[done.pk]))
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [[str(leads[0].pk), "Lead 0"]]
    assert rows[1][2]
    assert signed_in(world.rep).get(reverse("work-file", args=[done.pk])).status_code == 404


def test_what_a_button_writes_beside_the_record_is_undone_too(world, leads):
    confirmed(world.marketing, "campaign", ids=numbers(leads), campaign=world.campaign.pk)
    assert Work.objects.get().outcome.startswith("0 records are done. 4 stayed")
    other = type(world.campaign)(code="b", name="Other")
    changes.save(other, by=None)
    confirmed(world.marketing, "campaign", ids=numbers(leads), campaign=other.pk)
    assert Touch.objects.filter(campaign=other).count() == len(leads)
    changes.undo(batch=Work.objects.order_by("pk").last().batch, by=world.marketing)
    assert not Touch.objects.filter(campaign=other).exists()


def test_tags_come_and_go_with_their_undo(world, leads):
    confirmed(world.marketing, "tag", ids=numbers(leads), names="VIP，expo")
    assert Tagging.objects.filter(object_type="lead").count() == 2 * len(leads)
    put = Work.objects.get().batch
    confirmed(world.marketing, "untag", ids=numbers(leads[:2]), names="expo")
    taken = Work.objects.order_by("pk").last().batch
    assert Tagging.objects.filter(object_type="lead").count() == 2 * len(leads) - 2
    changes.undo(batch=taken, by=world.marketing)
    assert Tagging.objects.filter(object_type="lead").count() == 2 * len(leads)
    changes.undo(batch=put, by=world.marketing)
    assert not Tagging.objects.filter(object_type="lead").exists()
    assert Tag.objects.filter(name="VIP").count() <= 1


def test_deleting_and_its_undo(world, leads):
    confirmed(world.marketing, "delete", ids=numbers(leads))
    assert not Lead.objects.exists()
    assert not SearchRow.objects.filter(object_type="lead").exists()
    changes.undo(batch=Work.objects.get().batch, by=world.marketing)
    assert Lead.objects.count() == len(leads)
    assert SearchRow.objects.filter(object_type="lead").count() == len(leads)


def test_who_may_not_delete_is_offered_no_deleting(world, leads):
    assert do(world.rep, "delete", ids=numbers(leads)).status_code == 404
    assert "many/delete" not in signed_in(world.rep).get(reverse("list", args=["lead"])).content.decode()


def test_a_selection_of_nothing_or_of_nonsense_is_refused(world, leads):
    for sent in ({}, {"ids": ""}, {"ids": "x,-1,²"}, {"ids": ",".join(map(str, range(1, 1200)))}):
        assert do(world.marketing, "delete", **sent).status_code == 422
    assert do(world.marketing, "nonsense", ids="1").status_code == 404


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records a step, and nothing at once."""
    monkeypatch.setattr(doing, "AT_ONCE", 0)
    monkeypatch.setattr(doing, "FIRST", 2)
    monkeypatch.setattr(doing, "MOST", 2)


def test_many_go_in_steps_that_survive_a_kill(world, leads, in_steps, monkeypatch):
    confirmed(world.marketing, "assign", ids=numbers(leads), owner=world.other_rep.pk)
    running = Work.objects.get()
    assert running.state == Work.State.WAITING
    assert work._one_step(running)
    assert Lead.objects.filter(owner=world.other_rep).count() == 2
    fresh = Work.objects.get()
    with monkeypatch.context() as broken:
        broken.setattr(doing, "outcome", lambda running: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work._one_step(fresh)
    assert Lead.objects.filter(owner=world.other_rep).count() == 2
    fresh = Work.objects.get()
    while work._one_step(fresh):
        pass
    assert Lead.objects.filter(owner=world.other_rep).count() == len(leads)
    assert (fresh.done, fresh.total) == (4, 4)


def test_those_that_are_meant_are_settled_when_it_begins(world, leads, in_steps):
    """What a step changes must not take records out of the list that is worked on."""
    confirmed(world.marketing, "assign", all="1", list=f"owner={world.rep.pk}", owner=world.other_rep.pk)
    running = Work.objects.get()
    while work._one_step(running):
        pass
    assert Lead.objects.filter(owner=world.other_rep).count() == len(leads)


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30).map(str.strip)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(company=WORDS, year=st.none() | st.integers(1950, 2000), owned=st.booleans())
def test_undo_of_a_bulk_edit_is_identity(world, leads, company, year, owned):
    names = [field.attname for field in Lead._meta.concrete_fields if field.attname != "updated_at"]
    before = list(Lead.objects.order_by("pk").values(*names))
    confirmed(
        world.marketing, "edit", ids=numbers(leads), field=["company_name", "birth_year", "owner"],
        company_name=company, birth_year="" if year is None else year, owner=world.rep.pk if owned else "",
    )  # fmt: skip
    done = Work.objects.order_by("pk").last()
    if Change.objects.filter(batch=done.batch).exists():
        changes.undo(batch=done.batch, by=world.marketing)
    assert list(Lead.objects.order_by("pk").values(*names)) == before


def test_what_is_selected_is_exported_by_its_ids_or_by_the_filter_of_the_list(world, leads):
    page = signed_in(world.marketing)
    url = reverse("object-export", args=["lead"])
    assert "2 records" in page.get(url, {"ids": numbers(leads[:2])}).content.decode()
    answer = page.get(url, {"all": "1", "list": f"owner={world.rep.pk}&stage=potential"})
    assert answer.headers["Location"] == f"{url}?owner={world.rep.pk}&stage=potential"
