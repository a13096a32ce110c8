"""A long choice of records: type-ahead in forms and filters, a plain select where few are offered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kehu.core import clock
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.models import Company, User
from kehu.customers.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(db: Any) -> User:
    Company(pk=1, currency="TWD", timezone="Asia/Taipei", country="TW").save()
    clock.forget()
    return User.objects.create_user("boss", name="Boss", role=roles.GENERAL_MANAGER)


@pytest.fixture
def browser(client: Client, boss: User) -> Client:
    client.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def accounts(count: int, by: User) -> list[Account]:
    return [
        records.create(
            Account, {"name": f"測試公司{number:03}", "kind": "company", "status": "potential"}, by=by
        )
        for number in range(count)
    ]


def test_twenty_records_are_a_select_and_more_are_searched(browser: Client, boss: User) -> None:
    accounts(20, boss)
    few = browser.get("/o/account/new").content.decode()
    assert 'name="parent"' in few and "/o/account/lookup" not in few
    accounts(1, boss)
    page = browser.get("/o/account/new").content.decode()
    assert 'data-src="/o/account/lookup"' in page
    assert '<select name="parent"' in page


def test_two_chinese_characters_find_and_either_writing_does(browser: Client, boss: User) -> None:
    accounts(30, boss)
    found = records.create(Account, {"name": "和瑞汽車", "kind": "company", "status": "potential"}, by=boss)
    for words in ("汽車", "汽车", "herui"):
        results = browser.get("/o/account/lookup", {"q": words}).json()["results"]
        assert [result["id"] for result in results] == [str(found.pk)], words


def test_at_most_twenty_are_offered_and_odd_words_find_nothing(browser: Client, boss: User) -> None:
    accounts(30, boss)
    assert len(browser.get("/o/account/lookup").json()["results"]) == 20
    assert len(browser.get("/o/account/lookup", {"q": "測試"}).json()["results"]) == 20
    for words in ("'; DROP", "%", "\\", "*" * 5000, '"', "xyz"):
        assert browser.get("/o/account/lookup", {"q": words}).json() == {"results": []}, words


def test_a_record_beyond_the_first_ones_is_kept_by_the_form_and_by_the_filter(
    browser: Client, boss: User
) -> None:
    last = accounts(70, boss)[0]
    assert (
        f'<option value="{last.pk}" selected>'
        in browser.get(f"/o/contact/new?account={last.pk}").content.decode()
    )
    page = browser.get(f"/o/contact?account={last.pk}").content.decode()
    assert "測試公司000" in page


def test_records_of_one_name_are_told_apart(browser: Client, boss: User) -> None:
    for city in ("a", "b"):
        values = {
            "name": "同名公司",
            "kind": "company",
            "status": "potential",
            "website": f"https://{city}.example",
        }
        records.create(Account, values, by=boss)
    results = browser.get("/o/account/lookup", {"q": "同名"}).json()["results"]
    assert {result["text"] for result in results} == {"同名公司"}
    assert all(result["note"] for result in results)


def test_an_object_that_there_is_not_answers_404(browser: Client) -> None:
    assert browser.get("/o/nothing/lookup").status_code == 404
    assert browser.post("/o/account/lookup").status_code == 405
