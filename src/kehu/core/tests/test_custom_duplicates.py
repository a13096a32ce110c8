"""Two records of an object that an administrator has made: warned of while typing, found by the search, made one."""

from __future__ import annotations

from typing import Any

import pytest

from kehu.core import duplicates, registry, work
from kehu.core.actions import custom, merge, records
from kehu.core.duplicates import searching
from kehu.core.models import DuplicatePair, User
from kehu.core.tests.test_custom_objects import boss, fresh, make, signed_in

__all__ = ["boss", "fresh"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kind(boss: User) -> Any:
    make(boss)
    for code, searchable in (("serial", True), ("remark", False)):
        values = {"object_type": "x_project", "code": code, "kind": "text", "label_en": code.title()}
        custom.add_field(values={**values, "searchable": searchable}, by=boss)
    return registry.get("x_project")


def put(kind: Any, by: User, **values: Any) -> Any:
    return records.create(
        kind.model, {name.replace("custom_", "custom."): value for name, value in values.items()}, by=by
    )


def test_title_and_searched_texts_tell_what_is_the_same(kind: Any, boss: User) -> None:
    roof = put(kind, boss, title="Roof", custom_serial="SN-7781", custom_remark="old")
    found = duplicates.likely(kind, {"title": "Dach", "custom.serial": "sn-7781"}, boss)
    assert [(one.record.pk, one.reasons) for one in found] == [(roof.pk, ("Serial: the same",))]
    assert duplicates.likely(kind, {"title": "Dach", "custom.remark": "old"}, boss) == []


def test_the_form_warns_and_the_api_names_them(kind: Any, boss: User) -> None:
    put(kind, boss, title="Roof", custom_serial="SN-7781")
    page = signed_in(boss)
    assert "/o/x_project/new/likely" in page.get("/o/x_project/new").content.decode()
    warned = page.post("/o/x_project/new/likely", {"title": "Roof"})
    assert warned.status_code == 200 and "Roof" in warned.content.decode()
    made = page.post("/api/x_project?duplicates=true", {"title": "Roof"}, content_type="application/json")
    assert [one["title"] for one in made.json()["duplicates"]] == ["Roof"]


def test_the_search_finds_a_pair_which_is_merged_and_taken_apart_again(kind: Any, boss: User) -> None:
    one = put(kind, boss, title="Roof", custom_serial="SN-7781", custom_remark="keep")
    other = put(kind, boss, title="Roof", custom_serial="SN-7781")
    put(kind, boss, title="Garden", custom_serial="SN-1")
    work.run(pk=searching.begin(kind, by=boss).pk)
    pair = DuplicatePair.objects.get(object_type="x_project")
    assert {pair.one, pair.other} == {one.pk, other.pk}
    page = signed_in(boss)
    assert "Roof" in page.get("/duplicates/x_project").content.decode()
    batch = merge.merge(survivor=other, other=one, take=("custom.remark",), by=boss)
    other.refresh_from_db()
    assert other.custom["remark"] == "keep" and not kind.model.objects.filter(pk=one.pk).exists()
    assert page.post(f"/batches/{batch.pk}/undo").status_code in (200, 302)
    assert set(kind.model.objects.values_list("pk", flat=True)) >= {one.pk, other.pk}
