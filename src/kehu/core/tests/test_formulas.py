"""The language of formulas: exact, typed, and without anything that could do harm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kehu.core import registry
from kehu.core.access import roles
from kehu.core.actions import custom, records
from kehu.core.custom import definitions, formula
from kehu.core.errors import Refused
from kehu.core.models import User
from kehu.core.reading import Reading

VALUES: dict[str, Any] = {
    "price": Decimal("19.99"), "count": Decimal(3), "none": None, "name": "Hsin", "day": date(2010, 3, 1), "yes": True
}  # fmt: skip
Account: Any = registry.get("account").model


@pytest.mark.parametrize("text,value", [
    ("price * count", Decimal("59.97")), ("price × count ÷ 0", None), ("1 + 2 * 3", Decimal(7)),
    ("(1 + 2) * 3", Decimal(9)),
    ("-count + 1", Decimal(-2)), ("10 - 2 - 3", Decimal(5)), ("none + 1", None),
    ("round(price / 3, 2)", Decimal("6.66")),
    ("if(count >= 3, \"many\", \"few\")", "many"), ("if(none > 1, 1, 2)", Decimal(2)), ("if(yes, 1)", Decimal(1)),
    ("days(day, day + 30)", Decimal(30)), ("day - 1", date(2010, 2, 28)), ("name & \"-\" & count", "Hsin-3"),
    ("concat(round(-0.001, 2))", "0"), ("concat(name, none, 1.50)", "Hsin1.5"), ("count = 3 and not (count > 3)", True),
    ("min(price, none, 5)", Decimal(5)),
    ("name = \"Hsin\"", True), ("first(none, name)", "Hsin"), ("empty(none)", True), ("IF(count<>3,1,0)", Decimal(0)),
    ("name + 1", None), ("name < 3", None),
])  # fmt: skip
def test_a_formula_comes_to(text, value):
    assert formula.read(text).value(lambda name: VALUES[name]) == value


@pytest.mark.parametrize("text", [
    "", "1 +", "(1", "1 2", "open(1)", "price.__class__()", "a" * 3000, "(" * 60 + "1" + ")" * 60,
    "if(1)", "'x'", "1;2",
    "-" * 3000 + "1", "not " * 400 + "yes",
])  # fmt: skip
def test_what_is_no_formula_is_refused_with_a_sentence(text):
    with pytest.raises(formula.Unreadable):
        formula.read(text)


@pytest.fixture
def boss(db: None) -> User:
    definitions.forget()
    return User.objects.create_user("boss", name="Boss", role=roles.ADMINISTRATOR)


def add(boss: User, code: str, kind: str, **more: Any) -> Any:
    return custom.add_field(
        values={"object_type": "account", "code": code, "kind": kind, "label_en": code, **more}, by=boss
    )


def shown(record: Any, path: str, user: User) -> Any:
    kind = registry.of(record)
    return Reading(kind, [record], user).value(record, path)


def test_a_formula_reckons_with_fields_and_other_formulas(boss):
    add(boss, "price", "money")
    add(boss, "count", "number")
    add(boss, "total", "formula", formula="custom.price * custom.count", result="money")
    add(boss, "taxed", "formula", formula="round(custom.total * 1.05, 2)", result="money")
    values = {"name": "A", "custom.price": Decimal("19.99"), "custom.count": Decimal(3)}
    record = records.create(Account, values, by=boss)
    assert shown(record, "custom.taxed", boss) == Decimal("62.97")
    assert shown(records.create(Account, {"name": "B"}, by=boss), "custom.taxed", boss) is None


def test_formulas_that_lead_in_a_circle_are_refused(boss):
    first = add(boss, "a", "formula", formula="1 + 1")
    add(boss, "b", "formula", formula="custom.a + 1")
    with pytest.raises(Refused, match="itself"):
        custom.change_field(record=first, values={"formula": "custom.b + 1"}, by=boss)


def test_what_a_role_may_not_read_closes_the_formula_made_of_it(boss):
    """The analyst reads no telephone numbers of leads, so no text made of them either."""
    values = {
        "object_type": "lead",
        "code": "call",
        "kind": "formula",
        "label_en": "Call",
        "formula": "concat(phone)",
        "result": "text",
    }
    custom.add_field(values=values, by=boss)
    custom.add_field(values={**values, "code": "again", "formula": "custom.call & name"}, by=boss)
    analyst = User.objects.create_user("analyst", name="A", role=roles.ANALYST)
    lead = registry.get("lead")
    assert {"custom.call", "custom.again"} <= set(lead.readable(boss))
    assert not {"custom.call", "custom.again"} & set(lead.readable(analyst))
