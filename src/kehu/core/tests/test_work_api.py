"""Long work through the API: begun, asked how far it is, its file fetched, stopped, gone on with."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kehu.core import work
from kehu.core.access import roles
from kehu.core.imports import background
from kehu.core.models import User, Work
from kehu.core.tests.calling import caller, problem_of, send
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return person("admin")


def begun(client: Any, address: str = "/api/account/export", body: Any = None, **headers: str) -> Any:
    return send(client, "post", address, body, **headers)


def test_an_export_is_begun_followed_and_fetched_by_its_person_alone(admin):
    for name in ("b", "a", "c"):
        make("account", name=name)
    client = caller(admin, "account:read")
    where = json.dumps({"field": "name", "op": "ne", "value": "c"})
    answer = begun(client, f"/api/account/export?where={where}&sort=-name", {"columns": ["name", "phone"]})
    told = answer.json()
    assert (answer.status_code, answer["Location"]) == (202, told["url"])
    assert (told["what"], told["state"], told["done"], told["file"]) == ("export", "waiting", 0, None)
    work.run(pk=int(told["id"]))
    told = client.get(told["url"]).json()
    assert (told["state"], told["done"], told["total"], told["outcome"]) == ("done", 2, 2, "2 rows")
    assert told["rate"] > 0 and told["seconds_left"] is None
    lines = b"".join(client.get(told["file"]).streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Name", "b", "a"]
    stranger = caller(person("other"))
    for address in (told["url"], told["file"]):
        problem_of(stranger.get(address), 404)
        problem_of(caller(admin, "lead:read").get(address), 403)
    problem_of(client.delete(told["url"]), 409)


def test_without_columns_it_holds_those_of_the_list_and_a_repeated_call_begins_nothing(admin):
    client = caller(admin)
    first = begun(client, body={}, Idempotency_Key="k").json()
    assert begun(client, body={}, Idempotency_Key="k").json()["id"] == first["id"]
    assert Work.objects.get().parameters["columns"][0] == "name"
    assert client.get("/api/work").json()["items"] == [client.get(first["url"]).json()]


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        ("/api/account/export", {"format": "exe"}, "format"),
        ("/api/account/export", {"columns": ["owner.password"]}, "columns"),
        ("/api/account/export", {"column": ["name"]}, "column"),
        ("/api/account/export?nam=x", {}, "nam"),
        ("/api/account/export?include_deleted=true", {}, "include_deleted"),
        ("/api/account/export?where={", {}, ""),
        ("/api/account/export?sort=nothing", {}, "sort"),
    ],
)
def test_senseless_wishes_are_refused_by_name(admin, address, body, field):
    told = problem_of(begun(caller(admin), address, body))
    assert told["status"] == 422 and (not field or field in told["fields"])
    assert not Work.objects.exists()


def test_who_may_not_see_the_records_begins_no_export(admin):
    problem_of(begun(caller(person("agent", roles.SERVICE_AGENT)), "/api/lead/export"), 404)
    problem_of(begun(caller(admin, "lead:read")), 403)


def test_long_work_is_stopped_and_gone_on_with(admin):
    client = caller(admin)
    told = begun(client).json()
    assert client.delete(told["url"]).json()["state"] == "waiting"
    work.run(pk=int(told["id"]))
    assert client.get(told["url"]).json()["state"] == "stopped"
    problem_of(send(client, "post", f"{told['url']}/stop"), 409)
    assert send(client, "post", f"{told['url']}/go-on").json()["state"] == "waiting"
    work.run(pk=int(told["id"]))
    assert client.get(told["url"]).json()["state"] == "done"


def test_how_long_it_will_take_comes_from_its_pace(admin):
    told = begun(caller(admin)).json()
    began = timezone.now() - timedelta(seconds=10)
    Work.objects.filter(pk=int(told["id"])).update(state="running", started_at=began, done=100, total=300)
    told = caller(admin).get(told["url"]).json()
    assert told["rate"] == pytest.approx(10, rel=0.2)
    assert told["seconds_left"] == pytest.approx(20, abs=4)


def test_an_import_and_a_bulk_edit_are_followed_the_same_way(admin):
    client = caller(admin)
    mapping = json.dumps({"fields": {"name": {"column": "who"}}, "key": ""})
    file = SimpleUploadedFile("a.csv", b"who\nAnn\nBob\n")
    run = client.post("/api/import/account", {"file": file, "mapping": mapping}).json()
    url = f"/api/work/import-{run['id']}"
    assert client.get(url).json()["state"] == "waiting"
    background.run_import(run=run["id"])
    told = client.get(url).json()
    assert (told["what"], told["state"], told["done"], told["batch"]) == ("import", "done", 2, run["batch"])
    problem_of(client.get(f"{url}/file"), 404)
    edited = send(client, "post", "/api/account/bulk-edit", {"all": True, "values": {"phone": "1"}}).json()
    told = client.get(f"/api/work/{edited['work']}").json()
    assert (told["what"], told["done"], told["batch"]) == ("bulk", 2, edited["batch"])
    assert send(client, "post", f"/api/batches/{told['batch']}/undo").status_code == 200
    assert client.get(told["url"]).json()["undone"] is True
    listed = client.get("/api/work").json()["items"]
    assert [one["id"] for one in listed] == [str(edited["work"]), f"import-{run['id']}"]


@pytest.mark.parametrize("name", ["0", "x", "9" * 30, "import-0", "import-x", "-1", "import-import-1", "%00"])
def test_what_is_not_there_is_not_there(admin, name):
    client = caller(admin)
    for address in (f"/api/work/{name}", f"/api/work/{name}/file"):
        problem_of(client.get(address), 404)
