"""Imports through the API: a file and a mapping in, the state of the run out."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kehu.core import registry
from kehu.core.access import roles
from kehu.core.actions import people
from kehu.core.imports import background, fields
from kehu.core.models import ImportDraft, ImportRun, User
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db
ROWS = "who;tel\nAnn;0912345678\nBob;\n"
MAPPING = {"fields": {"name": {"column": "who"}, "phone": {"column": "tel"}}}


@pytest.fixture
def admin() -> User:
    return person("admin")


def caller(user: User) -> Client:
    token = people.issue_token(user=user, name="test")
    return Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})


def send(client: Client, text: str | bytes = ROWS, key: str = "lead", **data: str):
    content = text.encode() if isinstance(text, str) else text
    return client.post(f"/api/import/{key}", {"file": SimpleUploadedFile("a.csv", content), **data})


def test_a_file_is_imported_with_a_mapping_and_the_run_can_be_followed(admin):
    client = caller(admin)
    answer = send(client, mapping=json.dumps(MAPPING))
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    pk = answer.json()["id"]
    background.run_import(run=pk)
    told = client.get(f"/api/imports/{pk}").json()
    assert {told[name] for name in ("state", "created", "rejected", "undone")} == {"done", 2, 0}
    told = client.post(f"/api/imports/{pk}/undo").json()
    assert (told["undone"], registry.get("lead").model.objects.count()) == (True, 0)
    assert client.post(f"/api/imports/{pk}/undo").status_code == 409
    assert client.get(f"/api/imports/{pk}/errors").status_code == 404


def test_a_mapping_is_proposed_with_its_evidence_and_nothing_kept(admin):
    answer = send(caller(admin), "Name;First contact\nAnn;31/8/2010\n", propose="true").json()
    assert answer["mapping"]["fields"]["captured_at"]["format"] == "dmy"
    assert answer["file"]["delimiter"]["value"] == ";"
    assert not ImportDraft.objects.exists()
    assert not ImportRun.objects.exists()


def test_without_a_mapping_the_proposed_one_is_used_and_toml_is_one_too(admin):
    client = caller(admin)
    background.run_import(run=send(client, "Name,Phone\nAnn,0912345678\n").json()["id"])
    toml = '[fields.name]\ncolumn = "x"\n[file]\nheader_row = 2\n'
    background.run_import(run=send(client, "a,b\nx,y\nBob,1\n", mapping=toml).json()["id"])
    assert sorted(map(str, registry.get("lead").model.objects.all())) == ["Ann", "Bob"]


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("{", "cannot be read"),
        ("[1]", "not understood at “1”"),
        ("x = 1", "not understood at “x”"),
        ('{"fields": [1]}', "not understood at “fields”"),
        ('{"fields": {"name": 1}}', "not understood at “fields.name”"),
        ('{"fields": {"name": {"column": 1}}}', "not understood at “fields.name.column”"),
        ('{"fields": {"name": {"column": "a\\u0000"}}}', "not understood"),
        ('{"fields": {"name": {"column": "\\ud800"}}}', "not understood"),
        ('{"fields": {"name": {"values": {"a": [1]}}}}', "not understood at “fields.name.values”"),
        ('{"fields": {"name": {"colum": "who"}}}', "does not know colum"),
        ('{"fields": {"name": {"column": "nobody"}}}', "“nobody” is missing"),
        ('{"fields": {"password": {"column": "who"}}}', "has no field “password”"),
        ('{"fields": {"name": {"column": "who"}}, "file": {"header_row": "x"}}', "takes: encoding"),
        ('{"fields": {"name": {"column": "who"}}, "file": {"encoding": "martian"}}', "no encoding named"),
        ('{"fields": {"name": {"column": "who"}}, "key": "name"}', "cannot be found by “name”"),
        (
            '{"fields": {"name": {"column": "who"}, "owner": {"column": "tel", "lookup": "password"}}}',
            "cannot be found by “password”",
        ),
        (
            '{"fields": {"name": {"column": "who"}, "owner": {"column": "tel", "lookup": "team__name"}}}',
            "cannot be found by",
        ),
        ('{"fields": {"name": {"column": "who"}}, "key": "phone"}', "not among the fields"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_a_problem_with_its_sentence(admin, mapping, sentence):
    answer = send(caller(admin), mapping=mapping)
    assert answer.status_code == 422, answer.content
    assert sentence in answer.json()["title"]
    assert not ImportDraft.objects.exists()


def test_a_request_without_a_file_or_for_nothing_is_refused(admin):
    client = caller(admin)
    assert client.post("/api/import/lead", {}).status_code == 422
    assert send(client, key="nothing").status_code == 404
    assert client.get("/api/imports/999999999999999999999").status_code == 404
    assert send(caller(person("analyst", roles.ANALYST))).status_code == 403


def test_a_run_of_another_is_not_there(admin):
    marketing = caller(person("marketing", roles.MARKETING_HEAD))
    pk = send(marketing, mapping=json.dumps(MAPPING)).json()["id"]
    other = caller(person("other", roles.MARKETING_HEAD))
    assert other.get(f"/api/imports/{pk}").status_code == 404
    for verb in ("stop", "go-on", "undo"):
        assert other.post(f"/api/imports/{pk}/{verb}").status_code == 404
    assert caller(admin).get(f"/api/imports/{pk}").status_code == 200
    assert marketing.post(f"/api/imports/{pk}/stop").json()["state"] == "stopped"


def test_looking_up_by_what_the_role_reads_covered_is_refused():
    """Whoever sees a contact's number covered cannot ask for it by a file either."""
    make("account", name="A")
    analyst = person("analyst", roles.ANALYST)
    assert "phone" not in fields.keys(registry.get("contact"), analyst)
    assert "phone" not in fields.lookups(registry.get("account"), analyst)
