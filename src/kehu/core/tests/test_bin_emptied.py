"""Many records of the recycle bin deleted for good: by whom, looked at first, dependents before others, in steps."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from kehu.core import registry, work
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.bulk import doing, emptying
from kehu.core.bulk.picked import Picked
from kehu.core.errors import Forbidden
from kehu.core.models import Change, User, Work
from kehu.core.tests.company import fresh, make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


def gone(record: Any, by: User) -> Any:
    records.delete(record=record, by=by)
    return fresh(record)


def left(key: str) -> int:
    return registry.get(key).model.everything.count()


def picked(*given: Any) -> Picked:
    return Picked.read({"ids": ",".join(f"{registry.of(record).key}.{record.pk}" for record in given)})


def test_what_needs_others_goes_before_them_and_the_log_keeps_only_that_it_went(admin):
    above = make("account", name="Above")
    below = make("account", name="Below", parent=above)
    contact = make("contact", name="Lin", account=below)
    for record in (contact, below, above):
        gone(record, admin)
    chosen = picked(above, below, contact)
    tried = emptying.preview(chosen, admin)
    assert (tried.total, tried.tried, tried.refused) == (3, 3, 0)
    assert (left("account"), left("contact")) == (2, 1)
    done = emptying.begin(chosen, admin)
    assert (done.state, done.done, done.outcome, done.batch) == (
        Work.State.DONE,
        3,
        "3 records are done.",
        None,
    )
    assert (left("account"), left("contact")) == (0, 0)
    last = Change.objects.filter(object_type="account", object_id=above.pk).latest("id")
    assert (last.verb, last.actor) == ("purge", admin)
    assert not Change.objects.filter(after__has_key="name", object_type="account").exists()


def test_what_others_need_stays_and_is_told_by_name(admin):
    account, other = make("account", name="Acme"), make("account", name="Other")
    contact = make("contact", name="Lin", account=account)
    for record in (contact, account, other):
        gone(record, admin)
    chosen = picked(account, other)
    tried = emptying.preview(chosen, admin)
    assert (tried.total, tried.refused, tried.lines[0].name) == (2, 1, "Acme")
    done = emptying.begin(chosen, admin)
    assert "1 stayed as it was" in done.outcome
    with translation.override("zh-hans"):
        assert work.outcome_of(done).startswith("已完成 1")
    with open(done.file, encoding="utf-8-sig") as file:
        assert "Acme" in file.read().splitlines()[1]
    assert left("account") == 1


def test_only_those_who_empty_the_bin_do_and_nothing_that_is_not_in_it(admin):
    rep = person("rep", roles.SALES_REP)
    task, live = gone(make("task", title="T", owner=rep), admin), make("task", title="Live", owner=rep)
    for act in (emptying.preview, emptying.begin):
        with pytest.raises(Forbidden, match="deletes for good"):
            act(picked(task), rep)
    assert emptying.preview(picked(live), admin).total == 0
    emptying.begin(picked(task, live), admin)
    assert (left("task"), fresh(live).deleted_at) == (1, None)


def test_many_go_in_steps_in_the_background_and_a_role_lost_on_the_way_ends_it(admin, monkeypatch):
    monkeypatch.setattr(doing, "AT_ONCE", 3)
    monkeypatch.setattr(doing, "FIRST", 4)
    for number in range(9):
        gone(make("task", title=f"T{number}", owner=admin), admin)
    begun = emptying.begin(Picked(query="kind=task&q=T"), admin)
    assert begun.state == Work.State.WAITING
    User.objects.filter(pk=admin.pk).update(role=roles.SALES_REP)
    work.run(pk=begun.pk)
    begun.refresh_from_db()
    assert (begun.state, left("task")) == (Work.State.FAILED, 9)
    User.objects.filter(pk=admin.pk).update(role=roles.ADMINISTRATOR)
    work.go_on(work=begun, by=fresh(admin))
    work.run(pk=begun.pk)
    begun.refresh_from_db()
    assert (begun.state, begun.done, left("task")) == (Work.State.DONE, 9, 0), begun.problem
    assert not work.path_of(begun, ".ids").exists()


def test_the_pages_show_first_ask_and_offer_it_to_those_who_may(admin, client):
    client.force_login(admin)
    tasks = [gone(make("task", title=f"T{n}", owner=admin), admin) for n in range(2)]
    address = reverse("bin-purge-many")
    assert address in client.get(reverse("bin")).content.decode()
    sent = picked(*tasks).parameters
    page = client.get(address, sent).content.decode()
    assert "T1" in page and "Nothing brings back" in page and left("task") == 2
    answer = client.post(address, sent, follow=True).content.decode()
    assert left("task") == 0 and "2 records for good" in answer and "/undo" not in answer
    client.force_login(person("rep", roles.SALES_REP))
    assert address not in client.get(reverse("bin")).content.decode()
    assert client.get(address, sent).status_code == client.post(address, sent).status_code == 403
