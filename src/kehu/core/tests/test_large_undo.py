"""A large batch is looked through, then taken back in chunks that survive a crash."""

from __future__ import annotations

import pytest

from kehu.core import changes, periodic, registry, search
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.changes import large
from kehu.core.errors import Conflict, Forbidden
from kehu.core.models import Batch, Change, User
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db
ROWS = 30


@pytest.fixture
def admin(monkeypatch) -> User:
    monkeypatch.setattr(large, "LARGE", 10)
    monkeypatch.setattr(large, "CHUNK", 7)
    return person("admin")


def regions(by: User) -> Batch:
    """A load that makes regions, then names some of them twice."""
    model = registry.get("region").model
    with changes.batch("import", by=by) as batch:
        rows = [model(code=f"c{number}", name=f"first {number}") for number in range(ROWS)]
        changes.insert_many(model, rows, by=by, batch=batch)
        for name in ("second", "third"):
            for row in rows[:5]:
                row.name = f"{name} {row.code}"
            changes.update_many(rows[:5], by=by, batch=batch)
    return batch


def names() -> list[str]:
    return sorted(registry.get("region").model.objects.values_list("name", flat=True))


def test_all_of_it_goes_and_can_be_taken_back_in_turn(admin):
    before, batch = names(), regions(admin)
    after = names()
    opened = changes.undo(batch=batch, by=admin)
    batch.refresh_from_db()
    assert (batch.state, opened.state, names()) == (Batch.State.UNDONE, Batch.State.DONE, before)
    assert not search.find("third", user=admin)
    with pytest.raises(Conflict, match="undone already"):
        changes.undo(batch=batch, by=admin)
    changes.undo(batch=opened, by=admin)
    assert names() == after
    assert len(search.find("third", user=admin)) == 5


def test_edits_come_back_to_what_they_were(admin):
    regions(admin)
    rows = list(registry.get("region").model.objects.filter(code__startswith="c"))
    before = names()
    with changes.batch("import", by=admin) as batch:
        for name in ("x", "y"):
            for row in rows:
                row.name = f"{name} {row.code}"
            changes.update_many(rows, by=admin, batch=batch)
    changes.undo(batch=batch, by=admin)
    assert names() == before


def test_one_conflict_keeps_all_of_it_and_is_named(admin):
    batch, after = regions(admin), names()
    row = registry.get("region").model.objects.get(code="c9")
    records.edit(record=row, values={"name": "mine"}, by=admin)
    with pytest.raises(Conflict, match="changed since"):
        changes.undo(batch=batch, by=admin)
    batch.refresh_from_db()
    assert batch.state == Batch.State.DONE and "changed since" in batch.problem
    assert len(names()) == len(after) and "mine" in names()


def test_what_live_records_need_stays_unless_they_go_too(admin):
    batch = regions(admin)
    region = registry.get("region").model.objects.get(code="c7")
    lead = make("lead", name="x", region=region)
    with pytest.raises(Conflict, match="still belong"):
        changes.undo(batch=batch, by=admin)
    Change.objects.filter(object_type="lead", object_id=lead.pk).update(batch=batch)
    changes.undo(batch=batch, by=admin)
    assert not type(lead).objects.filter(pk=lead.pk).exists()


def test_a_crash_in_between_leaves_what_the_next_one_ends(admin, monkeypatch):
    before, batch = names(), regions(admin)
    write, calls = large.Part.write, []

    def crash(self, opened):
        calls.append(write(self, opened))
        if len(calls) == 3:
            raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(large.Part, "write", crash)
        with pytest.raises(MemoryError):
            changes.undo(batch=batch, by=admin)
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNDOING and batch.undone_to
    undone = Change.objects.filter(verb="undo").count()
    Batch.objects.filter(pk=batch.pk).update(beat_at="2010-01-01T00:00Z")
    assert [found.pk for found in large.left_behind()] == [batch.pk]
    periodic.take_back(batch=batch.pk, by=admin.pk)
    batch.refresh_from_db()
    assert (batch.state, names()) == (Batch.State.UNDONE, before)
    assert Change.objects.filter(verb="undo").count() > undone
    assert Batch.objects.filter(undoes=batch).count() == 1


def test_it_takes_the_rights_that_it_takes_one_by_one(admin):
    batch = regions(person("boss"))
    with pytest.raises(Forbidden):
        changes.undo(batch=batch, by=person("rep", roles.SALES_REP))
    Batch.objects.filter(pk=batch.pk).update(actor=(rep := person("rep2", roles.SALES_REP)))
    with pytest.raises(Forbidden):
        changes.undo(batch=batch, by=rep)


def test_a_key_that_somebody_else_has_taken_refuses_all_of_it(admin):
    rows = [make("account", name=f"a{number}", external_key=f"old{number}") for number in range(ROWS)]
    with changes.batch("import", by=admin) as batch:
        for row in rows:
            row.external_key = f"new{row.name}"
        changes.update_many(rows, by=admin, batch=batch)
    other = make("account", name="Other", external_key="old3")
    with pytest.raises(Conflict, match="already exists"):
        changes.undo(batch=batch, by=admin)
    batch.refresh_from_db()
    assert batch.state == Batch.State.DONE
    assert not type(other).objects.filter(external_key="old4").exists()
    records.edit(record=other, values={"external_key": None}, by=admin)
    changes.undo(batch=batch, by=admin)
    assert type(other).objects.filter(external_key__startswith="old").count() == ROWS


def test_keys_that_changed_hands_within_the_batch_go_back(admin):
    rows = [make("account", name=f"a{number}", external_key=f"k{number}") for number in range(ROWS)]
    with changes.batch("import", by=admin) as batch:
        for row in reversed(rows):  # each takes the key that its neighbour has just given up
            row.external_key = f"k{int(row.name[1:]) + 1}"
            changes.save(row, by=admin, batch=batch)
    changes.undo(batch=batch, by=admin)
    assert [type(row).objects.get(pk=row.pk).external_key for row in rows[:3]] == ["k0", "k1", "k2"]


def test_nothing_comes_back_to_what_was_deleted_meanwhile(admin):
    account = make("account", name="Gone")
    model = registry.get("contact").model
    with changes.batch("import", by=admin) as batch:
        changes.insert_many(
            model,
            [model(name=f"c{number}", account=account) for number in range(ROWS)],
            by=admin,
            batch=batch,
        )
    undone = changes.undo(batch=batch, by=admin)
    records.delete(record=account, by=admin)
    with pytest.raises(Conflict, match="“Gone”, which is in the recycle bin"):
        changes.undo(batch=undone, by=admin)
    assert model.objects.count() == 0
    records.restore(record=type(account).everything.get(pk=account.pk), by=admin)
    changes.undo(batch=undone, by=admin)
    assert model.objects.count() == ROWS


def test_what_went_together_comes_back_together(admin):
    accounts, contacts = registry.get("account").model, registry.get("contact").model
    with changes.batch("import", by=admin) as batch:
        rows = [accounts(name=f"a{number}") for number in range(ROWS)]
        changes.insert_many(accounts, rows, by=admin, batch=batch)
        people = [contacts(name=f"c{row.name}", account=row) for row in rows]
        changes.insert_many(contacts, people, by=admin, batch=batch)
    undone = changes.undo(batch=batch, by=admin)
    changes.undo(batch=undone, by=admin)
    assert accounts.objects.count() == contacts.objects.count() == ROWS
