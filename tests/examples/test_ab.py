"""AB-1 and AB-6: the landing page test of a published course, as it is published, and two published sample sizes."""

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


def kehu(home: Path, *arguments: str) -> dict[str, Any]:
    """What a command answers where nothing is set up: it needs no database."""
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    command = [str(Path(sys.executable).parent / "kehu"), *arguments, "--json"]
    done = subprocess.run(
        command, env={**kept, "KEHU_DATA": str(home)}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    (path,) = real_files("09_ab_landing", "ab_data.csv.zip")
    home = tmp_path_factory.mktemp("ab")
    return kehu(home, "experiment", "analyse", str(path), "--arm", "group", "--outcome", "converted")


def test_mismatches_and_the_repeated_person_are_left_out_and_told(answer: dict[str, Any]) -> None:
    assert {each["reason"]: each["rows"] for each in answer["dropped"]} == {"mismatch": 3893, "repeat": 1}
    assert (answer["rows"], answer["units"]) == (294_478, 290_584)


def test_the_published_figures_come_out(answer: dict[str, Any]) -> None:
    (outcome,) = answer["outcomes"]
    control, treatment = outcome["arms"]
    assert control["rate"] == pytest.approx(0.120386, abs=1e-6)
    assert treatment["rate"] == pytest.approx(0.118808, abs=1e-6)
    assert treatment["z"] == pytest.approx(1.3109, abs=1e-4)
    assert treatment["p"] == pytest.approx(0.1899, abs=1e-4)
    assert outcome["verdict"] == "no difference"
    assert answer["sample_ratio"]["state"] == "ok"


def test_the_published_sample_sizes_come_out(tmp_path: Path) -> None:
    arcsine = kehu(tmp_path, "experiment", "size", "--base", "0.13", "--lift", "0.02")
    miller = kehu(tmp_path, "experiment", "size", "--base", "0.20", "--lift", "0.05")
    assert arcsine["methods"]["arcsine"]["per_arm"] == 4720
    assert miller["methods"]["evan_miller"]["per_arm"] == 1030
