"""DED-1: the published rows of persons with their duplicates (FEBRL 1); the truth is in the name of each row."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kehu.kit.tests.real_data import real_files
from tests.examples.installation import ELSEWHERE


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command says to the file as it is published, without a hint at what its columns hold."""
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    home = tmp_path_factory.mktemp("febrl")
    environment = {**kept, "KEHU_DATA": str(home), "KEHU_PASSWORD": "of no account here"}

    def kehu(*arguments: str) -> str:
        command = [str(Path(sys.executable).parent / "kehu"), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    kehu("migrate")
    kehu("user", "add", "boss", "--role", "administrator")
    (path,) = real_files("15_dedupe", "dataset1.csv")
    return json.loads(kehu("duplicates", "scan", "contact", "--file", str(path), "--json"))


def test_nearly_all_duplicates_are_found_and_hardly_any_pair_is_wrong(answer: dict[str, Any]) -> None:
    assert answer["rows"] == 1000
    found = {frozenset(pair["rows"]) for pair in answer["pairs"]}
    truth = {frozenset((f"rec-{number}-org", f"rec-{number}-dup-0")) for number in range(500)}
    assert len(found & truth) / len(found) >= 0.99
    assert len(found & truth) / len(truth) >= 0.97


def test_the_row_names_that_hold_the_truth_are_not_compared_by(answer: dict[str, Any]) -> None:
    for pair in answer["pairs"]:
        assert "rec_id" not in (*pair["same"], *pair["near"])
