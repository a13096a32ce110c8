"""The kept database is the one that the migrations of this tree make, or it is not used."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kehu.testing import migrated
from kehu.testing.migrated import Kept


def a_tree(folder: Path, migration: str) -> Path:
    package = folder / "src/kehu"
    for name, text in (("core/migrations/0001_initial.py", migration), ("core/models/people.py", "people")):
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "requirements").mkdir(exist_ok=True)
    (folder / "requirements/dev.txt").write_text("django==5.2")
    return package


@pytest.mark.django_db
def test_tests_run_on_a_database_with_every_migration() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_an_edited_migration_model_or_lock_finds_nothing_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = a_tree(tmp_path, "first")
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    monkeypatch.setattr(migrated, "PACKAGE", package)
    seen = {migrated.fingerprint()}
    a_tree(tmp_path, "second")
    seen.add(migrated.fingerprint())
    (package / "core/models/people.py").write_text("more people")
    seen.add(migrated.fingerprint())
    (tmp_path / "requirements/dev.txt").write_text("django==5.3")
    seen.add(migrated.fingerprint())
    assert len(seen) == 4


def test_where_nothing_is_kept_there_is_nothing_to_restore(tmp_path: Path) -> None:
    assert Kept(tmp_path).restore() is False


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_holds_the_tables_and_replaces_what_was_kept_before(tmp_path: Path) -> None:
    old = tmp_path / f"{connection.vendor}-0123456789"
    old.write_text("of older migrations")
    kept = Kept(tmp_path)
    kept.keep()
    assert not old.exists()
    assert b"django_migrations" in kept.path.read_bytes()
