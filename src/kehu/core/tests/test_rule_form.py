"""A rule is put together from the names of fields and values; it keeps their codes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kehu.core import registry
from kehu.core.actions import custom, records
from kehu.core.models import FieldRule

pytestmark = pytest.mark.django_db
NEW = "/o/field_rule/new"


def offered(page: Client, query: str, name: str) -> dict[str, str]:
    field: Any = page.get(f"{NEW}?{query}").context["form"].fields[name]
    return {str(code): str(label) for code, label in field.choices}


def test_fields_and_values_are_offered_by_their_names(page):
    assert offered(page, "object_type=account", "path")["status"] == "Status"
    known = offered(page, "object_type=account&when=status", "value")
    assert known["current"] == "Current customer" and known[""] == "—"
    assert set(offered(page, "object_type=account&when=status", "op")) == {"eq", "ne", "empty", "not_empty"}
    assert "gte" in offered(page, "object_type=account&when=employees", "op")


def test_a_record_is_chosen_by_its_name_and_kept_by_its_id(page, boss):
    region = records.create(registry.get("region").model, {"name": "North", "code": "N"}, by=boss)
    assert "North" in offered(page, "object_type=account&when=region", "value").values()
    rule = {"object_type": "account", "path": "website", "effect": "required", "when": "region", "op": "eq"}
    answer = page.post(NEW, {**rule, "value": region.pk})
    assert answer.status_code == 302, answer.context["form"].errors
    made = FieldRule.objects.get()
    assert made.value == str(region.pk)
    assert str(made) == "Website is required: Region is North"
    held = page.get(f"/o/field_rule/{made.pk}/edit").context["form"]
    assert held["when"].value() == "region" and str(held["value"].value()) == str(region.pk)


def test_choices_of_a_custom_field_are_offered_also_retired_ones(page, boss):
    values = {"object_type": "account", "code": "tone", "kind": "choice", "label_en": "Tone"}
    custom.add_field(values={**values, "choices": "warm | Warm\n# cool | Cool"}, by=boss)
    known = offered(page, "object_type=account&when=custom.tone", "value")
    assert known == {"": "—", "warm": "Warm", "cool": "Cool"}


def test_without_an_object_the_form_says_what_comes_first(page):
    text = page.get(NEW).content.decode()
    assert "Choose the object first." in text
    # A value of the wrong field is neither kept nor taken.
    answer = page.post(NEW, {
        "object_type": "account", "path": "website", "effect": "required", "when": "status", "op": "eq", "value": "x",
    })  # fmt: skip
    assert answer.status_code == 422 and "value" in answer.context["form"].errors
