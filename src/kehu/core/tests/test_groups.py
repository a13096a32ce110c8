"""Groups by tag, by what administrators add, and their totals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kehu.core import grouping, registry
from kehu.core.actions import custom, records, tags
from kehu.core.models import Tag, User

Account: Any = registry.get("account").model
pytestmark = pytest.mark.django_db


def add(boss: User, code: str, kind: str, **more: Any) -> None:
    values = {"object_type": "account", "code": code, "kind": kind, "label_en": code, **more}
    custom.add_field(values=values, by=boss)


def account(boss: User, name: str, *names: str, **values: Any) -> Any:
    made = records.create(Account, {"name": name, **{f"custom.{k}": v for k, v in values.items()}}, by=boss)
    if names:
        tags.put_on(record=made, names=list(names), by=boss)
    return made


def groups(page: Client, query: str) -> tuple[list[tuple[str, int, tuple[Any, ...]]], tuple[Any, ...]]:
    found = page.get(f"/o/account?{query}").context["page"]["grouped"]
    return [(g.label, g.count, g.totals) for g in found.groups], found.whole


def test_a_record_is_in_the_group_of_each_of_its_tags_and_once_in_the_total(boss: User, page: Client) -> None:
    add(boss, "worth", "money")
    both = account(boss, "A", "Gold", "Fair", worth=Decimal(10))
    account(boss, "B", "Gold", worth=Decimal(5))
    account(boss, "C", worth=Decimal("0.5"))
    rows, whole = groups(page, "group=tags")
    assert rows == [
        ("Fair", 1, (Decimal(10),)), ("Gold", 2, (Decimal(15),)), ("(blank)", 1, (Decimal("0.5"),))
    ]  # fmt: skip
    assert whole == (3, Decimal("15.5"))
    shown = page.get("/o/account?group=tags")
    assert "counts it once" in shown.content.decode() and "All records" in shown.content.decode()
    url = shown.context["page"]["groups"][0]["list_url"]
    assert [row["id"] for row in page.get(url).context["page"]["rows"]] == [both.pk]
    assert page.get("/o/account/chart?group=tags").status_code == 200
    tags.take_off(record=both, tag=Tag.objects.get(name="Fair"), by=boss)
    assert [row[0] for row in groups(page, "group=tags")[0]] == ["Gold", "(blank)"]


def test_too_many_are_counted_by_tag_and_not_added_up(boss: User, page: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(grouping, "MOST_SUMMED", 1)
    account(boss, "A", "Gold", "Fair")
    account(boss, "B", "Gold")
    rows, whole = groups(page, "group=tags")
    assert rows == [("Fair", 1, ()), ("Gold", 2, ())] and whole is None


def test_more_groups_than_are_shown_say_what_to_do_and_the_total_counts_all(
    boss: User, page: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(grouping, "MOST_GROUPS", 1)
    account(boss, "A", "Gold")
    account(boss, "B", "Fair")
    rows, whole = groups(page, "group=tags")
    assert len(rows) == 1 and whole is not None and whole[0] == 2
    assert "Only the first 1 groups" in page.get("/o/account?group=tags").content.decode()


def test_formulas_make_groups_and_totals(boss: User, page: Client) -> None:
    add(boss, "n", "number")
    add(boss, "since", "date")
    add(boss, "big", "formula", formula="custom.n > 5", result="yesno")
    add(boss, "cost", "formula", formula="custom.n * 1.5", result="money")
    add(boss, "until", "formula", formula="custom.since + 31", result="date")
    account(boss, "A", n=Decimal(3), since="2010-01-15")
    account(boss, "B", n=Decimal(8), since="2010-02-10")
    account(boss, "C", n=Decimal(9), since="2010-02-11")
    rows, whole = groups(page, "group=custom.big")
    assert [(label, count) for label, count, _t in rows] == [("no", 1), ("yes", 2)]
    measures = page.get("/o/account?group=custom.big").context["page"]["grouped"].measures
    at = [one.code for one in measures].index("sum:custom.cost")
    assert [row[2][at] for row in rows] == [Decimal("4.5"), Decimal("25.5")]
    assert whole is not None and whole[at + 1] == Decimal(30)
    assert [row[:2] for row in groups(page, "group=custom.since:month")[0]] == [
        ("2010-01", 1),
        ("2010-02", 2),
    ]
    assert [row[:2] for row in groups(page, "group=custom.until:year")[0]] == [("2010", 3)]
