"""A cell of the list changed in place: the field's own control, one edit, nothing written over unseen."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core import registry
from kehu.core.actions import records
from kehu.core.models import Change, User
from kehu.core.views import inline
from kehu.leads.models import Lead
from kehu.leads.tests.world import World

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(lead: Lead, path: str) -> str:
    return reverse("record-cell", args=["lead", lead.pk, path])


def opened(user: User, lead: Lead, path: str) -> str:
    """The mark of the value that the user is shown."""
    page = signed_in(user).get(address(lead, path)).content.decode()
    return re.search(r'name="shown" value="(\w+)"', page)[1]


def save(user: User, lead: Lead, path: str, value: object, shown: str | None = None):
    shown = opened(user, lead, path) if shown is None else shown
    return signed_in(user).post(address(lead, path), {path: value, "shown": shown})


def edits():
    return Change.objects.filter(object_type="lead", verb="edit")


@pytest.fixture
def lead(world: World) -> Lead:
    return world.capture(name="Ada", company_name="Old")


def test_a_cell_is_saved_by_one_edit_and_answers_with_the_fresh_row_and_an_undo(world, lead):
    answer = save(world.marketing, lead, "company_name", "New")
    page = answer.content.decode()
    change = edits().get()
    assert answer.status_code == 200
    assert f'data-id="{lead.pk}"' in page
    assert reverse("change-undo", args=[change.pk]) in page
    assert f'name="next" value="{reverse("list", args=["lead"])}"' in page
    assert Lead.objects.get().company_name == "New"
    signed_in(world.marketing).post(reverse("change-undo", args=[change.pk]))
    assert Lead.objects.get().company_name == "Old"


def test_what_somebody_else_changed_meanwhile_is_not_written_over_unseen(world, lead):
    shown = opened(world.marketing, lead, "company_name")
    records.edit(record=Lead.objects.get(), values={"company_name": "Theirs"}, by=world.sales_head)
    answer = save(world.marketing, lead, "company_name", "Mine", shown)
    assert answer.status_code == 409
    assert "it is now “Theirs”" in answer.content.decode()
    assert Lead.objects.get().company_name == "Theirs"
    again = re.search(r'name="shown" value="(\w+)"', answer.content.decode())[1]
    assert save(world.marketing, lead, "company_name", "Mine", again).status_code == 200
    assert Lead.objects.get().company_name == "Mine"


def test_another_field_that_was_changed_meanwhile_is_no_hindrance_and_stays(world, lead):
    shown = opened(world.marketing, lead, "company_name")
    records.edit(record=Lead.objects.get(), values={"name": "Grace"}, by=world.sales_head)
    assert save(world.marketing, lead, "company_name", "Mine", shown).status_code == 200
    assert Lead.objects.values_list("name", "company_name").get() == ("Grace", "Mine")


def test_a_value_that_makes_no_sense_is_refused_in_place(world, lead):
    for path, value in (
        ("email", "no address"),
        ("phone", "1"),
        ("owner", "abc"),
        ("owner", "999999"),
        ("company_name", "x" * 10_000),
    ):
        answer = save(world.marketing, lead, path, value)
        assert answer.status_code == 422, path
        assert "k-errors" in answer.content.decode()
    assert not edits().exists()


def test_a_value_that_stays_the_same_changes_nothing(world, lead):
    answer = save(world.marketing, lead, "company_name", "Old")
    assert answer.status_code == 200
    assert "kehu-toast" not in answer.content.decode()
    assert not edits().exists()


def test_only_fields_of_the_form_are_changed_in_place(world, lead):
    for path in ("stage", "score", "id", "custom", "nonsense", "owner.name", "deleted_at"):
        assert signed_in(world.marketing).get(address(lead, path)).status_code == 403, path
        answer = signed_in(world.marketing).post(address(lead, path), {path: "1", "shown": ""})
        assert answer.status_code == 403, path
    assert not edits().exists()


def test_a_lead_that_may_not_be_seen_answers_like_one_that_is_not_there(world, lead):
    client = signed_in(world.other_rep)
    hidden = client.get(address(lead, "company_name"))
    assert hidden.status_code == 404
    assert client.post(address(lead, "company_name"), {"company_name": "x", "shown": ""}).status_code == 404


def test_whoever_gives_a_lead_away_is_left_without_its_row(world, lead):
    answer = save(world.rep, lead, "owner", world.other_rep.pk)
    assert answer.status_code == 200
    assert "data-id" not in answer.content.decode()


def test_parameters_of_the_list_do_not_become_values(world, lead):
    query = f"?list=company_name%3DElsewhere%26owner%3D{world.other_rep.pk}"
    page = signed_in(world.marketing).get(address(lead, "company_name") + query).content.decode()
    assert 'value="Old"' in page


def test_headings_say_which_columns_may_be_changed(world, lead):
    page = signed_in(world.marketing).get(reverse("list", args=["lead"])).content.decode()
    marked = set(re.findall(r'data-edit="([\w.]+)"', page))
    assert marked
    assert marked <= inline.editable(registry.get("lead"), world.marketing)
    assert "stage" not in marked
