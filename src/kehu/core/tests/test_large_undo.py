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
