"""The published data may not be kept in the repository: where they are absent the run says what it leaves out."""

from __future__ import annotations

import pytest

from kehu.kit.tests.real_data import real_files

SETS = {
    "test_olist.py": "04_olist",
    "test_maven.py": "06_maven_crm",
    "test_duplicates.py": "15_dedupe",
    "test_ab.py": "09_ab_landing",
}
ABSENT = {name: folder for name, folder in SETS.items() if not real_files(folder, "*.csv")}
collect_ignore = list(ABSENT)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, folder in ABSENT.items():
        terminalreporter.write_line(
            f"Left out: {name}. The data set {folder} is not on this machine;"
            " set KEHU_REAL_DATA to the folder that holds it."
        )
