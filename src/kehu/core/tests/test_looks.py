"""The looks of a list: sorting by what an index carries, editing conditions, groups with totals, calendar, board."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core import filters, grouping, registry, sorting, steering
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Any:
    return person("boss")


@pytest.fixture
def browser(client: Client, boss: Any) -> Client:
    client.force_login(boss, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def stage_of(code: str) -> Any:
    pipeline = registry.get("pipeline").model.objects.first() or make("pipeline", code="p", name="p")
    return make("stage", pipeline=pipeline, code=code, name=code)


@pytest.fixture
def deals() -> list[Any]:
    first, second = stage_of("a"), stage_of("b")
    given = ((first, 100, date(2010, 6, 1)), (first, 50, date(2010, 6, 30)), (second, None, date(2010, 7, 1)))
    return [
        make(
            "opportunity", number=str(n), title=f"deal {n}", stage=stage, amount=amount, expected_close_on=day
        )
        for n, (stage, amount, day) in enumerate(given)
    ]


def test_every_order_that_is_offered_is_carried_by_an_index(boss: Any) -> None:
    for kind in registry.all():
        for path in sorting.offered(kind, boss):
            assert kind.few or sorting.is_indexed(kind, path), (kind.key, path)
    offered = sorting.offered(registry.get("lead"), boss)
    assert {
        "name",
        "stage",
        "score",
        "channel",
        "campaign",
        "region",
        "owner",
        "captured_at",
        "qualified_at",
    } <= {*offered}
    assert "landing_page" not in offered


def test_stages_are_sorted_as_they_follow_each_other_not_by_their_code(browser: Client) -> None:
    for name, stage in (("c", "customer"), ("p", "potential"), ("q", "qualified"), ("n", "new")):
        make("lead", name=name, number=name, stage=stage)
    for sort, expected in (("stage", "npqc"), ("-stage", "cqpn")):
        body = browser.get(f"{reverse('list', args=['lead'])}?sort={sort}").context["page"]["body"]
        assert sorted(expected, key=lambda name: body.index(f">{name}</a>")) == list(expected)


def test_conditions_in_a_case_select_the_same_records(boss: Any, deals: list[Any]) -> None:
    kind = registry.get("opportunity")
    asked = filters.parse(kind, boss, '{"not":{"field":"amount","op":"gte","value":60}}')
    plain, opaque = (kind.model.objects.filter(one) for one in (asked.q(), steering.opaque(asked.q())))
    assert set(plain) == set(opaque) == set(deals[1:])


def form(*parts: tuple[str, str, str], join: str = "and", do: str = "apply") -> dict[str, str]:
    found = {"join_0": join, "do": do}
    for place, (path, op, value) in enumerate(parts):
        found |= {f"field_0-{place}": path, f"op_0-{place}": op, f"value_0-{place}": value}
    return found


def test_the_editor_leads_to_the_list_with_what_was_built(browser: Client, deals: list[Any]) -> None:
    editor = reverse("list-filter", args=["opportunity"])
    start = browser.get(f"{editor}?amount-from=1&sort=-amount&q=deal").content.decode()
    assert 'value="amount" selected' not in start and "sort=-amount" in start
    answer = browser.get(editor, form(("amount", "gte", "60"), ("title", "contains", "deal"), join="none"))
    where = parse_qs(urlsplit(answer.url).query)["where"][0]
    assert where == (
        '{"and":[{"not":{"or":[{"field":"amount","op":"gte","value":60},'
        '{"field":"title","op":"contains","value":"deal"}]}}]}'
    ) or where.startswith('{"not":{"or":')
    assert browser.get(answer.url).context["page"]["count"] == 0


def test_the_editor_grows_shrinks_and_says_what_is_wrong_beside_it(browser: Client) -> None:
    editor = reverse("list-filter", args=["opportunity"])
    grown = browser.get(editor, form(("title", "contains", "x"), do="group:0")).content.decode()
    assert 'name="join_0-1"' in grown and 'name="field_0-1-0"' in grown
    shrunk = browser.get(editor, form(("title", "contains", "x"), ("amount", "gte", "1"), do="remove:0-0"))
    assert "title" not in dict(shrunk.context["group"]["parts"][0])["path"]
    wrong = browser.get(editor, form(("amount", "gte", "many"))).content.decode()
    assert "is compared with a number, not with “many”" in wrong
    for hostile in (
        {"join_0": "x", "do": "remove:0"},
        {"join_0": "and", "do": "remove:"},
        {"join_0": "and", "field_0-0": "title", "was_0-0": "nothing.at.all", "value_0-0": "x"},
        {"join_0": "and", "field_0-1-2-3": "title", "do": "add:9"},
    ):
        assert browser.get(editor, hostile).status_code == 200


def test_groups_have_totals_and_lead_to_their_records(browser: Client, boss: Any, deals: list[Any]) -> None:
    address = reverse("list", args=["opportunity"])
    page = browser.get(f"{address}?group=stage").context["page"]
    assert [(g.label, g.count, g.totals[0]) for g in page["grouped"].groups] == [
        ("a", 2, Decimal(150)),
        ("b", 1, None),
    ]
    rows = browser.get(page["groups"][0]["rows_url"]).content.decode()
    assert "deal 0" in rows and "deal 1" in rows and "deal 2" not in rows
    months = browser.get(f"{address}?group=expected_close_on:month").context["page"]["grouped"].groups
    assert [(group.label, group.count) for group in months] == [("2010-06", 2), ("2010-07", 1)]
    listed = browser.get(
        browser.get(f"{address}?group=expected_close_on:month").context["page"]["groups"][1]["list_url"]
    )
    assert listed.context["page"]["count"] == 1
    assert browser.get(f"{address}?group=nonsense").context["page"]["count"] == 3


def test_groups_chart_and_board_follow_the_pipeline_not_the_alphabet(
    browser: Client, deals: list[Any]
) -> None:
    registry.get("stage").model.objects.filter(code="a").update(rank=2, name="a first by name")
    registry.get("stage").model.objects.filter(code="b").update(rank=1)
    order = ["b", "a first by name"]
    page = browser.get(f"{reverse('list', args=['opportunity'])}?group=stage").context["page"]
    assert [group.label for group in page["grouped"].groups] == order
    chart = browser.get(f"{reverse('chart', args=['opportunity'])}?group=stage").context["page"]["chart"]
    assert [row[0] for row in chart["table"]["rows"]] == order
    columns = browser.get(reverse("board", args=["opportunity"])).context["page"]["columns"]
    assert [column["label"] for column in columns] == order


def test_a_great_many_are_counted_but_not_added_up(monkeypatch: Any, boss: Any, deals: list[Any]) -> None:
    kind = registry.get("opportunity")
    monkeypatch.setattr(grouping, "MOST_SUMMED", 2)
    monkeypatch.setattr(grouping, "MANY", 1)
    by = grouping.by_of(kind, boss, "stage")
    found = grouping.grouped(kind.model.objects.all(), by, grouping.measures_of(kind, boss))
    assert [(g.label, g.count, g.capped, g.totals) for g in found.groups] == [
        ("a", 1, True, ()),
        ("b", 1, False, ()),
    ]
    assert not found.summed and not found.measures


def test_a_chart_says_the_same_in_its_table(browser: Client, deals: list[Any]) -> None:
    address = reverse("chart", args=["opportunity"])
    chart = browser.get(f"{address}?group=stage&measure=sum:amount").context["page"]["chart"]
    assert chart["table"]["rows"] == [["a", 150.0], ["b", None]]
    for hostile in (
        "?group=amount",
        "?measure=sum:title",
        "?shape=x&group=%00",
        "?measure=sum:owner.password",
    ):
        assert browser.get(address + hostile).status_code == 200


def test_a_calendar_shows_each_record_on_its_day(browser: Client, monkeypatch: Any, deals: list[Any]) -> None:
    from kehu.core.views import calendar

    address = f"{reverse('calendar', args=['opportunity'])}?by=expected_close_on&day=2010-06-15"
    for at_once in (300, 0):
        monkeypatch.setattr(calendar, "AT_ONCE", at_once)
        days = browser.get(address).context["page"]["days"]
        shown = {day["day"]: [one["title"] for one in day["entries"]] for day in days if day["entries"]}
        assert shown == {
            date(2010, 6, 1): ["deal 0"],
            date(2010, 6, 30): ["deal 1"],
            date(2010, 7, 1): ["deal 2"],
        }
    for hostile in ("?day=0001-01-01", "?day=9999-12-31", "?day=x", "?by=amount&span=x"):
        assert browser.get(reverse("calendar", args=["opportunity"]) + hostile).status_code == 200


def test_a_board_follows_the_same_filters_and_adds_up_its_columns(browser: Client, deals: list[Any]) -> None:
    address = f"{reverse('board', args=['opportunity'])}?where=" + '{"field":"amount","op":"gte","value":60}'
    columns = browser.get(address).context["page"]["columns"]
    assert [(column["label"], column["count"], column["total"]) for column in columns][:2] == [
        ("a", 1, 100),
        ("b", 0, None),
    ]
