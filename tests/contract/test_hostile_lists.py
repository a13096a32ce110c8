"""Addresses of lists that nobody means well: refused with a sentence wherever a list's address is taken."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from kehu.core.models import SavedView

from .visitor import Visitor

pytestmark = pytest.mark.django_db
# Half a character, which no answer can hold, wherever a sentence would quote it; and what is deeper than any filter.
HALF = "\\ud800"
CONDITIONS = {
    "field": f'{{"field": "{HALF}", "op": "eq", "value": 1}}',
    "comparison": f'{{"field": "name", "op": "{HALF}", "value": 1}}',
    "number": f'{{"field": "score", "op": "eq", "value": "{HALF}"}}',
    "choice": f'{{"field": "stage", "op": "in", "value": ["{HALF}"]}}',
    "day": f'{{"field": "captured_at", "op": "gte", "value": "{HALF}"}}',
    "person": f'{{"field": "owner", "op": "eq", "value": "{HALF}"}}',
    "span": f'{{"field": "captured_at", "op": "within", "value": {{"unit": "{HALF}"}}}}',
    "group": f'{{"{HALF}": []}}',
    "deep value": '{"field": "score", "op": "eq", "value": ' + "[" * 400 + "]" * 400 + "}",
    "deep field": '{"field": ' + "[" * 400 + "]" * 400 + "}",
    "deep objects": '{"and": ' * 300 + "[]" + "}" * 300,
}
PLACES = ("list", "board", "calendar", "chart", "list-count", "list-export", "object-export", "list-filter")


def status(answer: Any) -> int:
    if answer.streaming:
        answer.close()
    return answer.status_code


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_that_cannot_be_quoted_is_refused_everywhere(administrator: Visitor, name: str) -> None:
    query, get, post = {"where": CONDITIONS[name]}, administrator.client.get, administrator.client.post
    for place in PLACES:
        for part in ({}, {"HX-Request": "true"}):
            assert status(get(reverse(place, args=["lead"]), query, headers=part)) == 422, place
    assert status(get("/api/lead", query)) == 422
    export = f"{reverse('object-export', args=['lead'])}?{urlencode(query)}"
    assert status(post(export, {"format": "csv", "columns": ["name"]})) == 422
    many = {"all": "1", "list": urlencode(query), "owner": administrator.user.pk, "confirmed": "1"}
    assert status(post(reverse("bulk", args=["lead", "assign"]), many)) == 422
    body = {"all": True, "values": {"owner": administrator.user.pk}, "dry_run": True}
    many_by_api = f"/api/lead/bulk-edit?{urlencode(query)}"
    assert status(post(many_by_api, body, content_type="application/json")) == 422


def test_a_span_typed_into_the_editor_is_refused_beside_its_input(administrator: Visitor) -> None:
    for span in (f'{{"unit": "{HALF}"}}', "{" * 500, '{"unit": ' + "[" * 900 + "]" * 900 + "}"):
        sent = {"join_0": "and", "field_0-0": "captured_at", "op_0-0": "within", "value_0-0": span}
        answer = administrator.client.get(reverse("list-filter", args=["lead"]), {**sent, "do": "apply"})
        assert answer.status_code == 200 and "is no span of time" in answer.content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"query": "&".join(f"a{number}=1" for number in range(101))},
        {"query": "\x00"},
        {"name": "a\x00b"},
        {"name": "x" * 5000},
        {"look": "list\x00"},
        {"shared": "\ud7ff"},
    ],
)
def test_a_view_that_cannot_be_kept_is_refused(administrator: Visitor, given: dict[str, str]) -> None:
    sent = {"name": "A view", "query": "", **given}
    assert administrator.client.post(reverse("view-save", args=["lead"]), sent).status_code == 422
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("query", ["a\nb", "a\r\nX-Evil: 1", "q=王"])
@pytest.mark.parametrize("part", [{}, {"HX-Request": "true"}])
def test_where_a_form_leads_is_one_line_of_plain_characters(
    administrator: Visitor, query: str, part: dict[str, str]
) -> None:
    """The parameters of a list travel through its forms, as somebody else may have written them."""
    for answer in (
        administrator.client.post(
            reverse("list-columns", args=["lead"]), {"do": "reset", "query": query}, headers=part
        ),
        administrator.client.get(
            reverse("list-filter", args=["lead"]),
            {"join_0": "and", "do": "apply", "kept": query},
            headers=part,
        ),
    ):
        led = answer.headers.get("HX-Redirect") or answer.headers["Location"]
        assert led.startswith("/o/lead?") and led.isascii() and "\n" not in led
        assert "X-Evil" not in answer.headers
