"""An import in the browser, step by step: upload, columns, preview, run, error file, undo."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kehu.core import registry, work
from kehu.core.access import roles
from kehu.core.imports import background
from kehu.core.models import ImportDraft, ImportRun, SavedMapping
from kehu.core.tests.company import make, person

pytestmark = pytest.mark.django_db
ROWS = (
    "Name;Phone;E-mail;Channel\nAnn;0912345678;ann@x.test;web\n"
    + "Bob;0912345679;nonsense;web\nCy;0912345670;cy@x.test;tv\n"
)


@pytest.fixture
def client() -> Client:
    make("channel", code="web", name="Web")
    return signed_in("admin")


def signed_in(name: str, role: str = roles.ADMINISTRATOR) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person(name, role))
    return client


def uploaded(client: Client, text: str = ROWS, key: str = "lead", name: str = "list.csv") -> ImportDraft:
    file = SimpleUploadedFile(name, text.encode())
    answer = client.post(reverse("import-new", args=[key]), {"file": file})
    assert answer.status_code == 302, answer.content
    return ImportDraft.objects.latest("id")


def mapped(client: Client, draft: ImportDraft, **chosen: str) -> None:
    page = client.get(reverse("import-file", args=[draft.pk])).context["page"]
    data = {f"field-{column['place']}": column["chosen"] for column in page["columns"]}
    answer = client.post(reverse("import-file", args=[draft.pk]), {**data, "key": page["key"], **chosen})
    assert answer.headers["Location"] == reverse("import-preview", args=[draft.pk])


def begun(client: Client, draft: ImportDraft) -> ImportRun:
    client.post(reverse("import-begin", args=[draft.pk]))
    run = ImportRun.objects.latest("id")
    assert run.state == ImportRun.State.WAITING
    background.run_import(run=run.pk)
    run.refresh_from_db()
    return run


def status(client: Client, address: str, pk: int) -> int:
    answer = client.get(reverse(address, args=[pk]))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def kept(settings: Any) -> set[Path]:
    return set((settings.KEHU_DATA / "imports" / "drafts").glob("*"))


def test_a_file_goes_the_whole_way(client):
    draft = uploaded(client)
    page = client.get(reverse("import-file", args=[draft.pk]))
    assert [column["chosen"] for column in page.context["page"]["columns"]] == [
        "name",
        "phone",
        "email",
        "channel",
    ]
    mapped(client, draft)
    shown = client.get(reverse("import-preview", args=[draft.pk])).context["page"]
    assert [row["what"] for row in shown["rows"]] == ["create", "reject", "reject"]
    assert not registry.get("lead").model.objects.exists()
    run = begun(client, draft)
    assert (run.state, run.created, run.rejected) == (ImportRun.State.DONE, 1, 2)
    assert not ImportDraft.objects.exists()
    page = client.get(reverse("import-run", args=[run.pk]))
    assert page.context["page"]["run"]["records_url"]
    answer = client.get(page.context["page"]["run"]["records_url"])
    listed = answer.context["page"]
    assert len(listed["rows"]) == 1 and "Ann" in answer.content.decode()
    assert "list.csv" in listed["narrowed"][0].label


def test_the_error_file_is_corrected_and_imported_with_the_mapping_used_before(client):
    run = begun(client, uploaded(client))
    errors = b"".join(client.get(reverse("import-errors", args=[run.pk])).streaming_content).decode(
        "utf-8-sig"
    )
    assert [row["problem"][:6] for row in csv.DictReader(io.StringIO(errors))] == ["E-mail", "Channe"]
    again = uploaded(client, errors.replace("nonsense", "bob@x.test").replace("tv", "web"), name="again.csv")
    assert again.mapping == SavedMapping.objects.get().mapping
    assert "saved" in again.reading
    assert begun(client, again).created == 2


def test_an_import_is_undone_from_its_page(client):
    run = begun(client, uploaded(client))
    client.post(reverse("import-undo", args=[run.pk]))
    assert not registry.get("lead").model.objects.exists()
    assert client.get(reverse("import-run", args=[run.pk])).context["page"]["run"]["state"] == "undone"


def test_a_run_that_waits_is_stopped_at_once_and_goes_on(client):
    client.post(reverse("import-begin", args=[uploaded(client).pk]))
    run = ImportRun.objects.get()
    client.post(reverse("import-stop", args=[run.pk]))
    background.run_import(run=run.pk)
    run.refresh_from_db()
    assert (run.state, run.read) == (ImportRun.State.STOPPED, 0)
    client.post(reverse("import-go-on", args=[run.pk]))
    background.run_import(run=run.pk)
    run.refresh_from_db()
    assert (run.state, run.created) == (ImportRun.State.DONE, 1)


def test_what_was_recognised_can_be_changed(client):
    draft = uploaded(client, "a,b\nName,Phone\nAnn,0912345678\n")
    client.post(reverse("import-reading", args=[draft.pk]), {"delimiter": ",", "header_row": "2"})
    draft.refresh_from_db()
    assert draft.header == ["Name", "Phone"]
    assert set(draft.mapping["fields"]) == {"name", "phone"}
    for wrong in ("0", "x", "99"):
        client.post(reverse("import-reading", args=[draft.pk]), {"header_row": wrong})
        draft.refresh_from_db()
        assert draft.header == ["Name", "Phone"]


def test_columns_are_joined_left_out_and_one_value_is_for_all(client):
    draft = uploaded(client, "x,y,z\nAnn,Lee,0912345678\n")
    mapped(
        client,
        draft,
        **{"field-0": "name", "field-1": "name", "field-2": "", "fixed-0": "channel", "value-0": "web"},
    )
    draft.refresh_from_db()
    assert draft.mapping["fields"] == {
        "name": {"columns": ["x", "y"], "join": " "},
        "channel": {"value": "web"},
    }
    assert begun(client, draft).created == 1
    assert str(registry.get("lead").model.objects.get()) == "Ann Lee"


def test_a_choice_draws_what_it_brings_with_it(client):
    draft = uploaded(client, "when,who\n31/8/2010,Ann\n")
    url = reverse("import-file", args=[draft.pk])
    data = {"field-0": "captured_at", "field-1": "name", "draw": "1"}
    page = client.post(url, data, headers={"HX-Request": "true"}).context["page"]
    assert page["columns"][0]["options"][0]["chosen"] == "dmy"
    assert "captured_at" not in ImportDraft.objects.get().mapping["fields"]


@pytest.mark.parametrize(
    "data", [{}, {"field-0": ""}, {"field-0": "password"}, {"field-0": "owner__password"}]
)
def test_a_mapping_that_makes_no_sense_is_refused_where_it_stands(client, data):
    draft = uploaded(client, "zzz\nAnn\n")
    answer = client.post(reverse("import-file", args=[draft.pk]), data)
    assert answer.status_code == 422
    assert "Choose a field for at least one column." in answer.content.decode()


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", b"PK\x03\x04broken"]
)
def test_what_is_no_table_is_refused_on_the_page_and_not_kept(client, content, settings):
    before = kept(settings)
    answer = client.post(reverse("import-new", args=["lead"]), {"file": SimpleUploadedFile("a.csv", content)})
    assert answer.status_code == 422
    assert not ImportDraft.objects.exists()
    assert kept(settings) == before


def test_a_file_larger_than_the_installation_takes_is_refused_with_the_limit(client, settings):
    settings.KEHU_UPLOAD_LIMIT = 1 << 20
    file = SimpleUploadedFile("big.csv", b"name\n" + b"x" * (3 << 20))
    answer = client.post(reverse("import-new", args=["lead"]), {"file": file})
    assert answer.status_code == 422
    assert "too large: 1 MB" in answer.content.decode()


def test_a_trial_counts_all_rows_and_writes_none(client):
    draft = uploaded(client)
    client.post(reverse("import-trial", args=[draft.pk]))
    draft.refresh_from_db()
    work.run(pk=draft.trial.pk)
    draft.trial.refresh_from_db()
    assert draft.trial.outcome.startswith("3 rows: 1 would be created")
    assert draft.trial.file
    assert not registry.get("lead").model.objects.exists()
    assert status(client, "work-file", draft.trial.pk) == 200


def test_a_file_and_its_run_are_their_owners_and_the_administrators(client):
    marketing, other = signed_in("marketing", roles.MARKETING_HEAD), signed_in("other", roles.MARKETING_HEAD)
    draft = uploaded(marketing)
    for address in ("import-file", "import-preview"):
        assert other.get(reverse(address, args=[draft.pk])).status_code == 404
        assert client.get(reverse(address, args=[draft.pk])).status_code == 404
    for address in ("import-begin", "import-discard", "import-trial", "import-reading"):
        assert other.post(reverse(address, args=[draft.pk])).status_code == 404
    run = begun(marketing, draft)
    for address in ("import-run", "import-errors"):
        assert (status(other, address, run.pk), status(client, address, run.pk)) == (404, 200)
    assert other.get(f"{reverse('list', args=['lead'])}?batch={run.batch_id}").status_code == 404
    assert other.post(reverse("import-undo", args=[run.pk])).status_code == 404
    assert other.get(reverse("imports")).context["page"]["runs"] == []


def test_who_may_not_add_is_offered_nothing_and_refused():
    analyst = signed_in("analyst", roles.ANALYST)
    assert analyst.get(reverse("import-new", args=["lead"])).status_code == 403
    assert analyst.get(reverse("list", args=["lead"])).context["page"]["import_url"] == ""
    assert analyst.get(reverse("import-new", args=["nothing"])).status_code == 404
    agent = signed_in("agent", roles.SERVICE_AGENT)
    assert agent.get(reverse("import-new", args=["budget_phase"])).status_code == 404
