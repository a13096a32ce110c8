"""Keys of programs: what they may do, who makes, sees and ends them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from kehu.core.access import roles
from kehu.core.actions import tokens
from kehu.core.errors import Forbidden, NotFound, Refused
from kehu.core.models import ApiToken
from kehu.core.tests.calling import caller, problem_of, send
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return person("admin")


@pytest.mark.parametrize(
    ("scopes", "read_region", "write_region", "read_account", "write_user"),
    [
        (("admin",), 200, 201, 200, 201),
        (("write",), 200, 201, 200, 403),
        (("read",), 200, 403, 200, 403),
        (("region:read",), 200, 403, 403, 403),
        (("region:write",), 200, 201, 403, 403),
        (("account:read", "region:write"), 200, 201, 200, 403),
    ],
)
def test_a_token_does_what_its_scopes_say(admin, scopes, read_region, write_region, read_account, write_user):
    client = caller(admin, *scopes)
    assert client.get("/api/region").status_code == read_region
    assert client.get("/api/account").status_code == read_account
    assert send(client, "post", "/api/region", {"code": "n", "name": "N"}).status_code == write_region
    body = {"name": "Li", "username": "li", "role": "analyst"}
    assert send(client, "post", "/api/user", body).status_code == write_user


def test_a_token_without_the_scope_is_told_which_it_needs(admin):
    region = make("region", code="n", name="N")
    client = caller(admin, "region:read")
    for method, address, scope in (
        ("get", "/api/account", "account:read"),
        ("post", "/api/region", "region:write"),
        ("patch", f"/api/region/{region.pk}", "region:write"),
        ("delete", f"/api/region/{region.pk}", "region:write"),
        ("post", f"/api/region/{region.pk}/restore", "region:write"),
        ("post", "/api/region/bulk", "region:write"),
        ("get", "/api/batches/1", "read"),
        ("post", "/api/batches/1/undo", "write"),
    ):
        body = {"items": [{"code": "x", "name": "X"}]} if address.endswith("bulk") else {}
        answer = client.get(address) if method == "get" else send(client, method, address, body)
        assert f"“{scope}”" in problem_of(answer, 403)["detail"], address


def test_scopes_widen_no_right(admin):
    client = caller(person("analyst", roles.ANALYST), "admin")
    assert send(client, "post", "/api/account", {"name": "A"}).status_code == 403


@pytest.mark.parametrize("scopes", [[], ["all"], ["nothing:read"], ["lead:delete"], ["lead"], [" "]])
def test_a_scope_that_there_is_not_is_refused(admin, scopes):
    with pytest.raises(Refused):
        tokens.issue_token(user=admin, name="x", scopes=scopes)
    assert not ApiToken.objects.exists()


def test_its_last_use_is_kept_and_a_revoked_one_is_refused_at_once(admin):
    client = caller(admin, "read")
    token = ApiToken.objects.get()
    assert token.used_at is None
    assert client.get("/api/region").status_code == 200
    token.refresh_from_db()
    assert timezone.now() - token.used_at < timedelta(minutes=1)
    tokens.revoke_token(token=token, by=admin)
    problem_of(client.get("/api/region"), 401)


def test_what_its_person_lost_it_has_lost(admin):
    person_ = person("boss", roles.GENERAL_MANAGER)
    client = caller(person_)
    assert client.get("/api/spend_line").status_code == 200
    send(caller(admin), "patch", f"/api/user/{person_.pk}", {"role": roles.SALES_REP})
    assert client.get("/api/spend_line").status_code == 404


def test_nobody_makes_or_ends_the_token_of_another(admin):
    li, wang = person("li", roles.ANALYST), person("wang", roles.ANALYST)
    with pytest.raises(Forbidden):
        tokens.issue_token(user=li, name="x", by=wang)
    tokens.issue_token(user=li, name="x", by=li)
    token = ApiToken.objects.get()
    with pytest.raises(NotFound):
        tokens.revoke_token(token=token, by=wang)
    tokens.revoke_token(token=token, by=admin)
    token.refresh_from_db()
    assert token.revoked_at


def test_the_page_makes_a_token_and_shows_it_once(client):
    li = person("li", roles.ANALYST)
    client.force_login(li)
    body = {"name": "Sheet", "days": "30", "scope": "some", "reads": ["account"], "writes": ["note"]}
    page = client.post("/tokens", body)
    secret = re.search(r"kehu_[\w-]{40,}", page.content.decode())[0]
    assert "no-store" in page["Cache-Control"]
    token = ApiToken.objects.get()
    assert token.scopes == ["account:read", "note:write"]
    assert timezone.now() + timedelta(days=29) < token.expires_at < timezone.now() + timedelta(days=31)
    again = client.get("/tokens").content.decode()
    assert secret not in again and "Sheet" in again
    assert client.post(f"/tokens/{token.pk}/revoke").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at


@pytest.mark.parametrize(
    "body", [{}, {"name": "x", "scope": "some"}, {"name": "x", "scope": "admin", "days": "9999"}]
)
def test_the_page_says_what_is_missing(client, body):
    client.force_login(person("li", roles.ANALYST))
    answer = client.post("/tokens", {"days": "30", "scope": "read", **body})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_the_page_shows_the_own_tokens_and_an_administrator_all(client, admin):
    li = person("li", roles.ANALYST)
    tokens.issue_token(user=li, name="Hers")
    wang = person("wang", roles.ANALYST)
    client.force_login(wang)
    assert "Hers" not in client.get("/tokens").content.decode()
    assert client.post(f"/tokens/{ApiToken.objects.get().pk}/revoke").status_code == 404
    client.force_login(admin)
    assert "Hers" in client.get("/tokens").content.decode()


def test_a_token_reads_no_field_of_records_that_its_scopes_do_not_reach(admin):
    account = make("account", name="A", phone="+88622345711")
    contact = make("contact", name="C", account=account)
    narrow, wide = caller(admin, "contact:read"), caller(admin, "contact:read", "account:read")
    where = '{"field": "account.phone", "op": "contains", "value": "711"}'
    for address, query in (
        (f"/api/contact/{contact.pk}", {"fields": "name,account.phone"}),
        ("/api/contact", {"fields": "account.phone"}),
        ("/api/contact", {"where": where}),
    ):
        assert "account:read" in problem_of(narrow.get(address, query), 403)["detail"]
        assert wide.get(address, query).status_code == 200, address
    body = {"columns": ["name", "account.phone"]}
    problem_of(send(narrow, "post", "/api/contact/export", body), 403)
    assert send(wide, "post", "/api/contact/export", body).status_code == 202
    told = narrow.get(f"/api/contact/{contact.pk}", {"fields": "name,account"}).json()
    assert told["account"] == {"id": account.pk, "title": "A"}


def test_an_answer_kept_under_a_key_is_not_given_to_a_token_without_the_scope(admin):
    region = make("region", code="n", name="N")
    place, key = f"/api/region/{region.pk}", {"idempotency_key": "once"}
    assert send(caller(admin, "write"), "patch", place, {"name": "M"}, **key).status_code == 200
    problem_of(send(caller(admin, "account:read"), "patch", place, {"name": "M"}, **key), 403)
