"""Two that do the same at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from kehu.core import changes, jobs, registry
from kehu.core.errors import Conflict, Refused
from kehu.core.imports import drafts
from kehu.core.models import Batch, Change, ImportRun, Schedule, Team
from kehu.core.tests.company import person

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_workers_takes_a_run_that_is_due():
    declared = jobs.Periodic("tick", lambda: None, timedelta(minutes=5))
    taken = at_once(lambda: jobs._take(declared))
    assert sorted(taken) == [False, True]
    assert Schedule.objects.count() == 1


def test_of_two_who_undo_a_batch_one_is_told_that_it_is_done():
    admin = person("admin")
    with changes.batch("edit", by=admin) as batch:
        changes.save(Team(name="North"), by=admin, batch=batch)

    def undo() -> str:
        try:
            changes.undo(batch=Batch.objects.get(pk=batch.pk), by=admin)
        except Conflict as refusal:
            return str(refusal)
        return ""

    assert sorted(at_once(undo)) == ["", "This has been undone already."]
    assert Change.objects.filter(verb="undo").count() == 1


def test_a_file_that_is_begun_twice_at_once_is_imported_once(settings, tmp_path):
    settings.KEHU_DATA = str(tmp_path)
    admin, kind = person("admin"), registry.get("region")
    file = SimpleUploadedFile("regions.csv", b"code,name\nn,North\n")
    draft = drafts.keep(kind=kind, upload=file, by=admin)

    def begin() -> str:
        try:
            drafts.begin(draft=drafts.find(draft.pk, admin), by=admin)
        except Refused as refusal:
            return str(refusal)
        return ""

    assert sorted(at_once(begin)) == ["", "There is no such file. It may have been imported already."]
    assert ImportRun.objects.count() == 1


def at_once(do: Callable[[], Any]) -> list[Any]:
    """What two threads with a connection each get."""
    answers: list[Any] = []
    together = threading.Barrier(2)

    def work() -> None:
        try:
            together.wait(20)
            answers.append(do())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    return answers
