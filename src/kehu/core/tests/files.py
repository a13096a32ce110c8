"""Files for imports, and the market that their rows belong to."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from kehu.core import imports, registry
from kehu.core.models import ImportRun, User
from kehu.core.tests.company import make

SPEND = {
    "fields": {
        "external_key": {"column": "key"},
        "campaign": {"column": "campaign"},
        "channel": {"column": "channel"},
        "day": {"column": "day", "format": "%Y-%m-%d"},
        "amount": {"column": "amount"},
        "note": {"column": "note"},
    },
    "key": "external_key",
}
HEADER = "key,campaign,channel,day,amount,note"


def market() -> None:
    make("channel", code="web", name="Web")
    make("campaign", code="ixx", name="iXX")


def spend() -> Any:
    return registry.get("spend_line")


def load(
    path: Path, by: User, *, mapping: dict[str, Any] = SPEND, kind: str = "spend_line", **options: Any
) -> ImportRun:
    found = registry.get(kind)
    return imports.import_file(
        found,
        path,
        imports.values.mapping_of(mapping, found),
        by=by,
        errors_to=path.with_suffix(".errors"),
        **options,
    )


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    return run.read, run.created, run.updated, run.skipped, run.rejected


def problems(path: Path) -> list[tuple[str, str]]:
    """Row number and sentence of every rejected row."""
    with path.with_suffix(".errors").open(encoding="utf-8-sig", newline="") as file:
        return [(row["row"], row["problem"]) for row in csv.DictReader(file)]
