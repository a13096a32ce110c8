"""An import that is asked to stop ends behind its chunk, and goes on from there."""

from __future__ import annotations

import pytest

from kehu.core import changes, imports, registry
from kehu.core.access import roles
from kehu.core.imports import background, runs
from kehu.core.imports import run as engine
from kehu.core.models import Batch, ImportRun
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
