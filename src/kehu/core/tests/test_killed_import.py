"""An import killed with no chance to clean up is finished by the next start: nothing twice, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from kehu.core import changes, imports, registry
from kehu.core.models import Batch, Change, ImportRun, SearchRow
from kehu.core.tests.company import person
from kehu.core.tests.files import problems

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 1300
KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.close()
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from pathlib import Path
from kehu.core import imports, registry
from kehu.core.imports import rejects, run
from kehu.core.imports.chunks import Chunk
from kehu.core.models import User

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

calls = []
if sys.argv[3] == "inside the second chunk":
    write = Chunk.write
    def second(self, rows):
        calls.append(write(self, rows))
        return die() if len(calls) == 2 else calls[-1]
    Chunk.write = second
elif sys.argv[3] == "after the error file, before the commit":
    add = rejects.Rejects.add
    def second(self, rejected):
        calls.append(add(self, rejected))
        return die() if len(calls) == 2 else calls[-1]
    rejects.Rejects.add = second
elif sys.argv[3] == "after the last chunk":
    run._finish = die
run.CHUNK = 500
kind = registry.get("region")
fields = {"code": {"column": "name"}, "name": {"column": "name"}}
mapping = imports.values.mapping_of({"fields": fields, "key": "code"}, kind)
path = Path(sys.argv[2])
imports.import_file(kind, path, mapping, by=User.objects.get(), errors_to=path.with_suffix(".errors"))
"""


def killed(path: Path, moment: str) -> int:
    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", KILLED, name, str(path), moment]
    return subprocess.run(command, env=environment, check=False).returncode


@pytest.mark.parametrize(
    "moment", ["inside the second chunk", "after the error file, before the commit", "after the last chunk"]
)
def test_the_next_start_finishes_a_killed_import(tmp_path, moment):
    by, regions = person("admin"), registry.get("region").model
    # Every 200th row repeats the key of the one before it.
    names = [f"region {number - (number % 200 == 199)}" for number in range(ROWS)]
    bad = sum(number % 200 == 199 for number in range(ROWS))
    path = tmp_path / "regions.csv"
    path.write_text("\n".join(["name", *names, ""]), encoding="utf-8")
    assert killed(path, moment) == -signal.SIGKILL

    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.RUNNING
    assert regions.objects.count() == run.created == (ROWS - bad if moment == "after the last chunk" else 498)
    assert imports.finish_interrupted() == 0  # it may still be alive
    ImportRun.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
    assert imports.finish_interrupted() == 1
    assert imports.finish_interrupted() == 0

    run.refresh_from_db()
    assert (run.state, run.read, run.created, run.rejected) == (ImportRun.State.DONE, ROWS, ROWS - bad, bad)
    assert sorted(regions.objects.values_list("name", flat=True)) == sorted(set(names))
    assert run.interrupted == 1
    assert len(problems(path)) == bad
    assert Change.objects.filter(object_type="region", verb="import").count() == ROWS - bad
    assert SearchRow.objects.filter(object_type="region").count() == ROWS - bad
    batch = Batch.objects.get(pk=run.batch_id)
    assert batch.state == Batch.State.DONE
    changes.undo(batch=batch, by=by)
    assert not regions.objects.exists()
