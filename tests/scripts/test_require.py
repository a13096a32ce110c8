"""What the machine lacks is named, never passed over."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/require.sh"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH with a user who is not root and nothing else."""
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    return tmp_path


def require(what: str, path: Path, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", SCRIPT, what],
        env={"PATH": str(path), "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_machine_that_has_everything_passes_in_silence(programs: Path) -> None:
    done = require("base", programs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_user_who_is_not_root_is_told_the_missing_package_and_the_command(programs: Path) -> None:
    done = require("tests", programs)
    assert done.returncode == 1
    assert "Missing Debian packages:" in done.stderr and "chromium" in done.stderr
    assert "sudo apt-get install" in done.stderr


def test_an_old_python_is_refused_with_the_way_to_name_another(programs: Path) -> None:
    old = programs / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = require("base", programs, str(old))
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr and "make PYTHON=" in done.stderr
