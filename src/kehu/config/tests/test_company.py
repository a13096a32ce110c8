"""The company's habits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kehu.catalog.models import Product
from kehu.config.cli import main
from kehu.core.access import roles
from kehu.core.actions import people, records
from kehu.core.actions.company import set_company
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Company, User

pytestmark = pytest.mark.django_db


def test_the_command_line_sets_and_shows_the_company(capsys: Any) -> None:
    assert main(["company", "set", "--currency", "brl", "--timezone", "America/Sao_Paulo", "--json"]) == 0
    assert main(["company", "set", "--first-weekday", "tuesday", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer == {
        "name": "Kehu", "currency": "BRL", "timezone": "America/Sao_Paulo", "country": "US",
        "first_weekday": "tuesday",
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
