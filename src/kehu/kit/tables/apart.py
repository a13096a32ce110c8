"""Reading a spreadsheet in a process of its own, which ends where it would take too much memory or time.

A spreadsheet of four kilobytes can name one long text in a million cells, or repeat a row for ever: what it unpacks to
says nothing of what it becomes. The process that answers pages is none that may die of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.utils.translation import gettext

from kehu.kit.tables.archives import too_large
from kehu.kit.tables.model import TableError

# What the process may take: address space, of which threads and libraries reserve more than they use.
MEMORY = 4 << 30
SECONDS = 120.0
START = "from kehu.kit.tables import apart; apart.main()"


@dataclass(frozen=True)
class Sheet:
    """One page of a spreadsheet: its cells as texts (none where it is empty), the places of those that are errors."""

    name: str
    names: tuple[str, ...]
    cells: Any
    wrong: frozenset[tuple[int, int]]


def read_sheet(path: Path, sheet: str | None) -> Sheet:
    """The page of that name, by default the first with content; a `TableError` where it cannot be read."""
    import pyarrow

    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "RAYON_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
    with NamedTemporaryFile(suffix=".arrow") as file:
        call = [sys.executable, "-c", START, str(path), file.name, json.dumps(sheet), str(MEMORY)]
        try:
            done = subprocess.run(call, capture_output=True, env=environment, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise too_large() from None
        if done.returncode:
            raise too_large()
        told = json.loads(done.stdout)
        if "names" not in told:
            raise TableError(gettext("The spreadsheet is damaged and cannot be read."))
        cells = None
        if told["filled"]:  # mapped: the pages of the file are memory only while they are looked at
            cells = pyarrow.ipc.open_file(pyarrow.memory_map(file.name)).get_batch(0)
    wrong = frozenset((row, column) for row, column in told["wrong"])
    return Sheet(told["name"], tuple(told["names"]), cells, wrong)


def main() -> None:
    """What the process does: the page into the file, what is to be said of it onto the standard output."""
    import resource

    path, target, sheet, memory = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import fastexcel

    try:
        told = _written(path, Path(target), json.loads(sheet))
    except fastexcel.FastExcelError:
        told = {}
    print(json.dumps(told))


def _written(path: str, target: Path, sheet: str | None) -> dict[str, Any]:
    import fastexcel
    import pyarrow

    book = fastexcel.read_excel(path)
    told: dict[str, Any] = {"names": book.sheet_names, "name": "", "filled": False, "wrong": []}
    for name in [sheet] if sheet is not None else book.sheet_names:
        if name not in book.sheet_names:
            break
        page = book.load_sheet(name, header_row=None, dtypes="string", skip_rows=0)
        if not page.width:
            continue
        cells, errors = page.to_arrow_with_errors()
        with pyarrow.OSFile(str(target), "wb") as file, pyarrow.ipc.new_file(file, cells.schema) as writer:
            writer.write_batch(cells)
        wrong = [error.position for error in errors.errors] if errors else []
        return {**told, "name": page.name, "filled": True, "wrong": wrong}
    return told
