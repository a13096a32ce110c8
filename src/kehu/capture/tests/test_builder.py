"""Putting a form together in the browser's way, with and without htmx."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kehu.capture.models import CaptureForm
from kehu.leads.tests.world import World

from .visit import form_of

QUESTIONS = {"question": ["name", "email", "phone"], "name.required": "on", "email.required": "on"}


@pytest.fixture
def built(world: World, client: Client) -> Any:
    """Sends the builder's form with a button pressed; the paths that the form asks then."""
    form = form_of(world)
    client.force_login(world.marketing)

    def press(do: str = "", status: int = 302, **more: Any) -> list[str]:
        answer = client.post(f"/forms/{form.pk}/build", {**QUESTIONS, "do": do, **more})
        assert answer.status_code == status, answer.text
        return [question["path"] for question in CaptureForm.objects.get().questions]

    return press


def test_questions_are_added_moved_and_taken_away(built: Any) -> None:
    assert built("up:phone") == ["name", "phone", "email"]
    assert built("down:name") == ["email", "name", "phone"]
    assert built("up:name") == ["name", "email", "phone"]
    assert built("add", added="company_name") == ["name", "email", "phone", "company_name"]
    assert built("remove:name") == ["email", "phone"]


def test_texts_are_kept_in_three_languages(built: Any, client: Client) -> None:
    built(
        "",
        **{"heading.zh-hant": "預約試駕", "heading.en": "Test drive", "email.label.en": "Where to write to"},
    )
    form = CaptureForm.objects.get()
    assert form.texts["heading"] == {"zh-hant": "預約試駕", "en": "Test drive"}
    page = Client().get(f"/f/{form.key}?lang=zh-hans").text
    assert "<h1>Test drive</h1>" in page
    assert "Where to write to" in page


@pytest.mark.parametrize(
    "given", [{"question": ["name"]}, {"question": ["email", "owner"]}, {"question": ["email", "email"]}]
)
def test_what_makes_no_form_is_refused_in_a_sentence(built: Any, given: dict[str, Any]) -> None:
    assert built("", status=422, **given) == ["name", "email", "phone"]


def test_who_may_not_change_forms_builds_none(world: World, client: Client) -> None:
    form = form_of(world)
    for user, status in ((world.sales_head, 403), (world.rep, 404)):
        client.force_login(user)
        assert client.get(f"/forms/{form.pk}/build").status_code == status
        assert client.post(f"/forms/{form.pk}/build", QUESTIONS).status_code == status
    assert Client().get(f"/forms/{form.pk}/build").status_code == 302
