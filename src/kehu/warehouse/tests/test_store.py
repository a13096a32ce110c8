"""Fact tables on disk: what was appended is what is read, whatever happened in between."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kehu.warehouse.facts import Column, Shape
from kehu.warehouse.store import Store, Table

SHAPE = Shape(
    "deal",
    (
        Column("id", "int", "id"),
        Column("name", "text", "name"),
        Column("won_on", "date", "won_on"),
        Column("value", "decimal", "value"),
    ),
)


def rows(*items: tuple[int, str]) -> pa.Table:
    return pa.Table.from_pydict(
        {
            "id": [item[0] for item in items],
            "name": [item[1] for item in items],
            "won_on": [date(2010, 6, 1)] * len(items),
            "value": [Decimal(item[0] * 10) for item in items],
        },
        schema=SHAPE.schema(),
    )


@pytest.fixture
def table(tmp_path: Path) -> Table:
    table = Store(str(tmp_path)).table(SHAPE)
    table.load(rows((1, "one"), (2, "two"), (3, "three")).to_batches(), zone="UTC")
    return table


def names(table: Table) -> dict[int, str]:
    return {row["id"]: row["name"] for row in table.rows().to_pylist()}


def test_a_table_that_was_never_loaded_is_empty(tmp_path: Path) -> None:
    table = Store(str(tmp_path)).table(SHAPE)
    assert table.snapshot() is None
    assert table.rows().num_rows == 0
    assert not table.fits("UTC")


def test_the_last_append_of_a_row_counts(table: Table) -> None:
    table.append(rows((2, "zwei"), (4, "four")), [], fed=1)
    table.append(rows((2, "deux")), [1], fed=2)
    assert names(table) == {2: "deux", 3: "three", 4: "four"}
    assert table.fed() == 2


def test_merging_changes_nothing_that_a_reader_sees(table: Table) -> None:
    table.append(rows((2, "zwei"), (4, "four")), [1], fed=1)
    before = table.rows()
    assert table.merge() == 3
    assert table.rows().equals(before)
    assert table.snapshot() is not None and table.snapshot().recent.num_rows == 0
    table.append(rows((1, "back")), [4], fed=2)
    assert names(table) == {1: "back", 2: "zwei", 3: "three"}


def test_a_second_process_sees_appends_and_merges(table: Table, tmp_path: Path) -> None:
    other = Store(str(tmp_path)).table(SHAPE)
    assert names(other)[2] == "two"
    table.append(rows((2, "zwei")), [], fed=1)
    assert names(other)[2] == "zwei"
    table.merge()
    assert names(other) == {1: "one", 2: "zwei", 3: "three"}


def test_a_merge_that_dies_after_its_commit_loses_and_doubles_nothing(table: Table) -> None:
    table.append(rows((2, "zwei"), (4, "four")), [1], fed=1)
    before = table.rows()

    def die() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        table.merge(after_commit=die)
    assert table.rows().equals(before)
    table.append(rows((3, "drei")), [], fed=2)
    table.merge()
    assert names(table) == {2: "zwei", 3: "drei", 4: "four"}


def test_a_full_load_supersedes_what_was_appended(table: Table) -> None:
    table.append(rows((2, "zwei")), [1], fed=7)
    table.load(rows((1, "uno"), (2, "dos")).to_batches(), zone="UTC")
    assert names(table) == {1: "uno", 2: "dos"}
    assert table.fed() == 7


def test_other_columns_or_another_time_zone_do_not_fit(table: Table, tmp_path: Path) -> None:
    assert table.fits("UTC")
    assert not table.fits("Asia/Taipei")
    wider = Shape("deal", (*SHAPE.columns, Column("region", "text", "region")))
    other = Store(str(tmp_path)).table(wider)
    assert not other.fits("UTC")
    other.load(iter(()), zone="UTC")
    assert other.fits("UTC")
    assert other.rows().column_names == list(wider.names)


KILLED = """
import os, signal, sys
from kehu.warehouse.store import Store
from kehu.warehouse.tests.test_store import SHAPE, rows
table = Store(sys.argv[1]).table(SHAPE)
table.append(rows((2, "zwei"), (9, "nine")), [1], fed=5)
table.merge(after_commit=lambda: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_process_killed_between_merge_and_clean_up_leaves_a_sound_table(
    table: Table, tmp_path: Path
) -> None:
    environment: dict[str, Any] = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=environment, check=False)
    assert done.returncode == -9
    assert names(table) == {2: "zwei", 3: "three", 9: "nine"}
    table.merge()
    assert names(table) == {2: "zwei", 3: "three", 9: "nine"}
