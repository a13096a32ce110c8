"""The company's habits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from kehu.catalog.models import Product
from kehu.config.cli import main
from kehu.core.access import roles
from kehu.core.actions import people, records
from kehu.core.actions.company import set_company
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Change, Company, User

pytestmark = pytest.mark.django_db


def test_the_command_line_sets_and_shows_the_company(capsys: Any) -> None:
    assert main(["company", "set", "--currency", "brl", "--timezone", "America/Sao_Paulo", "--json"]) == 0
    assert main(["company", "set", "--first-weekday", "tuesday", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer == {
        "name": "Kehu", "currency": "BRL", "timezone": "America/Sao_Paulo", "country": "US",
        "duplicate_search": "nightly", "first_weekday": "tuesday",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("habit", "value"),
    [
        ("currency", "R$"),
        ("timezone", "Brasilia"),
        ("timezone", "../etc"),
        ("country", "Brazil"),
        ("name", " "),
        ("first_weekday", 7),
    ],
)
def test_a_habit_that_makes_no_sense_is_refused(habit: str, value: Any) -> None:
    with pytest.raises(Refused):
        set_company(values={habit: value}, by=None)
    assert not Company.objects.exists()


def test_the_currency_stays_where_amounts_are_stored_in_it() -> None:
    admin = people.create_user(
        values={"username": "ada", "name": "Ada", "role": roles.ADMINISTRATOR}, by=None
    )
    records.create(Product, {"code": "car", "name": "Car", "list_price": 5}, by=admin)
    with pytest.raises(Conflict, match="amounts in USD"):
        set_company(values={"currency": "BRL"}, by=admin)
    set_company(values={"currency": "USD", "country": "br"}, by=admin)
    assert Company.current().country == "BR"


def test_only_an_administrator_sets_up_the_company() -> None:
    seller = people.create_user(values={"username": "bo", "name": "Bo", "role": roles.SALES_REP}, by=None)
    with pytest.raises(Forbidden):
        set_company(values={"name": "Bo & Sons"}, by=seller)


def test_a_first_administrator_is_added_once(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("KEHU_PASSWORD", "a sufficiently long one")
    for username in ("first", "second"):
        assert main(["user", "add", username, "--role", "administrator", "--if-none", "--json"]) == 0
    assert [json.loads(line)["username"] for line in capsys.readouterr().out.splitlines()] == ["first"] * 2
    assert [user.username for user in User.objects.all()] == ["first"]


def test_who_changed_a_habit_is_kept_with_before_and_after(capsys: Any) -> None:
    admin = people.create_user(
        values={"username": "ada", "name": "Ada", "role": roles.ADMINISTRATOR}, by=None
    )
    set_company(values={"name": "Olist", "country": "us"}, by=admin)
    set_company(values={"name": "Olist"}, by=admin)
    change = Change.objects.get(object_type="company")
    assert (change.actor, change.before, change.after) == (admin, {"name": "Kehu"}, {"name": "Olist"})
    assert main(["company", "history", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["by"] == "ada"
    with pytest.raises(Refused):
        set_company(values={"name": "Other", "country": "nowhere"}, by=admin)
    assert (Company.current().name, Change.objects.filter(object_type="company").count()) == ("Olist", 1)


def test_administrators_see_and_set_the_company_on_a_page(client: Client) -> None:
    admin = people.create_user(
        values={"username": "ada", "name": "Ada", "role": roles.ADMINISTRATOR}, by=None
    )
    client.force_login(admin)
    values = {
        "name": "客戶",
        "country": "TW",
        "currency": "TWD",
        "timezone": "Asia/Taipei",
        "first_weekday": 1,
        "duplicate_search": "weekly",
    }
    assert client.post("/company", values).status_code == 302
    page = client.get("/company").content.decode()
    assert "Ada" in page and "<del>UTC</del>" in page and "<ins>Tuesday</ins>" in page
    refused = client.post("/company", {**values, "currency": "NT$"})
    assert (refused.status_code, "is no currency" in refused.content.decode()) == (422, True)
    assert client.post("/company", {**values, "timezone": "../etc"}).status_code == 422
    assert client.get("/company?history=99999999999999999999999").status_code == 200


@pytest.mark.parametrize("role", [role for role in roles.ALL if role != roles.ADMINISTRATOR])
def test_the_page_is_not_there_for_any_other_role(client: Client, role: str) -> None:
    client.force_login(people.create_user(values={"username": "bo", "name": "Bo", "role": role}, by=None))
    assert [client.get("/company").status_code, client.post("/company", {"name": "Bo"}).status_code] == [
        404
    ] * 2
    assert "/company" not in client.get("/o/region").content.decode()
