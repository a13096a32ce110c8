"""Filters by roll-ups count for each reader what that reader may see; orders by formulas walk an index."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kehu.core import changes, filters, registry
from kehu.core.access import roles
from kehu.core.actions import custom, records
from kehu.core.custom import definitions, indexes
from kehu.core.errors import Refused
from kehu.core.models import CustomField, User
from kehu.core.reading import Reading

Account: Any = registry.get("account").model
pytestmark = pytest.mark.django_db


def add(boss: User, code: str, kind: str, object_type: str = "account", **more: Any) -> CustomField:
    values = {"object_type": object_type, "code": code, "kind": kind, "label_en": code, **more}
    return custom.add_field(values=values, by=boss)


def found(user: User, path: str, op: str, value: Any = None) -> set[str]:
    condition = filters.leaf(registry.get("account"), user, path, op, value)
    return {one.name for one in Account.objects.visible_to(user).filter(condition.q())}


def visits(boss: User, *, indexed: bool = True) -> Any:
    """Visits of accounts, which only their owners see."""
    values = {"key": "x_visit", "label_en": "Visit", "access": "owner", "adders": [roles.SALES_REP]}
    custom.add_object(values=values, by=boss)
    add(boss, "client", "reference", "x_visit", target="account", indexed=indexed)
    for code, kind in (("cost", "money"), ("hours", "number"), ("held", "date")):
        add(boss, code, kind, "x_visit")
    return registry.get("x_visit").model


def roll_up(boss: User, code: str, function: str = "count", summed: str = "", condition: str = "") -> None:
    add(
        boss,
        code,
        "roll_up",
        related="x_visit.custom.client",
        function=function,
        summed=summed,
        condition=condition,
    )


def test_a_roll_up_counts_for_each_reader_what_that_one_sees(boss: User) -> None:
    visit = visits(boss)
    roll_up(boss, "visits")
    roll_up(boss, "costs", "sum", "custom.cost")
    roll_up(boss, "mean", "avg", "custom.cost", "custom.hours >= 1")
    roll_up(boss, "hours", "max", "custom.hours")
    roll_up(boss, "first_held", "min", "custom.held")
    add(boss, "each", "formula", formula="custom.costs / custom.visits", result="money")
    rep = User.objects.create_user("rep", name="Rep", role=roles.SALES_REP)
    one, two = (records.create(Account, {"name": name, "owner": rep}, by=boss) for name in ("A", "B"))
    for owner, account, cost, hours in ((rep, one, "10", 1), (boss, one, "5.55", 2), (boss, two, "7", 3)):
        values = {"title": "V", "owner": owner, "custom.client": account, "custom.cost": Decimal(cost)}
        records.create(
            visit,
            {**values, "custom.hours": Decimal(hours), "custom.held": "2010-05-0" + str(hours)},
            by=boss,
        )
    assert found(boss, "custom.visits", "eq", 2) == {"A"} and found(rep, "custom.visits", "eq", 2) == set()
    assert found(rep, "custom.visits", "eq", 1) == {"A"} and found(rep, "custom.visits", "eq", 0) == {"B"}
    assert found(boss, "custom.costs", "eq", "15.55") == {"A"} and found(rep, "custom.costs", "eq", 10) == {
        "A"
    }
    assert found(rep, "custom.costs", "empty") == {"B"} and found(rep, "custom.costs", "ne", 10) == {"B"}
    assert found(boss, "custom.mean", "eq", "7.775") == {"A"}
    assert found(boss, "custom.hours", "gt", 2) == {"B"} and found(rep, "custom.hours", "gte", 0) == {"A"}
    assert found(boss, "custom.first_held", "lt", "2010-05-02") == {"A"}
    assert found(boss, "custom.each", "eq", "7.775") == {"A"} and found(rep, "custom.each", "eq", 10) == {"A"}
    for user in (boss, rep):  # the filter says what the page says
        reading = Reading(registry.get("account"), [one, two], user)
        for code in ("visits", "costs", "mean", "hours", "first_held", "each"):
            for account in (one, two):
                value = reading.value(account, f"custom.{code}")
                op = ("empty",) if value is None else ("eq", str(value))
                assert account.name in found(user, f"custom.{code}", *op), (user, code, value)


def test_a_roll_up_over_a_reference_without_index_says_why_no_filter_asks(boss: User) -> None:
    visits(boss, indexed=False)
    roll_up(boss, "visits")
    field: Any = registry.get("account").field("custom.visits")
    assert "index" in str(field.reason)
    with pytest.raises(Refused):
        found(boss, "custom.visits", "eq", 1)
    custom.change_field(record=CustomField.objects.get(code="client"), values={"indexed": True}, by=boss)
    assert found(boss, "custom.visits", "eq", 1) == set()


def test_who_may_not_see_what_is_rolled_up_has_no_such_filter(boss: User) -> None:
    visits(boss)
    roll_up(boss, "visits")
    analyst = User.objects.create_user("an", name="An", role=roles.ANALYST)
    lead = {"object_type": "lead", "code": "call", "kind": "formula", "label_en": "Call", "result": "text"}
    custom.add_field(values={**lead, "formula": "concat(phone)"}, by=boss)
    with pytest.raises(Refused, match="no field"):
        filters.leaf(registry.get("lead"), analyst, "custom.call", "eq", "1")
    assert filters.leaf(registry.get("lead"), boss, "custom.call", "eq", "1")


@pytest.mark.parametrize(
    "text,result", [("custom.n * 2", "number"), ('if(custom.n > 3, "b%", "a\'")', "text")]
)
def test_lists_are_sorted_by_a_formula_along_its_index(
    transactional_db: None, text: str, result: str
) -> None:
    definitions.forget()
    boss = User.objects.create_user("boss", name="Boss", role=roles.ADMINISTRATOR)
    add(boss, "n", "number")
    field = add(boss, "twice", "formula", formula=text, result=result, indexed=True)
    made = [Account(name=f"A{n}", custom={"n": n % 7 / 2} if n % 8 else {}) for n in range(120)]
    changes.insert_many(Account, made, by=boss, batch=None)
    indexes.build(pk=field.pk)
    page = Client(headers={"accept-language": "en"})
    page.force_login(boss)
    for sort in ("custom.twice", "-custom.twice"):
        seen, url = [], f"?sort={sort}"
        while url:
            context = page.get(f"/o/account{url}").context["page"]
            seen += [row["id"] for row in context["rows"]]
            url = context["next_url"]
        reading = Reading(registry.get("account"), list(Account.objects.all()), boss)
        value = {one.pk: reading.value(one, "custom.twice") for one in reading.records}
        shown = [value[pk] for pk in seen]
        filled = [one for one in shown if one is not None]
        assert len(set(seen)) == 120 and filled == sorted(filled, reverse=sort[0] == "-")
        assert shown[len(filled) :] == [None] * (120 - len(filled))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE customers_account")
            cursor.execute("SET enable_seqscan = off")
        asked = (
            Account.objects.filter(custom__twice__isnull=False).order_by("custom__twice", "id")[:50].explain()
        )
        assert indexes.name_of(field) in asked, asked
        kind = registry.get("account")
        value_of = {"number": 4, "text": "b%"}[result]
        one = filters.leaf(kind, boss, "custom.twice", "eq", value_of)
        assert indexes.name_of(field) in Account.objects.filter(one.q()).explain()
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")
    custom.change_field(record=field, values={"formula": text.replace("n", "n", 1)}, by=boss)


def test_an_index_that_cannot_be_kept_is_refused_with_its_reason(boss: User) -> None:
    add(boss, "due", "date")
    visits(boss)
    roll_up(boss, "visits")
    for text in ("days(custom.due, today())", "custom.visits + 1"):
        with pytest.raises(Refused) as refusal:
            add(boss, "late", "formula", formula=text, indexed=True)
        assert "indexed" in refusal.value.fields
