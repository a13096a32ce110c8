"""What a merge sent into the recycle bin comes back with all that belongs to it, or not at all."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kehu.activities.models import Note
from kehu.core import changes, purging, registry
from kehu.core.access import roles
from kehu.core.actions import bin, many, merge, records
from kehu.core.duplicates import pairs
from kehu.core.errors import Conflict, Merged
from kehu.core.models import Batch, DuplicatePair, Follow, User
from kehu.customers.models import Contact
from kehu.leads.tests.world import World, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(world: World) -> User:
    return saved(User(username="boss", name="Boss", role=roles.ADMINISTRATOR))


@pytest.fixture
def two(world: World, boss: User) -> tuple[Contact, Contact]:
    one, other = saved(Contact(name="Ann")), saved(Contact(name="Anne"))
    saved(Note(text="Rang", author=boss, object_type="contact", object_id=other.pk))
    Follow.objects.create(user=world.rep, object_type="contact", object_id=other.pk)
    return one, other


def gone(contact: Contact) -> Contact:
    return Contact.everything.get(pk=contact.pk)


def merged(two: tuple[Contact, Contact], boss: User) -> Batch:
    return merge.merge(survivor=two[0], other=two[1], take=[], by=boss)


def test_it_does_not_come_back_alone_in_whatever_way(two, boss):
    batch, kind = merged(two, boss), registry.get("contact")
    third = saved(Contact(name="Third"))
    records.delete(record=third, by=boss)
    for way in (records.restore, bin.restore):
        with pytest.raises(Merged, match="Undo the merge") as refusal:
            way(record=gone(two[1]), by=boss)
        assert refusal.value.batch == batch.pk
    refusals = many.restore(kind, [gone(two[1]), gone(third)], by=boss, batch=None)
    assert list(refusals) == [two[1].pk]
    assert gone(two[1]).deleted_at is not None and gone(third).deleted_at is None


def test_the_refusal_and_the_bin_lead_to_the_way_back(two, boss):
    batch = merged(two, boss)
    client, undo = Client(), reverse("batch-undo", args=[batch.pk])
    client.force_login(boss)
    assert undo in client.get(reverse("bin")).content.decode()
    for name in ("bin-restore", "record-restore"):
        client.post(reverse(name, args=["contact", two[1].pk]))
        page = client.get(reverse("bin")).content.decode()
        assert "Undo the merge: that brings back all that belongs to it." in page
        assert page.count(f'action="{undo}"') == 2
    client.post(undo, {"next": reverse("bin")})
    assert gone(two[1]).deleted_at is None
    assert Note.objects.get().object_id == two[1].pk


def test_where_the_other_is_gone_for_good_it_comes_back_alone(two, boss):
    merged(two, boss)
    records.delete(record=gone(two[0]), by=boss)
    purging.remove(registry.get("contact"), [two[0].pk], by=boss)
    records.restore(record=gone(two[1]), by=boss)
    assert gone(two[1]).deleted_at is None


def test_an_undo_that_is_undone_makes_them_one_again_with_followers_and_address(two, boss, world):
    batch, kind = merged(two, boss), registry.get("contact")
    for _round in range(2):
        first = changes.undo(batch=batch, by=boss)
        assert not Follow.objects.filter(object_id=two[0].pk).exists()
        assert pairs.merged_into(kind, two[1].pk) is None
        second = changes.undo(batch=first, by=boss)
        batch.refresh_from_db()
        assert batch.state == Batch.State.DONE
        assert gone(two[1]).deleted_at is not None
        assert Note.objects.get().object_id == two[0].pk
        assert Follow.objects.filter(object_id=two[0].pk, user=world.rep).exists()
        assert pairs.merged_into(kind, two[1].pk) == two[0].pk
        changes.undo(batch=second, by=boss)
        batch.refresh_from_db()
        assert batch.state == Batch.State.UNDONE
        assert not Follow.objects.filter(object_id=two[0].pk).exists()
        with pytest.raises(Conflict):
            changes.undo(batch=batch, by=boss)
        batch = merge.merge(survivor=gone(two[0]), other=gone(two[1]), take=[], by=boss)
    assert DuplicatePair.objects.count() == 1
