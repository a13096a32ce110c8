"""Two leads, accounts or contacts become one with all that belongs to them; undone, they are two again."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehu.activities import actions as activities
from kehu.core import changes, registry, search, work
from kehu.core.access import roles
from kehu.core.actions import following, merge
from kehu.core.actions import tags as tagging
from kehu.core.duplicates import likely, pairs
from kehu.core.errors import Conflict, Forbidden, NotFound, Refused
from kehu.core.models import DuplicatePair, Follow, Record, SearchRow, Tagging, User, Work
from kehu.customers.models import Account, Contact
from kehu.leads import actions
from kehu.leads.models import Lead, Stage
from kehu.leads.tests.world import World, day, saved
from kehu.sales import queries as sales_queries
from kehu.sales.models import Opportunity
from kehu.sales.seed import seed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pipeline(world: World) -> None:
    seed()


@pytest.fixture
def boss(world: World) -> User:
    return saved(User(username="boss", name="Boss", role=roles.ADMINISTRATOR))


def deal() -> Opportunity:
    """A deal of the past, as an import leaves it."""
    number = f"O-{Opportunity.everything.count()}"
    return saved(Opportunity(title="x", stage=sales_queries.won_stage(), number=number, won_at=day(20)))


def rows() -> dict[str, list[Any]]:
    """What stands in every table of records, but for when it was touched."""
    found: dict[str, list[Any]] = {}
    for model in apps.get_models():
        if issubclass(model, Record) and not model._meta.proxy:
            names = [field.attname for field in model._meta.concrete_fields if field.attname != "updated_at"]
            # What was written on the way lies in the recycle bin; entries of a score are written anew.
            names = [name for name in names if (model.__name__, name) != ("ScoreEntry", "id")]
            live = model.everything.filter(deleted_at=None)
            found[model.__name__] = sorted(map(repr, live.values_list(*names)))
    found["tags"] = sorted(Tagging.objects.values_list("tag", "object_type", "object_id"))
    found["search"] = sorted(SearchRow.objects.values_list("object_type", "object_id", "title", "open_text"))
    return found


def test_touches_move_and_source_score_and_stage_follow(world, boss):
    late, early = world.capture(at=5, name="王小明"), world.capture(at=1, name="王小明", channel=world.events)
    world.touch(early, "showroom_visit", 2)
    merge.merge(survivor=late, other=early, take=[], by=boss)
    lead = Lead.objects.get(pk=late.pk)
    assert not Lead.objects.filter(pk=early.pk).exists()
    assert lead.touches.count() == 3
    assert (lead.captured_at, lead.channel) == (day(1), world.events)
    assert lead.stage == Stage.QUALIFIED and lead.score == 5


def test_chosen_values_come_from_the_one_that_goes(world, boss):
    one, other = world.capture(name="A", company_name="Old"), world.capture(name="B", company_name="New")
    merge.merge(survivor=one, other=other, take=["company_name"], by=boss)
    lead = Lead.objects.get(pk=one.pk)
    assert (lead.name, lead.company_name) == ("A", "New")
    with pytest.raises(Forbidden):
        merge.merge(survivor=one, other=world.capture(), take=["stage"], by=boss)


def test_tasks_tags_and_followers_come_along(world, boss):
    one, other = world.capture(name="A"), world.capture(name="B")
    task = activities.create_task(
        values={"title": "Call", "object_type": "lead", "object_id": other.pk}, by=boss
    )
    tagging.put_on(record=other, names=["VIP"], by=boss)
    following.follow(record=other, by=boss)
    batch = merge.merge(survivor=one, other=other, take=[], by=boss)
    task.refresh_from_db()
    assert task.object_id == one.pk
    assert Tagging.objects.filter(object_type="lead", object_id=one.pk).count() == 1
    changes.undo(batch=batch, by=boss)
    task.refresh_from_db()
    assert task.object_id == other.pk
    assert not Tagging.objects.filter(object_type="lead", object_id=one.pk).exists()


def test_leads_with_different_opportunities_are_refused(world, boss):
    leads = [world.capture(name=name) for name in "AB"]
    for lead in leads:
        opportunity = deal()
        actions.link_opportunity(lead=lead, opportunity=opportunity, by=None)
    with pytest.raises(Conflict, match="different opportunities"):
        merge.merge(survivor=leads[0], other=leads[1], take=[], by=boss)
    assert Lead.objects.count() == 2


def test_a_parent_merged_into_its_branch_leaves_no_circle(boss):
    top = saved(Account(name="Group"))
    parent = saved(Account(name="A", parent=top))
    branch = saved(Account(name="A branch", parent=parent))
    sister = saved(Account(name="B branch", parent=parent))
    merge.merge(survivor=branch, other=parent, take=[], by=boss)
    assert Account.objects.get(pk=branch.pk).parent_id == top.pk
    assert Account.objects.get(pk=sister.pk).parent_id == branch.pk


def test_who_may_not_delete_may_not_merge(world):
    one, other = world.capture(), world.capture()
    with pytest.raises(Forbidden):
        merge.merge(survivor=one, other=other, take=[], by=world.rep)
    hidden = world.capture(owner=world.other_rep)
    with pytest.raises(NotFound):
        merge.merge(survivor=one, other=hidden, take=[], by=world.rep)
    client = Client()
    client.force_login(world.rep)
    assert (
        client.get(reverse("object-merge", args=["lead"]), {"ids": f"{one.pk},{other.pk}"}).status_code == 404
    )


def test_a_later_change_of_the_same_field_keeps_the_merge(world, boss):
    one, other = world.capture(company_name=""), world.capture(company_name="New")
    batch = merge.merge(survivor=one, other=other, take=["company_name"], by=boss)
    actions.edit_lead(record=Lead.objects.get(pk=one.pk), values={"company_name": "Newer"}, by=boss)
    with pytest.raises(Conflict, match="changed again later"):
        changes.undo(batch=batch, by=boss)


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12).map(str.strip)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    first=st.floats(0, 9), second=st.floats(0, 9), company=TEXT, scanned=st.booleans(), qualified=st.booleans(),
    sold=st.sampled_from([None, "one", "other"]), take=st.sets(st.sampled_from(["name", "company_name", "owner"])),
    swapped=st.booleans(),
)  # fmt: skip
def test_merge_and_undo_is_identity(
    world, boss, first, second, company, scanned, qualified, sold, take, swapped
):
    one = world.capture(at=first, name="王小明", company_name=company)
    other = world.capture(at=second, name="Wang", owner=world.other_rep, channel=world.events)
    if scanned:
        world.touch(other, "scan", 10)
    if qualified:
        actions.qualify(lead=other, reason="by hand", by=boss)
    if sold:
        lead = one if sold == "one" else other
        actions.link_opportunity(lead=lead, opportunity=deal(), by=None)
    survivor, gone = (other, one) if swapped else (one, other)
    survivor, gone = Lead.objects.get(pk=survivor.pk), Lead.objects.get(pk=gone.pk)
    before = rows()
    batch = merge.merge(survivor=survivor, other=gone, take=sorted(take), by=boss)
    assert rows() != before
    changes.undo(batch=batch, by=boss)
    assert rows() == before
    Lead.everything.filter(pk__in=(one.pk, other.pk)).update(deleted_at=day(0))


def page(user: User, name: str, *args: Any, **sent: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args), sent)


def test_the_address_of_what_went_leads_to_what_stayed(world, boss):
    one, other = world.capture(name="A"), world.capture(name="B")
    batch = merge.merge(survivor=one, other=other, take=[], by=boss)
    answer = page(boss, "record", "lead", other.pk)
    assert answer.status_code == 302 and answer.headers["Location"] == reverse(
        "record", args=["lead", one.pk]
    )
    changes.undo(batch=batch, by=boss)
    assert page(boss, "record", "lead", other.pk).status_code == 200


def test_a_scan_fills_the_queue_and_decisions_outlive_the_next_one(boss):
    for name in ("鼎泰豐股份有限公司", "鼎泰豐有限公司", "Other Ltd"):
        saved(
            Account(name=name, phone="+886223218928" if "鼎" in name else "", address="台北市信義路二段194號")
        )
    kind = registry.get("account")

    def scan() -> Work:
        started = work.start("duplicates", label="x", by=boss, parameters={"kind": "account"})
        assert not work._one_step(started)
        return started

    assert "1 likely pair found, 1 of them new" in scan().outcome
    ((pair, one, other),) = pairs.to_review(kind, boss)
    assert "鼎泰豐" in page(boss, "duplicates-of", "account").content.decode()
    merge.keep_apart(pair=pair, by=boss)
    scan()
    assert pairs.to_review(kind, boss) == []
    values = {"name": one.name, "phone": one.phone, "address": one.address}
    assert other in [found.record for found in likely(kind, values, boss)]
    assert other not in [found.record for found in likely(kind, values, boss, but=one.pk)]


def test_a_pair_is_shown_only_to_who_may_change_both(world, boss):
    mine = saved(Account(name="Mine", owner=world.sales_head))
    theirs = saved(Account(name="Theirs", owner=world.other_rep))
    kind = registry.get("account")
    pairs.remember(kind, [(mine.pk, theirs.pk, 0.99, {"name": "same"})])
    assert len(pairs.to_review(kind, boss)) == 1
    assert pairs.to_review(kind, world.sales_head) == []
    assert "Theirs" not in page(world.sales_head, "duplicates-of", "account").content.decode()


def test_a_merge_taken_back_waits_in_the_queue_again(boss):
    one, other = saved(Contact(name="A")), saved(Contact(name="A"))
    kind = registry.get("contact")
    pairs.remember(kind, [(one.pk, other.pk, 0.99, {})])
    batch = merge.merge(survivor=one, other=other, take=[], by=boss)
    assert pairs.to_review(kind, boss) == []
    assert pairs.merged_into(kind, other.pk) == one.pk
    changes.undo(batch=batch, by=boss)
    assert len(pairs.to_review(kind, boss)) == 1
    assert pairs.merged_into(kind, other.pk) is None
    assert DuplicatePair.objects.count() == 1


def test_a_record_is_not_merged_with_itself_or_with_what_is_deleted(world, boss):
    one, other = world.capture(), world.capture()
    with pytest.raises(Refused):
        merge.merge(survivor=one, other=one, take=[], by=boss)
    merge.merge(survivor=one, other=other, take=[], by=boss)
    with pytest.raises(Conflict):
        merge.merge(survivor=one, other=Lead.everything.get(pk=other.pk), take=[], by=boss)
    assert search.find("王小明", user=boss)


def test_from_the_queue_one_comes_to_the_next_pair_with_the_way_back(boss):
    people = [saved(Contact(name=f"A{number}")) for number in range(6)]
    kind = registry.get("contact")
    for at, likely_ in ((0, 0.99), (2, 0.98), (4, 0.97)):
        pairs.remember(kind, [(people[at].pk, people[at + 1].pk, likely_, {})])

    def decided(address: str, at: int, **sent: str) -> str:
        ids = f"{people[at].pk},{people[at + 1].pk}"
        client = Client()
        client.force_login(boss)
        answer = client.post(address, {"ids": ids, "queue": "1", **sent}, follow=True)
        return str(answer.redirect_chain[-1][0]) + (" undo" if "/undo" in answer.content.decode() else "")

    merging, apart = reverse("object-merge", args=["contact"]), reverse("pair-apart", args=["contact"])
    first, last = (f"ids={people[at].pk},{people[at + 1].pk}&queue=1" for at in (0, 4))
    assert decided(merging, 2, survivor=str(people[2].pk)) == f"{merging}?{last} undo"
    assert decided(apart, 4) == f"{merging}?{first}"
    assert (
        decided(merging, 0, survivor=str(people[0].pk))
        == f"{reverse('duplicates-of', args=['contact'])} undo"
    )


def test_followers_come_along_and_are_as_before_once_it_is_taken_back(world, boss):
    one, other = saved(Contact(name="A")), saved(Contact(name="A"))
    following.follow(record=one, by=boss)
    for user in (world.rep, world.marketing):
        Follow.objects.create(user=user, object_type="contact", object_id=other.pk)
    before = sorted(Follow.objects.values_list("user", "object_id"))
    batch = merge.merge(survivor=one, other=other, take=[], by=boss)
    assert Follow.objects.filter(object_id=one.pk).count() == 3
    changes.undo(batch=batch, by=boss)
    assert sorted(Follow.objects.values_list("user", "object_id")) == before
    other = Contact.objects.get(pk=other.pk)
    one = Contact.objects.get(pk=one.pk)
    batch = merge.merge(survivor=one, other=other, take=[], by=boss)
    following.follow(record=one, by=world.marketing)  # now of one's own will
    changes.undo(batch=batch, by=boss)
    assert Follow.objects.filter(object_id=one.pk, user=world.marketing).exists()
    assert not Follow.objects.filter(object_id=one.pk, user=world.rep).exists()
