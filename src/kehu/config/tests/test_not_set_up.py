"""On an empty data folder every command says what to do, in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = (
    "duplicates scan lead --json", "search x", "export lead --to x.csv", "user add bob", "token list", "company set",
    "company history", "undo 1", "metric list", "warehouse status", "worker",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_that_the_database_is_not_set_up(command: str, tmp_path: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WAREHOUSE_URL")
    }
    environment = {**kept, "KEHU_DATA": str(tmp_path), "KEHU_PASSWORD": "long-enough-2010"}
    ran = subprocess.run(
        [sys.executable, "-m", "kehu", *command.split()],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr.strip().splitlines()[-1] == (
        "kehu: The database is not set up for this version yet. Run: kehu migrate"
    )
    assert "Traceback" not in ran.stderr
