"""The rows of a file are compared where nothing is set up yet: no table, no administrator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = (
    "name,email,phone,owner,account,region\n"
    "Ann Lee,ann@x.example,212-555-0100,rep1,Acme,North\n"
    "Ann Lee,ann@x.example,(212) 555 0100,rep1,Acme,North\n"
    "Bob Ray,bob@x.example,212-555-0999,rep2,Bolt,South\n"
)


@pytest.mark.parametrize("kind", ["lead", "contact"])
def test_a_file_is_scanned_without_a_database(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KEHU_", "DATABASE_"))}
    environment = {**kept, "KEHU_DATA": str(tmp_path / "new")}
    command = [
        str(Path(sys.executable).parent / "kehu"),
        "duplicates",
        "scan",
        kind,
        "--file",
        str(path),
        "--json",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert answer["rows"] == 3
    assert [pair["lines"] for pair in answer["pairs"]] == [[2, 3]]
