"""Layouts arrange what the policy shows; rules ask for fields, or show them, by what others hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kehu.core import changes, imports, registry
from kehu.core.access import roles
from kehu.core.actions import custom, records
from kehu.core.errors import Refused
from kehu.core.imports.values import mapping_of
from kehu.core.models import Change, Layout, User

Account: Any = registry.get("account").model
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(boss: User) -> Client:
    return signed_in(boss)


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def lost_needs_reason(boss: User) -> None:
    values = {"object_type": "account", "code": "why", "kind": "text", "label_en": "Why"}
    custom.add_field(values=values, by=boss)
    rule = {"object_type": "account", "path": "custom.why", "when": "status", "op": "eq", "value": "current"}
    custom.set_rule(values={**rule, "effect": "required"}, by=boss)
    custom.set_rule(values={**rule, "effect": "visible"}, by=boss)


def test_a_field_is_required_by_condition_in_form_api_and_import(boss, page, tmp_path: Path):
    lost_needs_reason(boss)
    form = {"name": "A", "kind": "company", "status": "current"}
    answer = page.post("/o/account/new", form)
    assert answer.status_code == 422 and "custom.why" in answer.context["form"].errors
    rules = json.loads(answer.context["page"]["rules"])
    assert {rule["effect"] for rule in rules} == {
        "required",
        "visible",
    } and "data-rules" in answer.content.decode()
    assert page.post("/o/account/new", {**form, "status": "potential"}).status_code == 302
    sent = page.post(
        "/api/account", json.dumps({"name": "B", "status": "current"}), content_type="application/json"
    )
    assert sent.status_code == 422 and "custom.why" in sent.json()["fields"]
    file = tmp_path / "rows.csv"
    file.write_text("n,s,w\nC,current,\nD,current,because\nE,potential,\n", "utf-8")
    mapped = {"name": {"column": "n"}, "status": {"column": "s"}, "custom.why": {"column": "w"}}
    kind = registry.get("account")
    run = imports.import_file(
        kind, file, mapping_of({"fields": mapped}, kind), by=boss, errors_to=tmp_path / "e.csv"
    )
    assert (run.created, run.rejected) == (2, 1)


def test_a_stored_record_is_asked_only_when_the_rule_is_touched(boss):
    record = records.create(Account, {"name": "A", "status": "current"}, by=boss)
    lost_needs_reason(boss)
    records.edit(record=record, values={"name": "B"}, by=boss)
    with pytest.raises(Refused):
        records.edit(record=record, values={"custom.why": ""}, by=boss)


def test_the_record_page_leaves_out_what_no_condition_shows(boss, page):
    lost_needs_reason(boss)
    shown = records.create(Account, {"name": "A", "status": "current", "custom.why": "Zqwhy"}, by=boss)
    assert "Zqwhy" in page.get(f"/o/account/{shown.pk}").content.decode().partition("timeline")[0]
    records.edit(record=shown, values={"status": "potential"}, by=boss)
    facts = page.get(f"/o/account/{shown.pk}").context["page"]["sections"]
    assert "custom.why" not in [fact["path"] for section in facts for fact in section["facts"]]


@pytest.mark.parametrize("change,field", [
    ({"path": "nothing"}, "path"), ({"when": "deleted_at"}, "when"), ({"value": ""}, "value"),
    ({"value": "no"}, "value"),
    ({"object_type": "nothing"}, "object_type"),
])  # fmt: skip
def test_a_rule_about_nothing_is_refused(boss, change, field):
    whole = {
        "object_type": "account",
        "path": "phone",
        "effect": "required",
        "when": "status",
        "op": "eq",
        "value": "current",
    }
    with pytest.raises(Refused) as refusal:
        custom.set_rule(values={**whole, **change}, by=boss)
    assert field in refusal.value.fields


def arrange(
    page: Client, key: str, name: str, items: list[str], shown: list[str], role: str = "", **more: Any
) -> Any:
    data = {
        "role": role,
        "item": items,
        "title": [""] * sum(i.startswith("section") for i in items),
        "shown": shown,
        **more,
    }
    return page.post(f"/setup/layouts/{key}/{name}?role={role}", data)


def test_a_list_shows_the_columns_of_the_role_in_their_order(boss, page):
    rep = User.objects.create_user("rep", name="R", role=roles.SALES_REP)
    columns = [column.path for column in registry.get("account").column_list]
    items = [columns[0], *reversed(columns[1:])]
    assert arrange(page, "account", "list", items, items[:3], role="sales_rep").status_code == 302
    records.create(Account, {"name": "A", "owner": rep}, by=boss)
    seen = [c["key"] for c in signed_in(rep).get("/o/account").context["page"]["columns"]]
    assert seen == items[:3]
    assert [c["key"] for c in page.get("/o/account").context["page"]["columns"]] == columns


def test_a_form_leaves_out_what_its_layout_hides_but_never_what_is_needed(boss, page):
    fields = list(registry.get("account").form_fields)
    shown = [path for path in fields if path != "phone"]
    assert arrange(page, "account", "form", ["section:0", *fields], shown).status_code == 302
    assert "phone" not in page.get("/o/account/new").context["form"].fields
    refused = arrange(page, "account", "form", ["section:0", *fields], ["phone"])
    assert refused.status_code == 422 and "phone" in Layout.objects.get().hidden


def test_a_layout_never_shows_what_the_policy_hides(boss, page):
    """The channel manager does not read what a product costs, wherever a layout puts it."""
    kind = registry.get("product")
    hidden = next((name, rs[0]) for name, rs in kind.policy.hidden.items() if rs and name in kind.paths)
    paths = [*kind.form_fields]
    assert arrange(page, "product", "record", ["section:0", *paths], paths, role=hidden[1]).status_code == 302
    product = records.create(kind.model, {"code": "p", "name": "P", "list_price": 7}, by=boss)
    user = User.objects.create_user("other", name="O", role=hidden[1])
    facts = signed_in(user).get(f"/o/product/{product.pk}").context["page"]["sections"]
    assert hidden[0] not in [fact["path"] for section in facts for fact in section["facts"]]


def test_the_arrows_move_a_field_without_script(boss, page):
    columns = [column.path for column in registry.get("account").column_list]
    answer = arrange(page, "account", "list", columns, columns, up=columns[2])
    moved = [field["path"] for field in answer.context["page"]["sections"][0]["fields"]]
    assert moved[:3] == [columns[0], columns[2], columns[1]] and not Layout.objects.exists()


def test_a_new_field_stands_in_a_layout_that_does_not_know_it(boss, page):
    columns = [column.path for column in registry.get("account").column_list]
    arrange(page, "account", "list", columns, columns)
    custom.add_field(
        values={"object_type": "account", "code": "new", "kind": "text", "label_en": "New"}, by=boss
    )
    records.create(Account, {"name": "A"}, by=boss)
    assert page.get("/o/account").context["page"]["columns"][-1]["key"] == "custom.new"


def test_a_layout_is_taken_back_from_its_history_and_dropped(boss, page):
    columns = [column.path for column in registry.get("account").column_list]
    arrange(page, "account", "list", columns, columns[:2])
    arrange(page, "account", "list", columns, columns[:4])
    changes.undo_change(change=Change.objects.filter(object_type="layout").latest("id"), by=boss)
    assert page.get("/setup/layouts/account/list").context["page"]["there"]
    assert sorted(Layout.objects.get().hidden) == sorted(columns[2:])
    assert page.post("/setup/layouts/account/list/drop", {"role": ""}).status_code == 302
    assert not Layout.objects.exists()
    # The bin keeps it; arranging anew takes its place.
    assert arrange(page, "account", "list", columns, columns[:3]).status_code == 302


def test_nobody_else_reaches_the_editor(boss):
    rep = signed_in(User.objects.create_user("rep", name="R", role=roles.SALES_HEAD))
    for address in (
        "/setup/fields",
        "/setup/layouts/account/list",
        "/o/custom_field",
        "/o/layout",
        "/api/custom_field",
    ):
        assert rep.get(address).status_code == 404
    assert arrange(rep, "account", "list", ["name"], ["name"]).status_code == 404
