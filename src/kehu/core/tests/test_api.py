"""The API: who may call, what it answers, what it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kehu.core.access import roles
from kehu.core.actions import records, tokens
from kehu.core.models import ApiToken, Team, User
from kehu.core.tests.calling import caller, problem_of, send
from kehu.core.tests.company import make, person, saved, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


def test_a_token_acts_with_the_rights_of_its_person(admin):
    make("account", name="A", owner=None)
    assert caller(admin).get("/api/account").json()["count"] == 1
    assert caller(person("rep", roles.SALES_REP)).get("/api/account").json()["count"] == 0


def test_only_the_digest_of_a_token_is_kept(admin):
    token = tokens.issue_token(user=admin, name="test")
    kept = ApiToken.objects.get()
    assert token not in str(vars(kept))
    assert len(kept.digest) == 64


@pytest.mark.parametrize("why", ["none", "wrong", "expired", "revoked", "barred", "deleted", "scheme"])
def test_without_a_good_token_nothing_is_answered(client, admin, why):
    user = person("li")
    token = tokens.issue_token(user=user, name="test")
    if why == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif why == "revoked":
        ApiToken.objects.update(revoked_at=timezone.now())
    elif why == "barred":
        user.is_active = False
        saved(user)
    elif why == "deleted":
        records.delete(record=user, by=admin)
    given = {"wrong": "Bearer kehu_wrong", "none": "", "scheme": f"Basic {token}"}.get(why, f"Bearer {token}")
    headers = {"authorization": given} if given else {}
    for address in ("/api/team", "/api/team/1", "/api/openapi.json", "/api/docs"):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 401, address
        problem_of(answer)


def test_what_one_may_not_do_is_forbidden_and_what_one_may_not_see_is_not_there(admin):
    make("account", name="A")
    analyst, rep = caller(person("analyst", roles.ANALYST)), caller(person("rep", roles.SALES_REP))
    pk = analyst.get("/api/account").json()["items"][0]["id"]
    assert send(analyst, "patch", f"/api/account/{pk}", {"name": "B"}).status_code == 403
    assert send(rep, "patch", f"/api/account/{pk}", {"name": "B"}).status_code == 404
    problem_of(send(rep, "patch", f"/api/account/{pk}", {"name": "B"}))
    problem_of(rep.get("/api/budget_phase"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nam": "x"}, "nam"),
        ({"name": ""}, "name"),
        ({}, "name"),
        ({"name": ["x"]}, "name"),
        ({"name": "x", "parent": "y"}, "parent"),
        ({"name": "x", "parent": 987654321}, "parent"),
        ({"name": "x", "parent": 2**70}, "parent"),
        ({"name": "x", "parent": -1}, "parent"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x", "path": "/1/"}, "path"),
        ({"name": "x", "id": 1}, "id"),
        ({"name": "x", "deleted_at": None}, "deleted_at"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(admin, body, field):
    answer = send(caller(admin), "post", "/api/team", body)
    assert answer.status_code == 422
    assert field in problem_of(answer)["fields"]
    assert not Team.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "\x00"])
def test_what_is_no_json_object_is_refused(admin, body):
    answer = caller(admin).post("/api/team", body, content_type="application/json")
    assert answer.status_code in (400, 422)
    problem_of(answer)


def test_a_reference_may_be_emptied_and_a_text_too(admin):
    top = team("Top")
    low = team("Low", top)
    client = caller(admin)
    assert send(client, "patch", f"/api/team/{low.pk}", {"parent": None}).json()["parent"] is None
    user = person("li")
    user.email = "li@example.com"
    saved(user)
    assert send(client, "patch", f"/api/user/{user.pk}", {"email": None}).json()["email"] == ""


def test_a_secret_is_in_no_answer(admin):
    person("li", password="a long secret word")
    client = caller(admin)
    for address in ("/api/user", f"/api/user/{admin.pk}", f"/api/user/{admin.pk}/history"):
        assert "password" not in client.get(address).content.decode()
        assert "digest" not in client.get(address).content.decode()


def test_pages_are_bounded(admin):
    client = caller(admin)
    assert client.get("/api/team?size=500").status_code == 200
    for size in ("501", "0", "-1", "x"):
        problem_of(client.get(f"/api/team?size={size}"))


def test_addresses_that_are_not_there_are_answered_as_problems(admin):
    client = caller(admin)
    for address in ("/api/nothing", "/api/team/1/nothing", "/api/team/x"):
        answer = client.get(address)
        assert answer.status_code == 404
        problem_of(answer)
    answer = client.put("/api/team")
    assert problem_of(answer, 405)["type"] == "urn:kehu:problem:method"
    assert "GET" in answer["Allow"]
