"""An import that is asked to stop ends behind its chunk, and goes on from there."""

from __future__ import annotations

import pytest

from kehu.core import changes, imports, registry
from kehu.core.imports import run as engine
from kehu.core.models import Batch, ImportRun
from kehu.core.tests.company import person

pytestmark = pytest.mark.django_db


def test_a_stopped_import_keeps_what_is_in_and_goes_on_or_is_undone(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "CHUNK", 10)
    by, kind = person("admin"), registry.get("region")
    path = tmp_path / "regions.csv"
    path.write_text("\n".join(["name", *(f"region {number}" for number in range(35)), ""]), encoding="utf-8")
    fields = {"code": {"column": "name"}, "name": {"column": "name"}}
    mapping = imports.values.mapping_of({"fields": fields, "key": "code"}, kind)

    def ask(run: ImportRun) -> None:
        ImportRun.objects.filter(pk=run.pk).update(stop_asked=run.read == 20)

    run = imports.import_file(kind, path, mapping, by=by, progress=ask)
    run.refresh_from_db()
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
