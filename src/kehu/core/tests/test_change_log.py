"""One way of writing: a record, its change and its search row in one transaction."""

from __future__ import annotations

import pytest
from django.db import transaction

from kehu.core import changes
from kehu.core.actions import people, records
from kehu.core.errors import Refused
from kehu.core.models import Batch, Change, SearchRow, Team
from kehu.core.tests.company import last_change, make, person, saved

pytestmark = pytest.mark.django_db


def test_a_new_record_leaves_a_change_with_what_it_holds():
    by = person("li")
    team = saved(Team(name="North"), by)
    change = last_change(team)
    assert (change.verb, change.actor, change.before) == ("create", by, None)
    assert change.after == {"name": "North"}


def test_an_edit_leaves_the_fields_that_differ_before_and_after():
    team = saved(Team(name="North"))
    team.name = "South"
    saved(team)
    change = last_change(team)
    assert (change.verb, change.before, change.after) == ("edit", {"name": "North"}, {"name": "South"})


def test_saving_without_a_difference_writes_nothing():
    team = saved(Team(name="North"))
    count, before = Change.objects.count(), team.updated_at
    assert changes.save(team, by=None) is None
    assert (Change.objects.count(), Team.objects.get().updated_at) == (count, before)


def test_amounts_and_days_are_logged_without_loss():
    product = make("product", code="p", name="P", list_price="1234567.8901")
    product.refresh_from_db()
    assert last_change(product).after["list_price"] == "1234567.8901"


def test_a_password_has_a_history_but_no_content():
    user = person("li", password="first secret")
    people.set_password(user=user, password="another long secret", by=user)
    for change in Change.objects.filter(object_type="user"):
        assert set(str((change.before or {}).get("password", ""))) <= {"•"}
        assert set(str((change.after or {}).get("password", ""))) <= {"•"}
    assert last_change(user).verb == "password"
    assert "secret" not in str(list(Change.objects.values_list("before", "after")))


def test_a_refused_write_leaves_neither_record_nor_change_nor_search_row():
    by = person("li")
    counts = Change.objects.count(), SearchRow.objects.count()
    with pytest.raises(Refused) as refusal:
        records.create(Team, {"name": ""}, by=by)
    assert "name" in refusal.value.fields
    assert (Change.objects.count(), SearchRow.objects.count()) == counts


def test_a_null_character_is_refused_with_the_field():
    with pytest.raises(Refused) as refusal:
        records.create(Team, {"name": "No\x00rth"}, by=person("li"))
    assert "name" in refusal.value.fields


def test_a_batch_is_done_when_its_block_ends_and_stopped_when_it_fails():
    with changes.batch("edit", by=None) as done:
        pass
    assert done.state == Batch.State.DONE
    with pytest.raises(ZeroDivisionError), transaction.atomic(), changes.batch("edit", by=None) as stopped:
        raise ZeroDivisionError
    assert not Batch.objects.filter(pk=stopped.pk, state=Batch.State.RUNNING).exists()


def test_deleting_says_what_still_belongs_to_the_record_even_where_it_has_no_name_for_it():
    by = person("li")
    owner = person("wang")
    make("account", name="A", owner=owner)
    with pytest.raises(Refused) as refusal:
        records.delete(record=owner, by=by)
    assert str(refusal.value).startswith("1 × Account still belong")
    assert not type(owner).everything.get(pk=owner.pk).deleted_at
