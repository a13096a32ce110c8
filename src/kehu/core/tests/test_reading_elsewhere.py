"""A large file is read by a second process; the death of either leaves an import that can go on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kehu.core import imports, registry
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.imports import run as engine
from kehu.core.models import Batch, ImportRun, User
from kehu.core.tests.company import person
from kehu.core.tests.files import problems

pytestmark = pytest.mark.django_db(transaction=True)
FIELDS = {"code": {"column": "code"}, "name": {"column": "name"}}
# So wide that the reading process has to wait for the writing one.
ROWS, WIDTH = 16_000, 200


def children() -> list[int]:
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(pid) for place in found for pid in place.read_text().split()]


@pytest.fixture
def by(monkeypatch) -> User:
    monkeypatch.setattr(engine, "LARGE", 1)
    return person("admin")


def load(path: Path, by: User, **options) -> ImportRun:
    kind = registry.get("region")
    mapping = imports.values.mapping_of({"fields": FIELDS, "key": "code"}, kind)
    return imports.import_file(kind, path, mapping, by=by, errors_to=path.with_suffix(".errors"), **options)


def test_two_processes_write_what_one_does(tmp_path, by):
    path = tmp_path / "regions.csv"
    path.write_text("code,name\na,北\nb,\nb,南\na,東\n,西\nc,中\n", encoding="utf-8")
    before = set(children())
    run = load(path, by)
    assert (run.read, run.created, run.rejected, run.state) == (6, 3, 3, ImportRun.State.DONE)
    assert [row for row, _problem in problems(path)] == ["3", "5", "6"]
    assert set(children()) == before
    assert load(path, by, dry_run=True).skipped == 3


def test_an_import_whose_reading_process_was_killed_is_taken_up_and_ends_complete(tmp_path, by):
    path, kind = tmp_path / "regions.csv", registry.get("region")
    lines = [f"c{number},{number:0{WIDTH // 2}},{'x' * WIDTH}" for number in range(ROWS)]
    path.write_text("\n".join(["code,name,rest", *lines, ""]), encoding="utf-8")

    def kill(run: ImportRun) -> None:
        for pid in children():
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(Refused, match="process that reads"):
        load(path, by, progress=kill)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.FAILED and 0 < run.read < ROWS
    assert Batch.objects.get().state == Batch.State.STOPPED
    with pytest.raises(Forbidden):
        imports.take_up(run=run, by=person("other", "marketing_staff"))

    mapping = imports.values.mapping_of(run.mapping, kind)
    run = imports.go_on(imports.take_up(run=run, by=by), kind, mapping)
    assert (run.state, run.read, run.created, run.rejected) == (ImportRun.State.DONE, ROWS, ROWS, 0)
    assert kind.model.objects.count() == ROWS
    with pytest.raises(Conflict):
        imports.take_up(run=run, by=by)


def test_time_left_is_told_while_it_runs_and_a_stop_is_obeyed(tmp_path, by, monkeypatch):
    monkeypatch.setattr(engine, "CHUNK", 100)
    path = tmp_path / "regions.csv"
    path.write_text("\n".join(["code,name", *(f"c{n},n{n}" for n in range(1000)), ""]), encoding="utf-8")
    left = []

    def progress(run: ImportRun) -> None:
        left.append(run.time_left)
        if run.read == 300:
            imports.stop(run=run, by=by)

    run = load(path, by, progress=progress)
    assert (run.state, run.read, run.time_left) == (ImportRun.State.STOPPED, 300, None)
    assert all(time is not None and time.total_seconds() > 0 for time in left)
    with pytest.raises(Conflict, match="does not run"):
        imports.stop(run=run, by=by)
