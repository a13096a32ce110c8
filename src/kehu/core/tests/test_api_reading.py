"""Reading through the API: fields, the recycle bin, limits, and the description."""

from __future__ import annotations

import pytest

from kehu.core import registry
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.api import limits
from kehu.core.api.endpoints import api
from kehu.core.models import RateWindow
from kehu.core.tests.calling import caller, problem_of, send
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return person("admin")


@pytest.fixture
def client(admin):
    limits.forget()
    yield caller(admin)
    limits.forget()


def test_only_the_fields_that_are_asked_for_are_answered(admin, client):
    account = make("account", name="A", owner=admin)
    item = client.get("/api/account?fields=name,owner.username,updated_at").json()["items"][0]
    assert set(item) == {"id", "name", "owner.username", "updated_at"}
    assert item["owner.username"] == "admin"
    assert set(client.get(f"/api/account/{account.pk}?fields=name").json()) == {"id", "name"}


@pytest.mark.parametrize(
    "fields",
    ["nothing", "owner.password", "password", "owner.nothing", "name.x", "owner.team.parent.parent.name"],
)
def test_no_other_field_is_answered(client, fields):
    assert problem_of(client.get(f"/api/account?fields={fields}"), 422)["fields"].keys() == {"fields"}


def test_hidden_and_masked_fields_stay_so_when_they_are_asked_for(admin):
    make("account", name="A", phone="+886912345678")
    analyst = caller(person("analyst", roles.ANALYST))
    assert "12345678" not in analyst.get("/api/account?fields=phone").content.decode()
    make("product", code="p", name="P", list_price=1, cost=418273)
    privacy = caller(person("privacy", roles.PRIVACY_MANAGER))
    problem_of(privacy.get("/api/product?fields=cost"), 422)


def test_the_recycle_bin_is_read_by_those_who_may_empty_it(admin, client):
    gone, there = make("account", name="Gone"), make("account", name="There")
    records.delete(record=gone, by=admin)
    assert [item["id"] for item in client.get("/api/account").json()["items"]] == [there.pk]
    items = client.get("/api/account?include_deleted=true").json()["items"]
    assert {item["id"]: bool(item["deleted_at"]) for item in items} == {gone.pk: True, there.pk: False}
    analyst = caller(person("analyst", roles.ANALYST))
    problem_of(analyst.get("/api/account?include_deleted=true"), 403)
    assert send(client, "post", f"/api/account/{gone.pk}/restore").status_code == 200
    assert client.get("/api/account").json()["count"] == 2


def test_a_caller_is_counted_over_all_processes_and_told_what_is_left(settings, client):
    settings.KEHU_API_RATE = 5
    answers = []
    for _call in range(4):
        limits.forget()  # each call in another process
        answers.append(client.get("/api/region"))
    assert [int(answer["RateLimit-Remaining"]) for answer in answers] == [4, 3, 2, 1]
    assert {answer["RateLimit-Policy"] for answer in answers} == {"5;w=60"}
    client.get("/api/region")
    refused = client.get("/api/region")
    assert problem_of(refused, 429)["type"] == "urn:kehu:problem:too-many"
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Remaining"] == "0"
    RateWindow.objects.update(minute=1)  # the minute is over
    limits.forget()
    assert client.get("/api/region").status_code == 200


def test_one_caller_does_not_use_up_anothers_minute(settings, admin, client):
    settings.KEHU_API_RATE = 1
    assert client.get("/api/region").status_code == 200
    assert client.get("/api/region").status_code == 429
    assert caller(admin).get("/api/region").status_code == 200


def test_blocks_never_add_up_to_more_than_the_limit(settings, client):
    settings.KEHU_API_RATE = 1010  # blocks of ten
    held = []
    for _process in range(102):
        limits.forget()
        client.get("/api/region")
        held.append(next(iter(limits._windows.values())).left + 1)
    assert RateWindow.objects.get().taken <= 1010
    assert sum(held[:101]) == 1010


def test_without_a_limit_nothing_is_counted(settings, client):
    settings.KEHU_API_RATE = 0
    assert "RateLimit-Limit" not in client.get("/api/region")
    assert not RateWindow.objects.exists()


def test_a_body_that_is_too_large_is_a_problem(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem_of(send(client, "post", "/api/region", {"code": "n", "name": "x" * 2000}), 413)


def test_the_description_has_every_object_with_its_fields():
    found = api.get_openapi_schema()
    assert found["openapi"].startswith("3.1")
    schemas = found["components"]["schemas"]
    lead = schemas["Lead"]["properties"]
    assert lead["stage"]["readOnly"] and "qualified" in lead["stage"]["enum"]
    assert lead["name"]["title"] == "Name"
    assert "new: New" in lead["stage"]["description"]
    assert {"$ref": "#/components/schemas/Reference"} in lead["channel"]["anyOf"]
    assert lead["phone"]["type"] == ["string", "null"]  # some roles read it masked
    for kind in registry.all():
        assert set(schemas[kind.model.__name__]["properties"]) == {
            "id", "created_at", "updated_at", "deleted_at", *kind.paths,
        }  # fmt: skip
    create = found["paths"]["/api/lead"]["post"]
    assert {parameter["name"] for parameter in create["parameters"]} == {"Idempotency-Key", "duplicates"}
    for status in ("401", "403", "404", "409", "413", "422", "429"):
        assert "application/problem+json" in create["responses"][status]["content"]
    assert {"stage", "score-from", "captured_at-to", "q", "fields"} <= {
        parameter["name"] for parameter in found["paths"]["/api/lead"]["get"]["parameters"]
    }


def test_the_description_is_in_english_whoever_asks(client):
    answer = client.get("/api/openapi.json", headers={"accept-language": "zh-hans"})
    assert answer.json()["components"]["schemas"]["Lead"]["properties"]["name"]["title"] == "Name"
