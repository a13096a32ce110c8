"""Versions, keys of calls that may come twice, many records at once, and taking it all back."""

from __future__ import annotations

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from kehu.core import registry
from kehu.core.access import roles
from kehu.core.models import Batch, Change, IdempotencyKey
from kehu.core.tests.calling import caller, problem_of, send
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return person("admin")


@pytest.fixture
def client(admin):
    return caller(admin)


def region(code: str = "n", name: str = "N"):
    return make("region", code=code, name=name)


def names() -> list[str]:
    return sorted(registry.get("region").model.objects.values_list("name", flat=True))


def test_a_version_is_read_once_and_written_only_while_it_stands(client):
    address = f"/api/region/{region().pk}"
    first = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": f'"other", {first}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first)
    edited = send(client, "patch", address, {"name": "M"}, If_Match=first)
    assert edited.status_code == 200 and edited["ETag"] != first
    assert client.get(address, headers={"If-None-Match": first}).status_code == 200
    refused = send(client, "patch", address, {"name": "X"}, If_Match=first)
    assert problem_of(refused, 412)["type"] == "urn:kehu:problem:changed"
    assert problem_of(send(client, "delete", address, If_Match=first), 412)
    assert names() == ["M"]
    assert send(client, "patch", address, {"name": "O"}, If_Match="*").status_code == 200
    last = client.get(address)["ETag"]
    assert send(client, "patch", address, {"name": "P"}, If_Match=f"W/{last}").status_code == 412
    assert send(client, "delete", address, If_Match=last).status_code == 204


def test_a_repeated_call_writes_once_and_gets_the_same_answer(client):
    body = {"code": "n", "name": "N"}
    first = send(client, "post", "/api/region", body, Idempotency_Key="a")
    second = send(client, "post", "/api/region", body, Idempotency_Key="a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (first["ETag"], first["Location"]) == (second["ETag"], second["Location"])
    assert "Idempotency-Replayed" not in first and second["Idempotency-Replayed"] == "true"
    assert names() == ["N"]
    other = send(client, "post", "/api/region", {"code": "m", "name": "M"}, Idempotency_Key="a")
    assert problem_of(other, 422)["fields"].keys() == {"Idempotency-Key"}
    assert names() == ["N"]


def test_a_repeated_edit_does_not_undo_what_came_between(client):
    address = f"/api/region/{region().pk}"
    send(client, "patch", address, {"name": "First"}, Idempotency_Key="a")
    send(client, "patch", address, {"name": "Second"})
    assert send(client, "patch", address, {"name": "First"}, Idempotency_Key="a").json()["name"] == "First"
    assert names() == ["Second"]


def test_a_refused_call_may_be_mended_under_the_same_key(client):
    assert send(client, "post", "/api/region", {"name": "N"}, Idempotency_Key="a").status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert (
        send(client, "post", "/api/region", {"code": "n", "name": "N"}, Idempotency_Key="a").status_code
        == 201
    )


def test_a_key_belongs_to_its_person_and_to_its_day(client):
    body = {"code": "n", "name": "N"}
    send(client, "post", "/api/region", body, Idempotency_Key="a")
    other = caller(person("boss", roles.MARKETING_HEAD))
    assert (
        send(other, "post", "/api/region", {"code": "m", "name": "M"}, Idempotency_Key="a").status_code == 201
    )
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert (
        send(client, "post", "/api/region", {"code": "o", "name": "O"}, Idempotency_Key="a").status_code
        == 201
    )
    assert names() == ["M", "N", "O"]


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_a_key_that_is_none_is_refused(client, key):
    problem_of(send(client, "post", "/api/region", {"code": "n", "name": "N"}, Idempotency_Key=key), 422)
    assert names() == []


def test_many_rows_are_made_and_changed_by_their_key_and_taken_back_together(client):
    old = region("a", "Old")
    rows = [{"code": "a", "name": "New"}, {"code": "b", "name": "B"}]
    answer = send(client, "post", "/api/region/bulk?key=code", {"items": rows}, Idempotency_Key="a")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["created"], found["updated"], found["rejected"]) == (1, 1, 0)
    assert found["results"][0] == {"index": 0, "status": "updated", "id": old.pk, "detail": "", "fields": {}}
    assert names() == ["B", "New"]
    again = send(client, "post", "/api/region/bulk?key=code", {"items": rows}, Idempotency_Key="a")
    assert again.content == answer.content
    same = send(client, "post", "/api/region/bulk?key=code", {"items": rows}).json()
    assert (same["unchanged"], same["batch"]) == (2, None)
    batch = client.get(f"/api/batches/{found['batch']}").json()
    assert (batch["state"], batch["changes"]) == ("done", 2)
    undone = send(client, "post", f"/api/batches/{found['batch']}/undo")
    assert undone.status_code == 200, undone.content
    assert undone.json()["undoes"] == found["batch"]
    assert names() == ["Old"]
    problem_of(send(client, "post", f"/api/batches/{found['batch']}/undo"), 409)


