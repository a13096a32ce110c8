"""Taking back: a change, a batch, an undo; never over a later change, never beyond one's right."""

from __future__ import annotations

import pytest

from kehu.core import changes, registry
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, NotFound
from kehu.core.models import Batch, Team, User
from kehu.core.tests.company import fresh, last_change, make, person, saved, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


def renamed(record: Team, name: str, by: User | None = None, batch: Batch | None = None) -> Team:
    record.name = name
    changes.save(record, by=by, batch=batch)
    return record


def test_an_undone_edit_brings_the_former_values_back_and_is_itself_a_change(admin):
    north = renamed(team("North"), "South", admin)
    changes.undo_change(change=last_change(north), by=admin)
    assert fresh(north).name == "North"
    change = last_change(north)
    assert (change.verb, change.actor, change.after) == ("undo", admin, {"name": "North"})


def test_an_undo_can_be_undone(admin):
    north = renamed(team("North"), "South", admin)
    changes.undo_change(change=last_change(north), by=admin)
    changes.undo_change(change=last_change(north), by=admin)
    assert fresh(north).name == "South"


def test_a_later_change_of_the_same_field_stands_in_the_way_and_is_named(admin):
    north = renamed(team("North"), "South", admin)
    first = last_change(north)
    renamed(north, "East", person("wang"))
    with pytest.raises(Conflict) as refusal:
        changes.undo_change(change=first, by=admin)
    assert "“Name” of “East”" in str(refusal.value)
    assert "wang" in str(refusal.value)
    assert fresh(north).name == "East"


def test_a_later_change_of_another_field_does_not(admin):
    user = person("wang", roles.ANALYST)
    user.email = "wang@example.com"
    saved(user, admin)
    first = last_change(user)
    user.name = "Wang"
    saved(user, admin)
    changes.undo_change(change=first, by=admin)
    assert (fresh(user).email, fresh(user).name) == ("", "Wang")


def test_undoing_a_creation_sends_the_record_to_the_recycle_bin_unless_it_was_worked_on(admin):
    north, south = saved(Team(name="North"), admin), saved(Team(name="South"), admin)
    changes.undo_change(change=last_change(north), by=admin)
    assert fresh(north).deleted_at is not None
    created = last_change(south)
    renamed(south, "East", person("wang"))
    with pytest.raises(Conflict, match=r"“East” was changed since then \(edited by wang\)"):
        changes.undo_change(change=created, by=admin)


def test_undoing_a_creation_is_refused_while_live_records_point_at_it(admin):
    account = make("account", name="A")
    created = last_change(account)
    make("contact", name="C", account=account)
    with pytest.raises(Conflict, match="1 × Contact still belong to “A”"):
        changes.undo_change(change=created, by=admin)
    assert fresh(account).deleted_at is None


def test_a_batch_is_taken_back_as_a_whole_newest_first(admin):
    north = team("North")
    with changes.batch("edit", by=admin) as batch:
        renamed(north, "A", admin, batch)
        renamed(north, "B", admin, batch)
        changes.save(Team(name="New"), by=admin, batch=batch)
    opened = changes.undo(batch=batch, by=admin)
    assert fresh(north).name == "North"
    assert not Team.objects.filter(name="New").exists()
    batch.refresh_from_db()
    assert (batch.state, opened.undoes, opened.state) == (Batch.State.UNDONE, batch, Batch.State.DONE)


def test_one_conflict_keeps_the_whole_batch(admin):
    north, south = team("North"), team("South")
    with changes.batch("edit", by=admin) as batch:
        renamed(north, "A", admin, batch)
        renamed(south, "B", admin, batch)
    renamed(north, "C", admin)
    with pytest.raises(Conflict):
        changes.undo(batch=batch, by=admin)
    batch.refresh_from_db()
    assert (fresh(south).name, batch.state) == ("B", Batch.State.DONE)


def test_a_batch_is_undone_once_and_not_while_it_runs(admin):
    with changes.batch("edit", by=admin) as batch:
        renamed(team("North"), "A", admin, batch)
        with pytest.raises(Conflict, match="still running"):
            changes.undo(batch=batch, by=admin)
    changes.undo(batch=batch, by=admin)
    batch.refresh_from_db()
    with pytest.raises(Conflict, match="undone already"):
        changes.undo(batch=batch, by=admin)


def test_the_undo_of_a_batch_can_be_undone(admin):
    with changes.batch("edit", by=admin) as batch:
        changes.save(north := Team(name="North"), by=admin, batch=batch)
    undone = changes.undo(batch=batch, by=admin)
    changes.undo(batch=undone, by=admin)
    assert fresh(north).deleted_at is None


def test_nobody_but_an_administrator_undoes_the_batch_of_another():
    one, other = (person(name, roles.SALES_HEAD) for name in ("one", "other"))
    with changes.batch("edit", by=one) as batch:
        changes.save(registry.get("region").model(code="r", name="R"), by=one, batch=batch)
    with pytest.raises(Forbidden):
        changes.undo(batch=batch, by=other)


def test_a_change_is_taken_back_only_by_those_who_may_change_the_record():
    account = make("account", name="A", owner=person("other", roles.SALES_REP))
    account.name = "B"
    saved(account)
    with pytest.raises(NotFound):
        changes.undo_change(change=last_change(account), by=person("rep", roles.SALES_REP))
    with pytest.raises(Forbidden):
        changes.undo_change(change=last_change(account), by=person("analyst", roles.ANALYST))


def test_out_of_the_recycle_bin_takes_the_right_to_delete():
    """A representative may change the own account but not delete it; with leads the privacy manager may just that."""
    rep, privacy = person("rep", roles.SALES_REP), person("privacy", roles.PRIVACY_MANAGER)
    account = make("account", name="A", owner=rep)
    records.delete(record=account, by=person("admin"))
    with pytest.raises(Forbidden):
        changes.undo_change(change=last_change(account), by=rep)
    lead = make("lead", name="L", number="L-1")
    records.delete(record=lead, by=privacy)
    changes.undo_change(change=last_change(lead), by=privacy)
    assert fresh(lead).deleted_at is None


def test_a_slip_of_ones_own_may_be_taken_back_even_where_deleting_is_for_others():
    rep = person("rep", roles.SALES_REP)
    account = records.create(registry.get("account").model, {"name": "A"}, by=rep)
    changes.undo_change(change=last_change(account), by=rep)
    assert fresh(account).deleted_at is not None
