"""Notes name people: whoever is named may read the note and is told, if the record is there for them at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from kehu.activities.models import Mention, Note
from kehu.core import access, notices
from kehu.core.access import roles
from kehu.core.actions import bin, records
from kehu.core.models import User
from kehu.customers.models import Account

# A reader on PostgreSQL sees only what has been committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(transactional_db: Any) -> User:
    notices.tell()
    return User.objects.create_user("admin", name="admin", role=roles.ADMINISTRATOR)


@pytest.fixture
def rep(transactional_db: Any) -> User:
    return User.objects.create_user("rep", name="Rep", role=roles.SALES_REP)


def written(text: str, about: Account, by: User) -> Note:
    return records.create(Note, {"text": text, "object_type": "account", "object_id": about.pk}, by=by)


def test_who_is_named_reads_the_note_and_is_told(admin: User, rep: User) -> None:
    account = records.create(Account, {"name": "A", "owner": rep}, by=admin)
    silent = written("for nobody", account, admin)
    note = written("please call, @rep", account, admin)
    assert not access.can(rep, "view", silent)
    assert access.can(rep, "view", note)
    notices.tell()
    (told,) = notices.of_user(rep)[0]
    assert (told.kind, told.title, told.text) == ("mentioned", "A", "please call, @rep")


def test_nobody_is_named_about_a_record_that_is_hidden_from_them(admin: User, rep: User) -> None:
    account = records.create(Account, {"name": "A", "owner": admin}, by=admin)
    note = written("do not tell @rep", account, admin)
    assert not Mention.objects.exists()
    assert not access.can(rep, "view", note)
    notices.tell()
    assert notices.of_user(rep)[0] == []


def test_an_edit_tells_only_who_was_not_named_before(admin: User, rep: User) -> None:
    account = records.create(Account, {"name": "A", "owner": rep}, by=admin)
    note = written("@rep", account, admin)
    records.edit(record=note, values={"text": "@rep again, and @admin"}, by=admin)
    notices.tell()
    assert len(notices.of_user(rep)[0]) == 1
    assert notices.of_user(admin)[0] == []  # nobody is told of the own
    records.edit(record=note, values={"text": "no names"}, by=admin)
    assert not access.can(rep, "view", note)


def test_the_form_offers_names(admin: User, client: Any) -> None:
    client.force_login(admin)
    page = client.get(
        reverse("record-new", args=["note"]) + "?object_type=account&object_id=1"
    ).content.decode()
    assert f'data-mentions="{reverse("mentions")}"' in page


def test_notes_about_what_is_deleted_for_good_go_too(admin: User) -> None:
    account = records.create(Account, {"name": "A"}, by=admin)
    written("secret of A", account, admin)
    records.delete(record=account, by=admin)
    bin.purge(record=Account.everything.get(pk=account.pk), by=admin)
    assert not Note.everything.exists()