BAD = [
    {"code": "a", "name": "A"},
    {"code": "b"},
    {"code": "c", "name": "C", "nam": "x"},
    {"code": "a", "name": "Twice"},
    {"name": "No key"},
    [],
]


def test_one_wrong_row_holds_all_back(client):
    answer = send(client, "post", "/api/region/bulk?key=code", {"items": BAD})
    fields = problem_of(answer, 422)["fields"]
    assert {"items[1].name", "items[2].nam", "items[3].code", "items[4].code"} <= set(fields)
    assert (
        names() == []
        and not Batch.objects.exists()
        and not Change.objects.filter(object_type="region").exists()
    )


def test_each_row_stands_for_itself_where_that_is_asked_for(client):
    answer = send(client, "post", "/api/region/bulk?key=code&atomic=false", {"items": BAD})
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert [row["status"] for row in found["results"]] == ["created"] + ["rejected"] * 5
    assert all(row["detail"] for row in found["results"][1:])
    assert names() == ["A"]


def test_a_call_holds_no_more_than_a_thousand_rows(client):
    rows = [{"code": f"c{n}", "name": "x"} for n in range(1001)]
    problem_of(send(client, "post", "/api/region/bulk", {"items": rows}), 422)
    problem_of(send(client, "post", "/api/region/bulk", {"items": []}), 422)
    problem_of(send(client, "post", "/api/region/bulk", {}), 422)
    answer = send(client, "post", "/api/region/bulk", {"items": rows[:1000]})
    assert answer.json()["created"] == 1000


def test_leads_come_with_their_touches_and_their_rules(client):
    rows = [{"name": f"Lead {n}", "external_key": f"k{n}", "first_kind": "download"} for n in range(5)]
    found = send(client, "post", "/api/lead/bulk?key=external_key", {"items": rows}).json()
    assert found["created"] == 5
    assert registry.get("touch").model.objects.count() == 5
    rows = [{"name": "X", "email": "no address"}, {"name": "Y", "first_kind": "no kind"}, {"name": "Z" * 201}]
    refused = send(client, "post", "/api/lead/bulk?atomic=false", {"items": rows}).json()
    assert [set(row["fields"]) for row in refused["results"]] == [{"email"}, {"first_kind"}, {"name"}]
    assert registry.get("lead").model.objects.count() == 5


def test_no_key_finds_what_may_not_be_read(admin):
    analyst = caller(person("analyst", roles.ANALYST))
    answer = send(analyst, "post", "/api/lead/bulk?key=phone", {"items": [{"phone": "1", "name": "x"}]})
    assert answer.status_code in (403, 422)
    assert (
        send(caller(admin), "post", "/api/lead/bulk?key=score", {"items": [{"name": "x"}]}).status_code == 422
    )


def test_many_rows_reach_no_further_than_the_right(admin):
    hers = person("rep", roles.SALES_REP)
    stranger = make("account", name="Secret")
    answer = send(
        caller(hers), "post", "/api/account/bulk", {"items": [{"name": "Mine", "parent": stranger.pk}]}
    )
    assert "may not see" in problem_of(answer, 422)["detail"]
    analyst = caller(person("analyst", roles.ANALYST))
    problem_of(send(analyst, "post", "/api/account/bulk", {"items": [{"name": "x"}]}), 403)


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_time_writes_once(admin):
    client, start, answers = caller(admin), Barrier(4), []

    def call() -> None:
        start.wait()
        answers.append(send(client, "post", "/api/region", {"code": "n", "name": "N"}, Idempotency_Key="a"))
        connection.close()

    threads = [Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 3
    assert names() == ["N"]


@pytest.mark.django_db(transaction=True)
def test_what_is_not_written_has_no_answer_to_repeat(admin, monkeypatch):
    """As after a crash between the write and its end: key and record come together or not at all."""
    client = caller(admin)
    client.raise_request_exception = False
    monkeypatch.setattr(IdempotencyKey, "save", lambda self, **_options: 1 / 0)
    answer = send(client, "post", "/api/region", {"code": "n", "name": "N"}, Idempotency_Key="a")
    assert problem_of(answer, 500)["type"] == "urn:kehu:problem:failure"
    monkeypatch.undo()
    assert names() == [] and not IdempotencyKey.objects.exists()
    assert (
        send(client, "post", "/api/region", {"code": "n", "name": "N"}, Idempotency_Key="a").status_code
        == 201
    )


def test_json_of_answers_is_text_and_nothing_else(client):
    region(name="<script>alert(1)</script>")
    answer = client.get("/api/region")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert json.loads(answer.content)["items"][0]["name"] == "<script>alert(1)</script>"
