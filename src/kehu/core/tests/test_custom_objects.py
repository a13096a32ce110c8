"""An object that an administrator makes has every surface that a declared one has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core import changes, imports, registry, search
from kehu.core.access import roles
from kehu.core.actions import custom, records
from kehu.core.custom import definitions
from kehu.core.errors import Conflict, NotFound, Refused
from kehu.core.imports.values import mapping_of
from kehu.core.models import Change, CustomRecord, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    definitions.forget()


@pytest.fixture
def boss() -> User:
    return User.objects.create_user("boss", name="Boss", role=roles.ADMINISTRATOR)


def make(boss: User, key: str = "x_project", **more: Any) -> Any:
    values = {
        "key": key, "label_en": "Project", "plural_en": "Projects", "label_zh_hans": "项目", "icon": "box",
        "place": "sell", "access": "everyone", "adders": ["sales_rep"], "changers": ["sales_rep"], "deleters": [],
        **more,
    }  # fmt: skip
    return custom.add_object(values=values, by=boss)


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_it_has_navigation_list_form_page_api_search_history_and_undo(boss):
    make(boss)
    page = signed_in(boss)
    assert "/o/x_project" in page.get("/").content.decode()
    form = page.get("/o/x_project/new")
    assert form.status_code == 200
    answer = page.post("/o/x_project/new", {"title": "Roof", "owner": boss.pk})
    assert answer.status_code == 302, answer.context["form"].errors
    model: Any = registry.get("x_project").model
    record = model.objects.get()
    assert (record.object_key, record.title) == ("x_project", "Roof")
    assert page.get(f"/o/x_project/{record.pk}").status_code == 200
    shown = page.get("/o/x_project")
    assert [row["id"] for row in shown.context["page"]["rows"]] == [record.pk]
    assert "Roof" in shown.content.decode()
    assert page.get(f"/api/x_project/{record.pk}").json()["title"] == "Roof"
    assert "/api/x_project" in page.get("/api/openapi.json").json()["paths"]
    assert [(hit.kind.key, hit.id) for hit in search.find("roof", user=boss)] == [("x_project", record.pk)]
    assert b"Roof" in b"".join(page.get("/o/x_project/export.csv").streaming_content)
    records.edit(record=record, values={"title": "Wall"}, by=boss)
    changes.undo_change(change=Change.objects.latest("id"), by=boss)
    assert model.objects.get().title == "Roof"
    assert page.post(f"/o/x_project/{record.pk}/delete").status_code == 302
    assert not model.objects.exists() and model.everything.exists()
    assert page.post(f"/o/x_project/{record.pk}/restore").status_code == 302
    assert model.objects.exists()


def test_records_of_one_object_are_not_found_in_another(boss):
    make(boss)
    make(boss, "x_visit")
    one = records.create(registry.get("x_project").model, {"title": "Roof"}, by=boss)
    page = signed_in(boss)
    assert page.get(f"/o/x_visit/{one.pk}").status_code == 404
    assert page.get(f"/api/x_visit/{one.pk}").status_code == 404
    assert page.get("/api/x_visit").json()["items"] == []


def test_rows_come_in_by_import_with_their_custom_fields(boss, tmp_path: Path):
    make(boss)
    custom.add_field(
        values={
            "object_type": "x_project",
            "code": "size",
            "kind": "number",
            "label_en": "Size",
            "required": True,
        },
        by=boss,
    )
    file = tmp_path / "rows.csv"
    file.write_text("what,how much\nRoof,12.5\nWall,\nDoor,much\n", "utf-8")
    kind = registry.get("x_project")
    mapping = mapping_of(
        {"fields": {"title": {"column": "what"}, "custom.size": {"column": "how much"}}}, kind
    )
    run = imports.import_file(kind, file, mapping, by=boss, errors_to=tmp_path / "errors.csv")
    assert (run.created, run.rejected) == (1, 2)
    assert [(r.title, r.custom) for r in kind.model.objects.all()] == [("Roof", {"size": 12.5})]
    told = (tmp_path / "errors.csv").read_text("utf-8-sig")
    assert "Size" in told
    assert Change.objects.get(object_type="x_project").after["custom.size"] == 12.5
    changes.undo(batch=run.batch, by=boss)
    assert not kind.model.objects.exists()


def test_rights_are_the_ready_ones(boss):
    north = changes and Team(name="North", path="/1/")
    changes.save(north, by=boss)
    rep = User.objects.create_user("rep", name="Rep", role=roles.SALES_REP, team=north)
    other = User.objects.create_user("other", name="Other", role=roles.SALES_REP)
    analyst = User.objects.create_user("analyst", name="Analyst", role=roles.ANALYST)
    make(boss, access="owner")
    model = registry.get("x_project").model
    mine = records.create(model, {"title": "Mine"}, by=rep)
    assert [r.pk for r in model.objects.visible_to(rep)] == [mine.pk]
    assert not model.objects.visible_to(other).exists()
    with pytest.raises(Refused):
        records.create(model, {"title": "No"}, by=analyst)
    assert signed_in(other).get(f"/o/x_project/{mine.pk}").status_code == 404
    with pytest.raises(Refused):
        records.delete(record=mine, by=rep)


def test_one_code_is_one_kind_in_all_custom_objects(boss):
    make(boss)
    make(boss, "x_visit")
    values = {"code": "size", "label_en": "Size"}
    custom.add_field(values={**values, "object_type": "x_project", "kind": "number"}, by=boss)
    with pytest.raises(Conflict):
        custom.add_field(values={**values, "object_type": "x_visit", "kind": "text"}, by=boss)
    custom.add_field(values={**values, "object_type": "x_visit", "kind": "number"}, by=boss)


def test_an_object_with_records_stays_when_its_making_is_undone(boss):
    made = make(boss)
    change = Change.objects.get(object_type="custom_object")
    one = records.create(registry.get("x_project").model, {"title": "Roof"}, by=boss)
    with pytest.raises(Conflict):
        changes.undo_change(change=change, by=boss)
    records.delete(record=one, by=boss)
    changes.undo_change(change=change, by=boss)
    definitions.forget()
    with pytest.raises(NotFound):
        registry.get("x_project")
    assert CustomRecord.everything.count() == 1 and made.pk


@pytest.mark.parametrize("key", ["project", "x_", "x_A", "x_a__b", "x_" + "a" * 60, "x_a-b"])
def test_a_code_that_no_address_can_have_is_refused(boss, key):
    with pytest.raises(Refused):
        make(boss, key)


def test_an_object_points_at_another_and_a_roll_up_counts_it(boss):
    make(boss)
    custom.add_field(
        values={
            "object_type": "x_project",
            "code": "client",
            "kind": "reference",
            "label_en": "Client",
            "target": "account",
        },
        by=boss,
    )
    custom.add_field(
        values={"object_type": "x_project", "code": "worth", "kind": "money", "label_en": "Worth"}, by=boss
    )
    custom.add_field(
        values={
            "object_type": "account", "code": "projects", "kind": "roll_up", "label_en": "Projects", "function": "sum",
            "related": "x_project.custom.client", "summed": "custom.worth", "condition": "title != Wall",
        },
        by=boss,
    )  # fmt: skip
    page = signed_in(boss)
    account = page.post("/api/account", json.dumps({"name": "A"}), content_type="application/json").json()
    for title, worth in (("Roof", "10.5"), ("Door", "2"), ("Wall", "100")):
        body = {"title": title, "custom.client": account["id"], "custom.worth": worth}
        assert (
            page.post("/api/x_project", json.dumps(body), content_type="application/json").status_code == 201
        )
    assert page.get(f"/api/account/{account['id']}").json()["custom.projects"] == "12.5"
    assert page.get(reverse("list", args=["account"])).status_code == 200


def test_the_first_choice_of_an_object_makes_its_board(boss):
    make(boss)
    page = signed_in(boss)
    assert page.get("/o/x_project/board").status_code == 404
    values = {"object_type": "x_project", "code": "state", "kind": "choice", "label_en": "State"}
    custom.add_field(values={**values, "choices": "open | Open\ndone | Done"}, by=boss)
    model = registry.get("x_project").model
    one = records.create(model, {"title": "Roof", "custom.state": "open"}, by=boss)
    records.create(model, {"title": "Door"}, by=boss)
    shown = page.get("/o/x_project/board").context["page"]["columns"]
    assert [(c["key"], c["label"], c["count"]) for c in shown] == [
        ("open", "Open", 1), ("done", "Done", 0), ("", "(blank)", 1)
    ]  # fmt: skip
    for to, held in (("done", {"state": "done"}), ("", {})):
        assert page.post(f"/o/x_project/{one.pk}/move", {"to": to}).status_code in {200, 302}
        assert model.objects.get(pk=one.pk).custom == held
    assert page.post(f"/o/x_project/{one.pk}/move", {"to": "gone"}).status_code == 422


def test_records_of_an_object_are_merged(boss):
    make(boss)
    model = registry.get("x_project").model
    one, two = (records.create(model, {"title": title}, by=boss) for title in ("Roof", "Roofs"))
    page = signed_in(boss)
    shown = page.get(f"/o/x_project/merge?ids={one.pk},{two.pk}").content.decode()
    assert "Projects" in shown and "Not a duplicate" in shown
    page.post("/o/x_project/merge", {"ids": f"{one.pk},{two.pk}", "survivor": one.pk, "of.title": "title"})
    assert [record.title for record in model.objects.all()] == ["Roofs"]
    reader = User.objects.create_user("an", name="An", role=roles.ANALYST)
    assert signed_in(reader).get(f"/o/x_project/merge?ids={one.pk},{two.pk}").status_code == 404
