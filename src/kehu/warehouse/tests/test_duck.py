"""The engine over tables on disk: it follows every commit, and reads nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kehu.warehouse import duck, store
from kehu.warehouse.engine import Engine
from kehu.warehouse.examples import tables_of
from kehu.warehouse.metrics import Example
from kehu.warehouse.tests import cases


@pytest.fixture
def warehouse(tmp_path: Path) -> duck.Warehouse:
    """The small world of cases.py as Delta tables."""
    disk = store.Store(str(tmp_path))
    for name, table in tables_of(Example(cases.ROWS, ()), cases.SHAPES).items():
        disk.table(cases.SHAPES[name]).load(table.to_batches(), zone="UTC")
    return duck.Warehouse(disk, cases.SHAPES)


def leads(warehouse: duck.Warehouse) -> list[tuple]:
    return Engine(cases.CATALOG, warehouse).ask(["leads", "sales"], user=None, by=["channel"]).rows


def row(**values: object):
    return tables_of(Example({"lead": [values]}, ()), cases.SHAPES)["lead"]


@pytest.mark.parametrize("held", [0, 1_000_000])
def test_answers_follow_appends_deletions_and_merges(warehouse, monkeypatch, held):
    monkeypatch.setattr(store, "HELD_CELLS", held)
    assert leads(warehouse) == cases.engine().ask(["leads", "sales"], user=None, by=["channel"]).rows
    table = warehouse.store.table(cases.SHAPES["lead"])
    table.append(row(id=3, channel_id=1, created_on="2010-06-08"), [5], fed=1)
    table.append(row(id=6, channel_id=2, created_on="2010-06-08"), [], fed=2)
    after = [("(not visible)", 1, 0), ("Fair", 1, 1), ("Web", 3, 1)]
    assert leads(warehouse) == after
    table.merge()
    assert leads(warehouse) == after


def test_a_table_that_was_never_fed_counts_nothing(tmp_path):
    empty = duck.Warehouse(store.Store(str(tmp_path)), cases.SHAPES)
    assert Engine(cases.CATALOG, empty).ask(["leads", "cost_per_lead"], user=None).rows == [(0, None)]


def test_a_kept_answer_cannot_be_spoilt_by_who_got_it(warehouse):
    first = leads(warehouse)
    expected = list(first)
    first.clear()
    assert leads(warehouse) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('{folder}/lead/*.parquet')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
    ],
)
def test_a_statement_reaches_no_file_and_no_setting(warehouse, tmp_path, statement):
    with pytest.raises(duckdb.Error):
        warehouse.fetch(statement.format(folder=tmp_path), ["lead"])
