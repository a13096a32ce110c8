"""Many records out of the recycle bin: looked at first, what stays told by name, in steps, taken back as one batch."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from kehu.core import changes, registry, search, work
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.bulk import doing, restoring
from kehu.core.bulk.picked import Picked
from kehu.core.errors import Refused
from kehu.core.models import Batch, Change, User, Work
from kehu.core.tests.company import fresh, make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


def gone(record: Any, by: User, batch: Any = None) -> Any:
    records.delete(record=record, by=by, batch=batch)
    return fresh(record)


def binned(key: str) -> int:
    return registry.get(key).model.everything.filter(deleted_at__isnull=False).count()


def place(record: Any) -> str:
    return f"{registry.of(record).key}.{record.pk}"


def test_what_belongs_to_others_comes_back_after_them_and_all_of_it_is_one_step(admin):
    above = make("account", name="Above")
    below = make("account", name="Below", parent=above)
    contact = make("contact", name="Lin", account=below)
    for record in (contact, below, above):
        gone(record, admin)
    picked = Picked.read({"ids": f"{place(contact)},{place(below)},{place(above)}"})
    tried = restoring.preview(picked, admin)
    assert (tried.total, tried.tried, tried.refused) == (3, 3, 0)
    assert (binned("account"), binned("contact")) == (2, 1)
    done = restoring.begin(picked, admin)
    assert (done.state, done.done, done.outcome) == (Work.State.DONE, 3, "3 records are done.")
    assert (binned("account"), binned("contact")) == (0, 0)
    assert [hit.title for hit in search.find("Below", user=admin)][:1] == ["Below"]
    changes.undo(batch=done.batch, by=admin)
    assert (binned("account"), binned("contact")) == (2, 1)


def test_one_type_comes_back_parents_first_however_it_was_deleted(admin):
    above = make("account", name="Above")
    below = make("account", name="Below", parent=above)
    with changes.batch("delete", by=admin) as batch:
        gone(below, admin, batch)
        gone(above, admin, batch)
    model = registry.get("account").model
    model.everything.filter(pk=above.pk).update(deleted_at="2001-01-01T00:00:00Z")
    done = restoring.begin(Picked(query="kind=account"), admin)
    assert (done.done, done.cursor["refused"]) == (2, 0)


def test_what_cannot_come_back_is_told_by_name_and_hinders_nothing_else(admin):
    account = make("account", name="Acme")
    contact = make("contact", name="Lin", account=account)
    other = make("contact", name="Wu")
    for record in (contact, other, account):
        gone(record, admin)
    picked = Picked.read({"ids": f"{place(contact)},{place(other)}"})
    tried = restoring.preview(picked, admin)
    assert (tried.total, tried.refused) == (2, 1)
    assert (tried.lines[0].name, "“Acme”, which is in the recycle bin" in tried.lines[0].problem) == (
        "Lin",
        True,
    )
    done = restoring.begin(picked, admin)
    assert "1 stayed as it was" in done.outcome
    with open(done.file, encoding="utf-8-sig") as file:
        assert "Lin" in file.read().splitlines()[1]
    assert fresh(contact).deleted_at is not None
    assert fresh(other).deleted_at is None


def test_many_come_back_in_steps_in_the_background(admin, monkeypatch):
    monkeypatch.setattr(doing, "AT_ONCE", 3)
    monkeypatch.setattr(doing, "FIRST", 4)
    tasks = [gone(make("task", title=f"T{n}", owner=admin), admin) for n in range(9)]
    gone(make("region", code="x", name="T region"), admin)
    begun = restoring.begin(Picked(query="q=T"), admin)
    assert begun.state == Work.State.WAITING
    work.run(pk=begun.pk)
    begun.refresh_from_db()
    assert (begun.state, begun.done, begun.total) == (Work.State.DONE, 10, 10), begun.problem
    assert binned("task") == binned("region") == 0
    assert Batch.objects.get(pk=begun.batch_id).state == Batch.State.DONE
    assert Change.objects.filter(batch=begun.batch, verb="restore").count() == 10
    assert not work.path_of(begun, ".ids").exists()
    assert fresh(tasks[0]).deleted_at is None


def test_a_right_lost_on_the_way_is_told_and_nothing_is_taken_out_that_one_may_not_restore(admin):
    rep = person("rep", roles.SALES_REP)
    mine = gone(make("task", title="Mine", owner=rep), admin)
    other = gone(make("task", title="Other", owner=admin), admin)
    picked = Picked.read({"ids": f"{place(mine)},{place(other)}"})
    tried = restoring.preview(picked, rep)
    assert [line.name for line in tried.lines] == ["Mine"]
    restoring.begin(picked, rep)
    assert fresh(other).deleted_at is not None
    assert fresh(mine).deleted_at is None


@pytest.mark.parametrize("given", [{}, {"ids": "x"}, {"ids": "task.-1,task.x,nothing.3,"}, {"ids": "task"}])
def test_a_choice_of_nothing_is_refused(given):
    with pytest.raises(Refused, match="Select some"):
        Picked.read(given)


def test_the_pages_show_first_and_then_do_with_the_way_back(admin, client):
    client.force_login(admin)
    tasks = [gone(make("task", title=f"Task {n}", owner=admin), admin) for n in range(2)]
    shown = client.get(reverse("bin")).content.decode()
    assert f'value="{place(tasks[0])}"' in shown and reverse("bin-restore-many") in shown
    address = reverse("bin-restore-many")
    sent = {"ids": ",".join(map(place, tasks))}
    page = client.get(address, sent)
    assert page.status_code == 200 and "Task 1" in page.content.decode()
    assert binned("task") == 2
    answer = client.post(address, sent, follow=True)
    assert binned("task") == 0
    undo = reverse("batch-undo", args=[Batch.objects.latest("id").pk])
    assert undo in answer.content.decode()
    client.post(undo)
    assert binned("task") == 2
    everything = {"all": "1", "list": "kind=task&q=Task+0"}
    assert "Task 1" not in client.get(address, everything).content.decode()
    client.post(address, everything)
    assert binned("task") == 1
    for strange in ("?ids=%00", "?all=1&list=%00", "?all=1&list=kind%3Dx%26q%3D%25", "?ids=task." + "9" * 30):
        assert client.get(address + strange).status_code < 500
