"""What every answer says to the browser, and the pages that need a sign-in."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>\s*\S|\sstyle=|<style|\son[a-z]+=[\"']|javascript:", re.IGNORECASE
)


@pytest.fixture
def signed_in(client) -> Client:
    client.force_login(person("admin"))
    return client


def pages() -> list[str]:
    lead = make("lead", name="L", number="L-1")
    return [
        reverse("today"), reverse("list", args=["lead"]), reverse("board", args=["lead"]),
        reverse("record", args=["lead", lead.pk]), reverse("record-edit", args=["lead", lead.pk]),
        reverse("search") + "?q=L", "/o/nothing", "/accounts/login/",
    ]  # fmt: skip


def test_every_page_carries_a_strict_policy_and_holds_no_inline_code(signed_in):
    for address in pages():
        answer = signed_in.get(address)
        policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in str(policy)
        assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert answer["Referrer-Policy"] == "same-origin"
        assert not (found := INLINE.search(answer.content.decode())), f"{address}: {found}"


def test_without_a_sign_in_every_page_leads_to_the_door_and_back(client):
    for address in pages()[:-1]:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer.url.startswith("/accounts/login/?next=")


def test_a_part_of_a_page_tells_htmx_to_load_the_door(client):
    answer = client.get(reverse("list", args=["lead"]), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/")


def test_a_write_without_the_forms_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("admin"))
    assert client.post(reverse("record-new", args=["team"]), {"name": "x"}).status_code == 403
    assert client.post("/api/team", {"name": "x"}, content_type="application/json").status_code == 403


@pytest.mark.parametrize("address", ["record-delete", "record-restore", "change-undo", "batch-undo"])
def test_what_writes_is_not_done_by_following_a_link(signed_in, address):
    args = ["team", 1] if address.startswith("record") else [1]
    assert signed_in.get(reverse(address, args=args)).status_code == 405


def test_a_refusal_is_a_page_a_part_or_json(signed_in):
    address = reverse("record", args=["lead", 987654321])
    page = signed_in.get(address)
    part = signed_in.get(address, headers={"HX-Request": "true"})
    json = signed_in.get(address, headers={"Accept": "application/json"})
    assert [page.status_code, part.status_code, json.status_code] == [404, 404, 404]
    assert "<html" in page.content.decode() and "<html" not in part.content.decode()
    assert json.json()["detail"] == "There is no such record, or you may not see it."


def test_the_language_is_the_persons_then_the_cookies_then_the_browsers(client):
    def language() -> str:
        return client.get("/accounts/login/", headers={"accept-language": "zh-TW"})["Content-Language"]

    assert language() == "zh-hant"
    client.cookies["django_language"] = "en"
    assert language() == "en"
    user = person("li")
    user.language = "zh-hans"
    user.save()
    client.force_login(user)
    assert client.get(reverse("today"))["Content-Language"] == "zh-hans"
    client.cookies["django_language"] = "../../etc"
    client.logout()
    assert language() == "zh-hant"


@pytest.mark.parametrize(
    "number", ["99999999999999999999", "0", "9223372036854775807", "9223372036854775808"]
)
def test_a_number_that_no_record_has_is_not_found(signed_in, number):
    assert signed_in.get(f"/o/team/{number}").status_code == 404
    assert signed_in.get(f"/api/team/{number}").status_code == 404
    assert signed_in.post(f"/changes/{number}/undo").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "page=x", "page=eyJh.b.c", "sort=password", "sort=-team__parent__name", "sort=name;--",
        "role=nobody", "team=x", "team=99999999999999999999", "team=-1", "team=%D9%A1", "is_active=maybe",
        "due_on-from=never", "score-from=1e999999", "score-to=NaN", "history=x", "q=" + "x" * 5000,
    ],
)  # fmt: skip
def test_odd_addresses_are_answered_not_broken(signed_in, query):
    for key in ("user", "task", "lead"):
        assert signed_in.get(f"/o/{key}?{query}").status_code in (200, 422), key
        assert signed_in.get(f"/api/{key}?{query}").status_code in (200, 422), key
