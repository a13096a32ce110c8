"""A Kehu of its own in a fresh folder, used as a person does: by the scripts and commands of the examples."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kehu.kit.tests.real_data import real_files

REPOSITORY = Path(__file__).parents[2]
# What the test run sets for itself, and what would lead the example elsewhere.
ELSEWHERE = ("DATABASE_URL", "WAREHOUSE_URL", "KEHU_TEST_DATABASE", "KEHU_TEST_FOLDER")
MINUTES = 600


def data_set(folder: str) -> Path:
    """The folder of a published data set."""
    return real_files(folder, "*.csv")[0].parent


@dataclass(frozen=True)
class Installation:
    """An example's installation: its script, its README, its data."""

    example: str
    home: Path
    data: Path

    @property
    def script(self) -> Path:
        return REPOSITORY / "examples" / self.example / "run"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        path = f"{Path(sys.executable).parent}:{kept['PATH']}"
        return {**kept, "PATH": path, "KEHU_DATA": str(self.home), "KEHU_PASSWORD": "of no account here"}

    def run(self) -> dict[str, dict[str, int]]:
        """The example's script from beginning to end; the counts of each import by its mapping."""
        done = self._call([str(self.script), str(self.data)])
        counts = {}
        for line in done.splitlines():
            name, brace, rest = line.partition("{")
            if brace and name.strip():
                counts[name.strip()] = json.loads(brace + rest)
        return counts

    def run_until(self, table: str, rows: int, how: signal.Signals) -> int:
        """Start the script, stop it once a table has that many rows; the rows that are in by then."""
        command = [str(self.script), str(self.data)]
        quiet = subprocess.DEVNULL
        started = subprocess.Popen(
            command,
            env=self.environment,
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,
            # A shell's background job ignores Ctrl-C, and so would all that it starts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        deadline = time.monotonic() + MINUTES
        while self.rows(table) < rows:
            assert started.poll() is None, f"{self.script} ended before it could be stopped"
            assert time.monotonic() < deadline, f"{table} never had {rows} rows"
            time.sleep(0.02)
        os.killpg(started.pid, how)
        started.wait(timeout=60)
        return self.rows(table)

    def rows(self, table: str, condition: str = "1 = 1") -> int:
        """How many rows a table has; 0 before there is one."""
        try:
            database = sqlite3.connect(f"file:{self.home / 'kehu.sqlite3'}?mode=ro", uri=True, timeout=30)
        except sqlite3.OperationalError:
            return 0
        try:
            return database.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0]
        except sqlite3.OperationalError:
            return 0
        finally:
            database.close()

    def answer(self, command: str, **places: Path) -> Any:
        """What a command of the example's README answers; words in capitals stand for paths."""
        readme = (self.script.parent / "README.md").read_text(encoding="utf-8")
        assert command in readme.splitlines(), f"not in the README: {command}"
        for word, path in places.items():
            command = command.replace(word, str(path))
        return json.loads(self._call(shlex.split(command)))

    def by(self, command: str) -> dict[str, list[Any]]:
        """The rows of such an answer by their first column."""
        return {row[0]: row[1:] for row in self.answer(command)["rows"]}

    def django(self, code: str) -> str:
        """What Python code prints inside the installation."""
        return self._call(["kehu", "manage", "shell", "--verbosity", "0", "--command", code]).strip()

    def _call(self, command: list[str]) -> str:
        done = subprocess.run(
            command, env=self.environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=MINUTES
        )
        assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
        return done.stdout
