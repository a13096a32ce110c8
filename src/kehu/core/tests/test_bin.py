"""The recycle bin: restored with what went together, searched by what may be read, emptied for good with a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse

from kehu.core import changes, clock, recycled
from kehu.core.access import roles
from kehu.core.actions import bin, files, following, records, tags
from kehu.core.errors import Conflict, Forbidden
from kehu.core.models import Change, File, Follow, Tagging, User
from kehu.core.tests.company import fresh, last_change, make, person, saved, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


def gone(record: Any, by: User, batch: Any = None) -> Any:
    records.delete(record=record, by=by, batch=batch)
    return fresh(record)


def listed(user: User, **narrowed: Any) -> list[str]:
    return [str(found.record) for found in recycled.page(user, **narrowed)[0]]


def test_each_sees_what_the_own_right_to_delete_reaches(admin):
    rep = person("rep", roles.SALES_REP)
    mine, other = make("task", title="Mine", owner=rep), make("task", title="Other", owner=admin)
    account = make("account", name="Account", owner=rep)
    for record in (mine, other, account):
        gone(record, admin)
    assert listed(admin) == ["Account", "Other", "Mine"]
    assert listed(rep) == ["Mine"]
    assert listed(admin, only="task") == ["Other", "Mine"]
    assert listed(admin, text="oth") == ["Other"]


def test_the_search_finds_nothing_by_what_may_not_be_read(admin):
    analyst = person("ann", roles.ANALYST)
    gone(make("contact", name="Lin", phone="+886912345678", owner=admin), admin)
    assert listed(admin, text="12345678") == ["Lin"]
    assert listed(analyst, text="12345678") == []


def test_pages_go_on_where_they_ended(admin, monkeypatch):
    monkeypatch.setattr(recycled, "PAGE", 2)
    for number in range(5):
        gone(make("task", title=f"T{number}", owner=admin), admin)
    found, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page, after = recycled.page(admin, after=after)
        found += [str(item.record) for item in page]
        pages += 1
    assert (found, pages) == (["T4", "T3", "T2", "T1", "T0"], 3)


def test_what_went_together_comes_back_together(admin):
    north, south, alone = team("North"), team("South"), team("Alone")
    with changes.batch("delete", by=admin, label="two teams") as batch:
        gone(north, admin, batch)
        gone(south, admin, batch)
    gone(alone, admin)
    assert {str(g.record): g.together for g in recycled.page(admin)[0]} == {
        "North": True, "South": True, "Alone": False,
    }  # fmt: skip
    assert bin.restore(record=fresh(north), by=admin, together=True) == 2
    assert listed(admin) == ["Alone"]
    assert bin.restore(record=fresh(alone), by=admin, together=True) == 1


def test_the_end_takes_the_values_and_leaves_a_trace(admin):
    north = team("Secret name")
    tags.put_on(record=north, names=["t"], by=admin)
    following.follow(record=north, by=admin)
    file = files.add(record=north, name="a.txt", content=ContentFile(b"x"), by=admin)
    north = gone(north, admin)
    pk = north.pk
    bin.purge(record=north, by=admin)
    assert not type(north).everything.filter(pk=pk).exists()
    assert not Tagging.objects.exists()
    assert not Follow.objects.exists()
    assert not File.everything.exists()
    log = Change.objects.filter(object_type="team", object_id=pk).order_by("id")
    assert "Secret" not in str([(change.before, change.after) for change in log])
    assert (log.last().verb, log.last().actor, log.last().after) == ("purge", admin, None)
    with pytest.raises(Conflict, match="gone for good"):
        changes.undo_change(change=log.filter(verb="delete").get(), by=admin)
    assert default_storage.exists(file.stored)  # until the transaction commits


@pytest.mark.django_db(transaction=True)
def test_the_content_of_its_files_goes_when_that_is_sure(admin):
    north = team("North")
    file = files.add(record=north, name="a.txt", content=ContentFile(b"x"), by=admin)
    bin.purge(record=gone(north, admin), by=admin)
    assert not default_storage.exists(file.stored)


def test_not_everybody_deletes_for_good_and_not_what_is_alive(admin):
    rep = person("rep", roles.SALES_REP)
    task = make("task", title="T", owner=rep)
    with pytest.raises(Conflict, match="recycle bin"):
        bin.purge(record=task, by=admin)
    with pytest.raises(Forbidden, match="administrator"):
        bin.purge(record=gone(task, rep), by=rep)
    privacy = person("privacy", roles.PRIVACY_MANAGER)
    account = gone(make("account", name="A", owner=rep), admin)
    bin.purge(record=account, by=privacy)
    assert not type(account).everything.filter(pk=account.pk).exists()


def test_what_others_refer_to_stays(admin):
    account = make("account", name="A")
    contact = gone(make("contact", name="C", account=account), admin)
    account = gone(account, admin)
    with pytest.raises(Conflict, match="Contacts"):
        bin.purge(record=account, by=admin)
    bin.purge(record=contact, by=admin)
    bin.purge(record=account, by=admin)


def test_old_things_go_by_themselves_in_chunks_and_young_ones_stay(admin, monkeypatch):
    monkeypatch.setattr(bin, "CHUNK", 2)
    account = make("account", name="A")
    held = make("contact", name="Held", account=account)
    old = [account, *(make("task", title=f"T{n}", owner=admin) for n in range(5))]
    for record in old:
        record.deleted_at = clock.now() - timedelta(days=91)
        saved(record, admin)
    held.deleted_at = clock.now() - timedelta(days=89)
    saved(held, admin)
    assert bin.purge_old(days=90) == 5
    assert set(listed(admin)) == {"A", "Held"}
    assert bin.purge_old(days=88) == 1  # the contact; its account had its turn already
    assert bin.purge_old(days=88) == 1
    assert last_change(account).actor is None


def test_the_pages_do_the_same(admin, client):
    client.force_login(admin)
    north, south = gone(team("North"), admin), gone(team("South"), admin)
    page = client.get(reverse("bin") + "?kind=team&q=o").content.decode()
    assert "North" in page
    assert "South" in page
    client.post(reverse("bin-restore", args=["team", north.pk]))
    assert fresh(north).deleted_at is None
    client.post(reverse("bin-purge", args=["team", south.pk]))
    assert not type(south).everything.filter(pk=south.pk).exists()
    for strange in ("?after=x", "?after=2010-01-01T00:00:00~team~9", "?kind=nothing&q=%00", "?after=9~9~9"):
        assert client.get(reverse("bin") + strange).status_code == 200


def test_deleted_rows_are_found_by_an_index_of_their_own():
    for sql in recycled.indexes():
        table = sql.split('"')[3]
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        assert f"bin_of_{table}"[:60] in found, table
