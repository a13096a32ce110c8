"""Fields that an administrator adds are at once everywhere, without code or restart."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core import changes, history, registry, search
from kehu.core.access import roles
from kehu.core.actions import custom, records
from kehu.core.custom import definitions
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Change, CustomField, User

Account: Any = registry.get("account").model
pytestmark = pytest.mark.django_db

COLOURS = "red | Red | 红 | 紅\nblue | Blue | 蓝 | 藍"


@pytest.fixture(autouse=True)
def fresh() -> None:
    definitions.forget()


@pytest.fixture
def boss() -> User:
    return User.objects.create_user("boss", name="Boss", role=roles.ADMINISTRATOR)


@pytest.fixture
def page(boss: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss)
    return client


def add(boss: User, code: str, kind: str, **more: Any) -> CustomField:
    values = {"object_type": "account", "code": code, "kind": kind, "label_en": code.title(), **more}
    return custom.add_field(values=values, by=boss)


def account(boss: User, **values: Any) -> Account:
    return records.create(
        Account, {"name": "Hsin", **{k.replace("__", "."): v for k, v in values.items()}}, by=boss
    )


KINDS = [
    ("text", {}, "grün", "grün", "gr"),
    ("long_text", {}, "a\nb", "a\nb", "a"),
    ("number", {}, Decimal("12.5"), Decimal("12.5"), Decimal("12.5")),
    ("money", {}, Decimal("1234.5678"), Decimal("1234.5678"), Decimal("1234.5678")),
    ("date", {}, "2010-03-02", "2010-03-02", "2010-03-02"),
    ("yesno", {}, True, True, True),
    ("choice", {"choices": COLOURS}, "red", "red", "red"),
    ("choices", {"choices": COLOURS}, ["blue", "red"], ["red", "blue"], "blue"),
]


@pytest.mark.parametrize("kind,more,given,read,asked", KINDS, ids=[one[0] for one in KINDS])
def test_each_kind_is_written_read_filtered_sorted_and_logged(boss, page, kind, more, given, read, asked):
    add(boss, "thing", kind, **more)
    body = json.dumps({"name": "Hsin", "custom.thing": str(given) if isinstance(given, Decimal) else given})
    made = page.post("/api/account", body, content_type="application/json")
    assert made.status_code == 201, made.content
    shown = made.json()["custom.thing"]
    assert (Decimal(shown) if isinstance(read, Decimal) else shown) == read
    account(boss)
    field: Any = registry.get("account").field("custom.thing")
    lookup = "custom__thing__icontains" if kind in {"text", "long_text"} else "custom__thing"
    assert [
        a.pk
        for a in Account.objects.filter(
            **{lookup: field.to_python(asked) if kind not in {"choices"} else asked}
        )
    ] == [made.json()["id"]]
    assert list(
        Account.objects.filter(custom__thing__isnull=True).values_list("custom__thing", flat=True)
    ) == [None]
    assert page.get("/o/account?sort=custom.thing").status_code == 200
    kinds_of_change = Change.objects.filter(object_type="account", object_id=made.json()["id"]).get()
    assert "custom.thing" in kinds_of_change.after


def test_a_choice_is_on_form_list_filter_sort_page_export_and_history(boss, page):
    add(boss, "colour", "choice", choices=COLOURS, label_zh_hans="颜色", label_zh_hant="顏色")
    form = page.get(reverse("record-new", args=["account"])).content.decode()
    assert 'name="custom.colour"' in form and "Red" in form and "Colour" in form
    answer = page.post(
        reverse("record-new", args=["account"]),
        {"name": "A", "kind": "company", "status": "potential", "custom.colour": "red"},
    )
    assert answer.status_code == 302
    one = Account.objects.get(name="A")
    assert one.custom == {"colour": "red"}
    account(boss, custom__colour="blue")
    shown = page.get("/o/account?custom.colour=red&sort=-custom.colour")
    assert [row["id"] for row in shown.context["page"]["rows"]] == [one.pk]
    assert "Red" in page.get(reverse("record", args=["account", one.pk])).content.decode()
    exported = b"".join(page.get("/o/account/export.csv?custom.colour=red").streaming_content).decode()
    assert "Colour" in exported and "Red" in exported
    records.edit(record=one, values={"custom.colour": "blue"}, by=boss)
    entry = history.of_record(one, boss).entries[0]
    assert [(c.field, c.before, c.after) for c in entry.changes] == [("Colour", "Red", "Blue")]
    page.cookies["django_language"] = "zh-hant"
    assert "顏色" in page.get("/o/account").content.decode()


def test_undo_takes_one_custom_field_back_and_leaves_the_others(boss):
    add(boss, "one", "text")
    add(boss, "two", "number")
    record = account(boss, custom__one="a", custom__two=Decimal(1))
    record = records.edit(record=record, values={"custom.one": "b"}, by=boss)
    first = Change.objects.latest("id")
    record = records.edit(record=record, values={"custom.two": Decimal(2)}, by=boss)
    changes.undo_change(change=first, by=boss)
    record = Account.objects.get(pk=record.pk)
    assert record.custom == {"one": "a", "two": 2}
    records.edit(record=record, values={"custom.one": "c"}, by=boss)
    second = Change.objects.latest("id")
    records.edit(record=record, values={"custom.one": None}, by=boss)
    assert record.custom == {"two": 2}
    with pytest.raises(Conflict, match="One"):
        changes.undo_change(change=second, by=boss)


def test_a_retired_field_keeps_its_values_and_comes_back_with_them(boss, page):
    field = add(boss, "old", "text")
    record = account(boss, custom__old="kept")
    custom.retire_field(record=field, by=boss)
    assert "custom.old" not in page.get(f"/api/account/{record.pk}").json()
    records.edit(record=Account.objects.get(pk=record.pk), values={"name": "Other"}, by=boss)
    custom.revive_field(record=CustomField.objects.get(), by=boss)
    assert page.get(f"/api/account/{record.pk}").json()["custom.old"] == "kept"


@pytest.mark.parametrize("values,field", [
    ({"code": "Bad Code"}, "code"), ({"code": "in"}, "code"), ({"code": "a__b"}, "code"),
    ({"label_en": ""}, "label_en"),
    ({"kind": "choice"}, "choices"), ({"kind": "choice", "choices": '"|x'}, "choices"),
    ({"kind": "reference"}, "target"),
    ({"kind": "formula", "formula": "1 +"}, "formula"), ({"kind": "formula", "formula": "no_such + 1"}, "formula"),
    ({"kind": "formula", "formula": "custom.thing * 2"}, "formula"),
    ({"kind": "formula", "formula": 'name + 1'}, "formula"),
    ({"kind": "roll_up", "related": "contact.nothing"}, "related"), ({"kind": "number", "default": "many"}, "default"),
    ({"object_type": "custom_field"}, "object_type"),
])  # fmt: skip
def test_a_definition_that_makes_no_sense_is_refused_with_its_field(boss, values, field):
    whole = {"object_type": "account", "code": "thing", "kind": "text", "label_en": "Thing", **values}
    with pytest.raises(Refused) as refusal:
        custom.add_field(values=whole, by=boss)
    assert field in refusal.value.fields


def test_a_code_is_never_used_twice_and_a_kind_never_changes(boss):
    field = add(boss, "thing", "text")
    with pytest.raises(Conflict):
        add(boss, "thing", "number")
    with pytest.raises(Refused):
        custom.change_field(record=field, values={"kind": "number"}, by=boss)


def test_bad_values_are_refused_by_field(boss, page):
    add(boss, "count", "number")
    add(boss, "colour", "choice", choices=COLOURS)
    for name, value in {"custom.count": "1e99", "custom.colour": "green", "custom.none": "x"}.items():
        answer = page.post(
            "/api/account", json.dumps({"name": "A", name: value}), content_type="application/json"
        )
        assert answer.status_code == 422 and name in answer.json()["fields"], answer.content


def test_a_number_longer_than_any_is_compared_like_others(boss, page):
    add(boss, "size", "number")
    account(boss, **{"custom.size": 7})
    for op, count in (("lt", 1), ("gt", 0), ("eq", 0)):
        where = json.dumps({"field": "custom.size", "op": op, "value": "999999999999999999999"})
        assert page.get("/api/account", {"where": where}).json()["count"] == count, op


def test_a_required_field_is_asked_for_but_old_records_do_not_stand_in_the_way(boss, page):
    record = account(boss)
    add(boss, "thing", "text", required=True)
    answer = page.post("/api/account", json.dumps({"name": "A"}), content_type="application/json")
    assert answer.status_code == 422 and "custom.thing" in answer.json()["fields"]
    records.edit(record=record, values={"name": "Other"}, by=boss)
    with pytest.raises(Refused):
        records.edit(record=record, values={"custom.thing": ""}, by=boss)


def test_a_default_is_what_new_records_start_with(boss):
    add(boss, "count", "number", default="7")
    add(boss, "agreed", "yesno", default="yes")
    assert account(boss).custom == {"count": 7, "agreed": True}


def test_text_marked_searchable_finds_its_record(boss):
    add(boss, "nick", "text", searchable=True)
    record = account(boss, custom__nick="老朋友")
    assert [hit.id for hit in search.find("朋友", user=boss)] == [record.pk]


def test_a_reference_shows_its_record_and_finds_by_it(boss, page):
    add(boss, "friend", "reference", target="account")
    friend = account(boss)
    record = account(boss, custom__friend=friend)
    assert record.custom == {"friend": friend.pk}
    assert page.get(f"/api/account/{record.pk}").json()["custom.friend"]["title"] == "Hsin"
    rows = page.get(f"/o/account?custom.friend={friend.pk}").context["page"]["rows"]
    assert [row["id"] for row in rows] == [record.pk]
    assert page.get(reverse("record-edit", args=["account", record.pk])).status_code == 200


def test_the_openapi_description_has_a_field_as_soon_as_it_is_there(boss, page):
    def described() -> Any:
        return page.get("/api/openapi.json").json()["components"]["schemas"]["AccountInput"]["properties"]

    assert "custom.thing" not in described()
    add(boss, "thing", "number")
    assert "custom.thing" in described()
