"""How the API answers programs: what it does not know it says, and it says everything in one form."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kehu.core import registry
from kehu.core.access import roles
from kehu.core.actions import tokens
from kehu.core.api.endpoints import api

from .people import saved
from .visitor import Visitor, kinds

pytestmark = pytest.mark.django_db
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def problem(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()


def made(administrator: Visitor, key: str, values: dict[str, Any]) -> Any:
    answer = administrator.send("post", f"/api/{key}", values)
    assert answer.status_code == 201, answer.content
    return registry.get(key).model.objects.get(pk=answer.json()["id"])


def test_an_unknown_address_is_a_problem_whatever_is_sent_there(administrator):
    token = tokens.issue_token(user=administrator.user, name="test", days=1)
    client = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {token}"})
    for address in ("/api/", "/api/nothing", "/api/lead/1/nothing"):
        for answer in (client.get(address), client.post(address, {}, content_type="application/json")):
            assert answer.status_code == 404
            assert problem(answer)["status"] == 404


def test_an_unknown_filter_or_order_is_refused_by_name(administrator):
    answer = administrator.get("/api/lead?stagee=qualified&q=a&size=3")
    assert answer.status_code == 422
    assert list(problem(answer)["fields"]) == ["stagee"]
    assert "stage" in answer.json()["fields"]["stagee"].partition("There are")[2]
    for sort in ("nothing", "-nothing"):
        answer = administrator.get(f"/api/lead?sort={sort}")
        assert (answer.status_code, list(problem(answer)["fields"])) == (422, ["sort"])


def test_every_filter_that_is_offered_is_known(administrator):
    for key in kinds():
        page = administrator.get(reverse("list", args=[key]))
        names = list(page.context["page"]["filters"].fields)
        answer = administrator.get(f"/api/{key}?{'&'.join(f'{name}=' for name in names)}&sort=&page=&size=5")
        assert answer.status_code == 200, answer.content


def test_a_reference_is_named_by_its_text_or_its_id(administrator):
    region = made(administrator, "region", {"code": "zq-taipei", "name": "Taipei"})
    for given in ("zq-taipei", region.pk, str(region.pk)):
        account = made(administrator, "account", {"name": f"Named by {given!r}", "region": given})
        assert account.region_id == region.pk
    answer = administrator.send("post", "/api/account", {"name": "Nowhere", "region": "zq-nowhere"})
    assert answer.status_code == 422
    assert problem(answer)["fields"] == {"region": "There is no such record, or you may not see it."}


def test_a_text_that_names_two_records_is_refused(administrator):
    for _time in range(2):
        made(administrator, "account", {"name": "Twice there"})
    answer = administrator.send("post", "/api/contact", {"name": "Somebody", "account": "Twice there"})
    assert answer.status_code == 422
    assert "more than one" in problem(answer)["fields"]["account"]


def test_no_text_names_a_record_that_the_role_may_not_see(visitor, wrong):
    if visitor.role != roles.SALES_REP:
        return
    contact = visitor.market.records["contact"]["own"]
    stranger = visitor.market.records["account"]["stranger"]
    answers = [
        visitor.send("patch", f"/api/contact/{contact.pk}", {"account": name})
        for name in (stranger.name, "nobody")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].content == answers[1].content


def test_a_value_of_the_wrong_kind_is_refused_in_the_readers_language(administrator):
    lead = administrator.market.records["lead"]["own"]
    administrator.client.cookies["django_language"] = "zh-hant"
    try:
        answer = administrator.send(
            "patch", f"/api/lead/{lead.pk}", {"channel": ["a"], "captured_at": "soon"}
        )
    finally:
        del administrator.client.cookies["django_language"]
    fields = problem(answer)["fields"]
    assert set(fields) == {"channel", "captured_at"} or set(fields) == {"channel"}
    assert answer.status_code == 422


def closed_stages(administrator: Visitor) -> None:
    """The market has none: deals stay open in it."""
    stage = administrator.market.only("stage")
    for kind in ("won", "lost"):
        saved(type(stage)(pipeline=stage.pipeline, code=f"zq-{kind}", name=kind, rank=9, kind=kind))


def moments(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in moments(item)]
    if isinstance(value, list):
        return [found for item in value for found in moments(item)]
    return [value] if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value) else []


def test_every_moment_is_written_in_one_form(administrator):
    region = administrator.send("post", "/api/region", {"code": "zq-now", "name": "Now"}).json()
    edited = administrator.send("patch", f"/api/region/{region['id']}", {"name": "Later"}).json()
    history = administrator.get(f"/api/region/{region['id']}/history").json()
    lists = [administrator.get(f"/api/{key}").json() for key in kinds()]
    found = moments([region, edited, history, lists])
    assert len(found) > 50
    assert [text for text in found if not MOMENT.fullmatch(text)] == []
    assert datetime.fromisoformat(region["created_at"]).tzinfo is not None


def test_a_button_that_is_not_drawn_says_why_to_those_who_may_change_the_record(administrator):
    deal = administrator.market.records["opportunity"]["own"]
    address = reverse("record-action", args=["opportunity", deal.pk, "reopen"])
    answer = administrator.htmx(address)
    assert answer.status_code == 409
    assert "is open" in answer.content.decode()
    assert administrator.post(reverse("record-action", args=["lead", 1, "nothing"])).status_code == 404


def test_a_button_is_closed_without_the_right_to_change(market):
    analyst = Visitor(market, roles.ANALYST)
    deal = market.records["opportunity"]["own"]
    answer = analyst.htmx(reverse("record-action", args=["opportunity", deal.pk, "reopen"]))
    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.content.decode()


def test_the_buttons_of_a_record_are_in_the_api_with_what_their_forms_ask(administrator):
    paths = api.get_openapi_schema()["paths"]
    for key in kinds():
        for action in registry.get(key).actions:
            assert "post" in paths[f"/api/{key}/{{pk}}/do/{action.key}"]
    deal = administrator.market.records["opportunity"]["own"]
    address = f"/api/opportunity/{deal.pk}/do"
    closed_stages(administrator)
    assert problem(administrator.send("post", f"{address}/lose"))["fields"].keys() == {"reason"}
    assert list(problem(administrator.send("post", f"{address}/lose", {"why": 1}))["fields"]) == ["why"]
    assert administrator.send("post", f"{address}/reopen").status_code == 409
    answer = administrator.send("post", f"{address}/lose", {"reason": "Price"})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["object"], answer.json()["record"]["id"]) == ("opportunity", deal.pk)
    deal.refresh_from_db()
    assert deal.lost_reason == "Price"
    assert administrator.client.generic("POST", f"{address}/reopen").status_code == 200
    assert administrator.send("post", f"{address}/nothing").status_code == 404


def test_a_button_takes_records_by_text_and_what_is_left_out_as_the_form_offers_it(administrator):
    lead = administrator.market.records["lead"]["own"]
    person = administrator.market.people.owners["mate"]
    answer = administrator.send("post", f"/api/lead/{lead.pk}/do/assign", {"owner": person.username})
    assert answer.status_code == 200, answer.content
    assert answer.json()["record"]["owner"]["id"] == person.pk
    answer = administrator.send("post", f"/api/lead/{lead.pk}/do/assign", {"owner": "nobody-there"})
    assert (answer.status_code, list(problem(answer)["fields"])) == (422, ["owner"])

    closed_stages(administrator)
    deal = administrator.market.records["opportunity"]["own"]
    answer = administrator.send("post", f"/api/opportunity/{deal.pk}/do/win", {"amount": "5"})
    assert answer.json()["object"] == "order", answer.content
