"""The timeline: many sources in one order, page by page, none twice and none left out, in a fixed number of queries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kehu.core import clock, registry, timeline
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.models import User
from kehu.core.tests.company import make, person
from kehu.core.timeline import reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


@pytest.fixture
def account(admin: User) -> Any:
    return make("account", name="A", owner=admin)


def note(about: Any, text: str, author: User, at: datetime | None = None) -> Any:
    kind = registry.of(about)
    found = registry.get("note").model(text=text, author=author, object_type=kind.key, object_id=about.pk)
    found.created_at = at or clock.now()
    return make_saved(found)


def make_saved(record: Any) -> Any:
    from kehu.core import changes

    changes.save(record, by=None)
    return record


def order(account: Any, day: date, number: str) -> Any:
    return make("order", account=account, ordered_on=day, number=number, amount=5, currency="USD")


def texts(entry: Any) -> str:
    return " ".join([entry.what, entry.title, *(cell.text for _label, cell in entry.facts)])


def all_pages(record: Any, user: User, chip: str = "") -> list[Any]:
    found, after = [], ""
    while True:
        page = timeline.of_record(record, user, chip=chip, after=after)
        found += page.entries
        if not page.more_url:
            return found
        after = reading.text_of_place(page.entries[-1].place).replace("%2B", "+")


def test_changes_notes_and_money_stand_in_one_order(admin, account):
    today = clock.now()
    order(account, (today - timedelta(days=3)).date(), "N3")
    note(account, "four days ago", admin, today - timedelta(days=4))
    note(account, "two days ago", admin, today - timedelta(days=2))
    records.edit(record=account, values={"industry": "Steel"}, by=admin)
    told = [texts(entry) for entry in timeline.of_record(account, admin).entries]
    assert told[0].startswith("edited")
    rest = [text for text in told if "ago" in text or ("N3" in text and "Ordered" in text)]
    assert [("two" in t, "N3" in t, "four" in t) for t in rest] == [
        (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip


def test_no_entry_is_left_out_or_comes_twice_even_at_the_same_moment(admin, account, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 3)
    midnight = datetime(2010, 3, 2, tzinfo=clock.zone())
    for number in range(4):
        note(account, f"note {number}", admin, midnight)
        order(account, midnight.date(), f"N{number}")
        order(account, midnight.date() - timedelta(days=1), f"E{number}")
        note(account, f"noon {number}", admin, midnight - timedelta(hours=12))
    pages = all_pages(account, admin)
    places = [entry.place for entry in pages]
    assert len(places) == len(set(places))
    assert places == sorted(places, reverse=True)
    told = " ".join(texts(entry) for entry in pages if entry.key != reading.CHANGES)
    for number in range(4):
        for word in (f"note {number}", f"noon {number}", f"N{number}", f"E{number}"):
            assert word in told


def test_a_chip_shows_one_kind(admin, account):
    note(account, "hello", admin)
    order(account, date(2010, 3, 2), "N1")
    assert {entry.key for entry in all_pages(account, admin, "money")} == {"order.ordered_on"}
    assert {entry.key for entry in all_pages(account, admin, "changes")} == {"changes"}
    labels = [str(chip["label"]) for chip in timeline.of_record(account, admin).chips]
    assert labels[:2] == ["Everything", "Changes"]
    assert "Money" in labels
    assert all_pages(account, admin, "nonsense") == []


def test_an_account_tells_of_its_contacts_too(admin, account):
    contact = make("contact", name="Lin", account=account)
    note(contact, "called Lin", admin)
    records.edit(record=contact, values={"title": "Head"}, by=admin)
    told = [texts(entry) for entry in timeline.of_record(account, admin).entries]
    assert any("called Lin" in text for text in told)
    assert any(text.startswith("edited Lin") for text in told)


def test_nothing_of_what_the_user_may_not_see(admin):
    rep = person("rep", roles.SALES_REP)
    account = make("account", name="A", owner=rep)
    hidden = make("contact", name="Hidden Person", account=account, owner=admin)
    note(account, "a note of the administrator", admin)
    note(hidden, "about the hidden", rep)
    order(account, date(2010, 3, 2), "HIDDEN-1")
    told = " ".join(texts(entry) for entry in all_pages(account, rep))
    assert "Hidden" not in told
    assert "hidden" not in told
    assert "HIDDEN-1" not in told
    assert "administrator" not in told


def test_a_masked_value_stays_masked(admin, account):
    analyst = person("ann", roles.ANALYST)
    records.edit(record=account, values={"phone": "+886223456789"}, by=admin)
    entry = timeline.of_record(account, analyst).entries[0]
    assert entry.changes[0].after.endswith("789")
    assert "8862" not in entry.changes[0].after


def test_the_number_of_queries_does_not_grow_with_the_rows(admin, account):
    rep = person("rep", roles.SALES_REP)
    account.owner = rep
    make_saved(account)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            timeline.of_record(account, User.objects.get(pk=rep.pk))
        return len(found)

    note(account, "one", rep)
    order(account, date(2010, 3, 2), "N0")
    few = asked()
    for number in range(1, 15):
        note(account, f"n{number}", rep)
        order(account, date(2010, 3, 2), f"N{number}")
        make("contact", name=f"C{number}", account=account, owner=rep)
    assert asked() <= few + 3  # references of more object types are looked up
    assert asked() < 40


def test_any_address_is_answered(admin, account, client):
    client.force_login(admin)
    here = reverse("record", args=["account", account.pk])
    for strange in (
        "x",
        "~~",
        "2010-03-02T00:00:00~x~1",
        "9999-99-99~x~1",
        "2010-03-02T00:00:00+00:00~x~" + "9" * 99,
    ):
        answer = client.get(here, {"timeline": strange, "show": "?"}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
