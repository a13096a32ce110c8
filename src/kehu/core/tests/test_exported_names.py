"""Every column of a file has a name of its own, by which an import finds its field again."""

from __future__ import annotations

from pathlib import Path

import pytest

from kehu.core import exports, imports, registry
from kehu.core.actions import custom, records
from kehu.core.custom import definitions
from kehu.core.imports.proposals import propose
from kehu.core.imports.values import mapping_of
from kehu.core.models import User
from kehu.core.tests.company import person
from kehu.kit.tables import open_table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss() -> User:
    definitions.forget()
    boss = person("boss")
    for code, label in (("size", "Size"), ("length", "size"), ("name", "Name"), ("odd", "Size (size)")):
        values = {"object_type": "account", "code": code, "kind": "text", "label_en": label}
        custom.add_field(values=values, by=boss)
    return boss


PATHS = ("external_key", "custom.name", "name", "custom.length", "custom.size", "custom.odd")


def names(by: User, *paths: str) -> list[str]:
    return [column.name for column in exports.Columns(registry.get("account"), paths, by).typed]


def test_no_two_columns_are_called_alike_and_the_declared_field_keeps_its_name(boss: User) -> None:
    found = names(boss, *PATHS)
    assert found[1:] == [
        "Name (custom.name)",
        "Name",
        "size (custom.length)",
        "Size (custom.size)",
        "Size (size)",
    ]


def test_a_column_is_called_the_same_when_it_stands_alone(boss: User) -> None:
    assert names(boss, "custom.length") == ["size (custom.length)"]


@pytest.mark.parametrize("format", sorted(exports.FORMATS))
def test_what_shares_its_label_comes_back_into_its_own_field(boss: User, tmp_path: Path, format: str) -> None:
    kind = registry.get("account")
    values = {"name": "Acme", "external_key": "k1", "owner": boss}
    added = {"custom.size": "a", "custom.length": "b", "custom.name": "c"}
    record = records.create(kind.model, {**values, **added}, by=boss)
    file = tmp_path / f"accounts.{format}"
    exports.to_file(kind, file, by=boss, paths=PATHS[:-1])
    records.edit(record=record, values={**dict.fromkeys(added, "x"), "name": "y"}, by=boss)
    proposal = propose(kind, open_table(file), boss)
    done = imports.import_file(
        kind, file, mapping_of({**proposal.mapping, "key": "external_key"}, kind), by=boss
    )
    assert (done.updated, done.rejected) == (1, 0)
    record.refresh_from_db()
    assert record.name == "Acme"
    assert record.custom == {"size": "a", "length": "b", "name": "c"}
