"""Tags as something to ask by: in conditions, addresses, the API and as a column of a list."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from kehu.core import filters, listing, registry, roles
from kehu.core.actions import tags as actions
from kehu.core.errors import Refused
from kehu.core.models import Tag, Team, User
from kehu.core.reading import Reading
from kehu.core.tests.company import make, person, team

pytestmark = pytest.mark.django_db
KIND = "team"


@pytest.fixture
def admin() -> User:
    return person("admin")


@pytest.fixture
def teams(admin):
    found = {name: team(name) for name in ("North", "South", "West")}
    actions.put_on(record=found["North"], names=["VIP", "客户"], by=admin)
    actions.put_on(record=found["South"], names=["客户"], by=admin)
    return found


def asked(user: User, condition) -> set[str]:
    found = filters.parse(registry.get(KIND), user, json.dumps(condition))
    names = Team.objects.filter(found.q(), name__in=["North", "South", "West"])
    return set(names.values_list("name", flat=True))


def test_records_are_found_by_any_or_none_of_some_tags_however_written(admin, teams):
    assert asked(admin, {"field": "tags", "op": "in", "value": ["vip"]}) == {"North"}
    assert asked(admin, {"field": "tags", "op": "in", "value": ["ＶＩＰ", "客戶"]}) == {"North", "South"}
    assert asked(admin, {"field": "tags", "op": "not_in", "value": ["vip", "nowhere"]}) == {"South", "West"}
    assert asked(admin, {"not": {"field": "tags", "op": "not_in", "value": ["vip"]}}) == {"North"}


def test_records_are_found_by_having_tags_at_all(admin, teams):
    assert asked(admin, {"field": "tags", "op": "empty"}) == {"West"}
    assert asked(admin, {"field": "tags", "op": "not_empty"}) == {"North", "South"}
    Tag.objects.filter(name="客户").update(deleted_at="2010-06-01T00:00Z")
    assert asked(admin, {"field": "tags", "op": "empty"}) == {"South", "West"}


def test_what_makes_no_sense_of_tags_is_refused_by_a_sentence(admin):
    for op, value in (("in", [""]), ("in", []), ("in", [7]), ("in", ["\x00"]), ("contains", "vip")):
        with pytest.raises(Refused):
            asked(admin, {"field": "tags", "op": op, "value": value})


def test_what_carries_no_tags_is_not_asked_by_them(admin):
    bare = next(kind for kind in registry.all() if not kind.carries)
    assert filters.named(bare, "tags", admin) is None


def test_an_address_with_a_tag_narrows_the_list_and_says_so(admin, client, teams):
    client.force_login(admin)
    page = client.get(reverse("list", args=[KIND]) + "?tags=vip").content.decode()
    assert "North" in page
    assert "West" not in page
    assert "Tags: one of “vip”" in page


def test_the_editor_offers_tags_with_the_comparisons_that_fit(admin, client):
    field = filters.named(registry.get(KIND), "tags", admin)
    assert field is not None
    assert field in filters.offered(registry.get(KIND), admin)
    assert filters.leaf(registry.get(KIND), admin, "tags", "not_in", ["a", "b"]).sentence() == (
        "Tags: none of “a”, “b”"
    )


def test_the_api_takes_tags_in_both_writings(admin, client, teams):
    client.force_login(admin)
    where = json.dumps({"field": "tags", "op": "in", "value": ["vip"]})
    for query in ({"tags": "vip"}, {"where": where}):
        answer = client.get(f"/api/{KIND}", query)
        assert answer.status_code == 200, answer.content
        assert [row["name"] for row in answer.json()["items"]] == ["North"]


def test_a_column_of_tags_costs_one_question_for_all_rows(admin, teams, django_assert_num_queries):
    kind = registry.get(KIND)
    assert "tags" in listing.offered(kind, admin)
    reading = Reading(kind, list(teams.values()), admin)
    with django_assert_num_queries(1):
        texts = [reading.cell(record, "tags").text for record in teams.values()]
    assert texts == ["VIP, 客户", "客户", ""]


def test_a_tag_leads_to_no_record_that_a_role_may_not_see(admin):
    lead = make("lead", name="Hidden", number="L-1", owner=admin)
    actions.put_on(record=lead, names=["secret"], by=admin)
    other = person("rep", roles.SALES_REP)
    kind = registry.get("lead")
    found = filters.leaf(kind, other, "tags", "in", ["secret"])
    assert not kind.model.objects.visible_to(other).filter(found.q()).exists()
