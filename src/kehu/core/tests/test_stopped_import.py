"""An import that is asked to stop ends behind its chunk, and goes on from there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kehu.core import changes, imports, registry
from kehu.core.access import roles
from kehu.core.errors import Forbidden
from kehu.core.imports import background, runs
from kehu.core.imports import run as engine
from kehu.core.models import Batch, ImportRun, User
from kehu.core.tests.company import person

pytestmark = pytest.mark.django_db


def stopped(tmp_path, monkeypatch, by):
    """An import of 35 regions that was stopped behind the first 20."""
    monkeypatch.setattr(engine, "CHUNK", 10)
    kind = registry.get("region")
    path = tmp_path / "regions.csv"
    path.write_text("\n".join(["name", *(f"region {number}" for number in range(35)), ""]), encoding="utf-8")
    fields = {"code": {"column": "name"}, "name": {"column": "name"}}
    mapping = imports.values.mapping_of({"fields": fields, "key": "code"}, kind)

    def ask(run: ImportRun) -> None:
        ImportRun.objects.filter(pk=run.pk).update(stop_asked=run.read == 20)

    run = imports.import_file(kind, path, mapping, by=by, progress=ask)
    run.refresh_from_db()
    return kind, mapping, run


def test_a_stopped_import_keeps_what_is_in_and_goes_on_or_is_undone(tmp_path, monkeypatch):
    by = person("admin")
    kind, mapping, run = stopped(tmp_path, monkeypatch, by)
    assert (run.state, run.stop_asked, run.read) == (ImportRun.State.STOPPED, False, 20)
    assert kind.model.objects.count() == 20
    batch = Batch.objects.get(pk=run.batch_id)
    assert batch.state == Batch.State.STOPPED

    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.RUNNING)
    run.refresh_from_db()
    engine.go_on(run, kind, mapping)
    run.refresh_from_db()
    assert (run.state, run.read, run.created, run.rejected) == (ImportRun.State.DONE, 35, 35, 0)
    changes.undo(batch=Batch.objects.get(pk=batch.pk), by=by)
    assert not kind.model.objects.exists()


@pytest.mark.parametrize("change", [{"role": roles.ANALYST}, {"is_active": False}])
def test_whoever_lost_the_right_meanwhile_brings_in_no_more(tmp_path, monkeypatch, change):
    by = person("head", roles.SALES_HEAD)
    kind, _mapping, run = stopped(tmp_path, monkeypatch, by)
    for name, value in change.items():
        setattr(by, name, value)
    changes.save(by, by=None)
    runs.go_on(run=run, by=by)
    background.run_import(run=run.pk)
    run.refresh_from_db()
    assert (run.state, run.read, kind.model.objects.count()) == (ImportRun.State.FAILED, 20, 20)
    assert "does not allow this" in run.problem


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"role": roles.ANALYST}, "The role or team of head changed, so the import stopped here."),
        ({"is_active": False}, "head may not sign in any more, so the import stopped here."),
        ({"role": roles.ADMINISTRATOR}, "Go on to bring in the rest with the rights of now."),
    ],
)
def test_whoever_loses_the_right_while_it_runs_brings_in_no_further_chunk(
    tmp_path, monkeypatch, change, told
):
    monkeypatch.setattr(engine, "CHUNK", 10)
    by, kind = person("head", roles.SALES_HEAD), registry.get("region")
    path = tmp_path / "regions.csv"
    path.write_text("\n".join(["name", *(f"region {number}" for number in range(35)), ""]), encoding="utf-8")
    fields = {"code": {"column": "name"}, "name": {"column": "name"}}
    mapping = imports.values.mapping_of({"fields": fields, "key": "code"}, kind)

    def meanwhile(run: ImportRun) -> None:
        if run.read == 20:
            User.objects.filter(pk=by.pk).update(**change)

    with pytest.raises(Forbidden, match=told):
        imports.import_file(kind, path, mapping, by=by, progress=meanwhile)
    run = ImportRun.objects.get()
    assert (run.state, run.read, kind.model.objects.count()) == (ImportRun.State.FAILED, 20, 20)
    assert told in run.problem
    assert run.batch.state == Batch.State.STOPPED


def test_an_import_that_kills_its_process_again_and_again_is_given_up(tmp_path, monkeypatch):
    by = person("admin")
    _kind, _mapping, run = stopped(tmp_path, monkeypatch, by)
    dead = {"state": ImportRun.State.RUNNING, "beat_at": timezone.now() - timedelta(minutes=5)}
    monkeypatch.setattr(engine, "go_on", lambda *given: None)  # as if it died at once
    for time in range(1, 5):
        ImportRun.objects.filter(pk=run.pk).update(**dead)
        imports.finish_interrupted()
        run.refresh_from_db()
        assert run.interrupted == time
    assert (run.state, run.problem) == (
        ImportRun.State.FAILED,
        "It was interrupted too often. Ask your administrator.",
    )
    engine.take_up(run=run, by=by)
    run.refresh_from_db()
    assert run.interrupted == 0
