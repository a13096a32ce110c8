"""Whatever a request holds, the answer is a sentence and never a fault of the server."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core import registry

from .visitor import Visitor

pytestmark = pytest.mark.django_db
LONG = "9" * 5000
ODD = ("²", "٣", LONG, "-1", "1e999999", "a\x00b", "%'\"\\", "\U0010ffff", "9" * 19, "NaN")
DAYS = ("0001-01-01", "9999-12-31", "10000-01-01", "2010-02-30", "\x00")
KEYS = ("lead", "task", "opportunity")


def answers(visitor: Visitor, places: list[str], values: dict[str, str]) -> list[str]:
    """The places that fail."""
    wrong = []
    for place in places:
        try:
            status = visitor.client.get(place, data=values, headers={"HX-Request": "true"}).status_code
        except Exception as fault:
            status = repr(fault)[:200]
        if status not in (200, 204, 302, 403, 404, 422):
            wrong.append(f"{place} {str(values)[:60]}: {status}")
    return wrong


@pytest.mark.parametrize("key", KEYS)
def test_odd_values_in_the_address_of_a_list(administrator: Visitor, key: str) -> None:
    places = [reverse("list", args=[key]), f"/api/{key}", reverse("list-export", args=[key])]
    places += [reverse("board", args=[key])] if registry.get(key).board else []
    filters = list(administrator.get(places[0]).context["page"]["filters"].fields)
    wrong: list[str] = []
    for name in ("sort", "page", "size", "figure", "figure.channel", "figure.as_of"):
        for value in (*ODD, "qualified_leads") if name == "figure" else (*ODD, *DAYS):
            extra = {"figure": "qualified_leads"} if name.startswith("figure.") else {}
            wrong += answers(administrator, places[:1], {**extra, name: value})
    for value in ODD:  # all at once, as each is read by itself
        wrong += answers(administrator, places, dict.fromkeys(filters, value))
    for value in DAYS:
        dated = [name for name in filters if name.endswith(("-from", "-to"))]
        wrong += answers(administrator, places, dict.fromkeys(dated, value))
    assert wrong == []


def test_odd_values_in_other_addresses(administrator: Visitor) -> None:
    market = administrator.market
    plan, campaign = market.only("plan"), market.only("campaign")
    lead = market.records["lead"]["own"]
    wrong: list[str] = []
    for value in (*ODD, *DAYS):
        wrong += answers(administrator, ["/search", "/palette"], {"q": value})
        wrong += answers(administrator, [f"/state/{campaign.pk}"], {"as_of": value})
        wrong += answers(administrator, [f"/plans/{plan.pk}/compare"], {"left": value, "right": value})
        wrong += answers(administrator, ["/live"], {"cursor": value})
        wrong += answers(administrator, [reverse("record", args=["lead", lead.pk])], {"history": value})
        wrong += answers(administrator, ["/o/opportunity/new"], {"account": value, "amount": value})
        wrong += answers(administrator, [f"/api/lead/{lead.pk}/history"], {"before": value})
    assert wrong == []


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 30, LONG, "-1", "²"])
def test_numbers_of_addresses_at_their_extremes(administrator: Visitor, number: str) -> None:
    for place in (
        "/o/lead/{}",
        "/o/lead/{}.pdf",
        "/o/lead/{}/edit",
        "/plans/{}",
        "/plans/{}/v{}",
        "/state/{}",
    ):
        assert administrator.client.get(place.format(number, number)).status_code == 404, place
    for place in ("/changes/{}/undo", "/batches/{}/undo", "/o/lead/{}/delete", "/system/jobs/{}/again"):
        assert administrator.client.post(place.format(number)).status_code == 404, place
    assert administrator.client.get(f"/api/lead/{number}").status_code in (404, 422)


def test_a_job_that_is_not_there_is_not_run_again(administrator: Visitor) -> None:
    for pk in (uuid4(), "x", "../system"):
        assert administrator.client.post(f"/system/jobs/{pk}/again").status_code == 404


BODIES = {
    "deep": "[" * 100_000 + "]" * 100_000,
    "deep field": '{"title": ' + "[" * 20_000 + "]" * 20_000 + "}",
    "long number": '{"amount": ' + LONG + "}",
    "high exponent": '{"amount": "1e999999999"}',
    "no number": '{"amount": "NaN"}',
    "infinite": '{"amount": 1e400}',
    "half a character": '{"title": "\\ud800"}',
    "half a character in a reference": '{"account": "\\uDFFF"}',
    "null character": '{"title": "a\\u0000b"}',
    "of another kind": '{"title": {"a": 1}}',
    "no body": "",
    "not JSON": "\xff\xfe",
    "a number that no table holds": '{"account": 99999999999999999999999999}',
}


@pytest.mark.parametrize("name", BODIES)
def test_odd_bodies_are_refused_by_the_api(administrator: Visitor, name: str) -> None:
    deal = administrator.market.records["opportunity"]["own"]
    for send, place in ((administrator.client.post, "/api/opportunity"),
                        (administrator.client.patch, f"/api/opportunity/{deal.pk}"),
                        (administrator.client.post, f"/api/opportunity/{deal.pk}/do/win")):  # fmt: skip
        answer = send(place, BODIES[name].encode("latin-1"), content_type="application/json")
        assert 400 <= answer.status_code < 500 or (name == "no body" and place.endswith("win")), place
        assert json.loads(answer.content).get("title") or answer.status_code == 200, place


def test_ten_megabytes_are_refused(administrator: Visitor) -> None:
    for place, kind in (
        ("/api/lead", "application/json"),
        ("/o/lead/new", "application/x-www-form-urlencoded"),
    ):
        big = b'{"name": "' + b"x" * 10_000_000 + b'"}'
        assert administrator.client.post(place, big, content_type=kind).status_code in (400, 413)


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options", "trace"])
def test_what_writes_is_posted(administrator: Visitor, method: str) -> None:
    lead = administrator.market.records["lead"]["own"]
    for place in (
        f"/o/lead/{lead.pk}/delete",
        f"/o/lead/{lead.pk}/move",
        "/changes/1/undo",
        "/theme",
        "/language",
    ):
        answer = getattr(administrator.client, method)(place, headers={"X-HTTP-Method-Override": "POST"})
        assert answer.status_code == 405, place
    assert type(lead).objects.filter(pk=lead.pk).exists()


def test_pages_and_api_ask_for_the_token_of_the_form(administrator: Visitor) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator.user)
    lead = administrator.market.records["lead"]["own"]
    for place in (f"/o/lead/{lead.pk}/delete", "/company", "/o/lead/new", "/accounts/logout/", "/api/lead"):
        assert strict.post(place, {}, headers={"HX-Request": "true"}).status_code == 403, place
    assert strict.delete(f"/api/lead/{lead.pk}").status_code == 403


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\x00//evil.example",
    ],
)
@pytest.mark.parametrize("part", [{}, {"HX-Request": "true"}])
def test_nobody_is_led_to_another_site(administrator: Visitor, target: str, part: dict[str, str]) -> None:
    task = administrator.market.records["task"]["own"]
    address = reverse("record-edit", args=["task", task.pk])
    form = administrator.client.get(address).context["form"]
    data: dict[str, Any] = {name: form[name].value() or "" for name in form.fields}
    answer = administrator.client.post(address, {**data, "next": target}, headers=part)
    led = answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")
    assert led == reverse("record", args=["task", task.pk])


@pytest.mark.parametrize("target", ["/o/task\r\nX-Evil: 1", "/search?q=淑媛"])
def test_a_header_holds_one_line_of_plain_characters(administrator: Visitor, target: str) -> None:
    task = administrator.market.records["task"]["own"]
    address = reverse("record-delete", args=["task", task.pk])
    answer = administrator.client.post(address, {"next": target}, headers={"HX-Request": "true"})
    assert answer.status_code == 204 and "X-Evil" not in answer.headers
    assert answer.headers["HX-Redirect"].isascii() and "\n" not in answer.headers["HX-Redirect"]


def test_nothing_of_a_person_stays_in_a_cache_for_another(administrator: Visitor) -> None:
    for place in ("/", "/o/lead", "/api/lead", "/o/lead/export.csv"):
        answer = administrator.client.get(place)
        assert answer.headers["Cache-Control"] == "private, no-cache", place
        assert {"Cookie", "HX-Request"} <= {name.strip() for name in answer.headers["Vary"].split(",")}, place


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1"])
def test_no_cell_of_an_export_is_a_formula(administrator: Visitor, cell: str) -> None:
    task = administrator.market.records["task"]["own"]
    type(task).objects.filter(pk=task.pk).update(title=cell)
    lines = b"".join(administrator.client.get("/o/task/export.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert f"'{cell}" in lines
