"""Where an import takes a field's value from."""

from __future__ import annotations

from pathlib import Path

import pytest

from kehu.catalog.models import Product
from kehu.core import imports, registry
from kehu.core.access import roles
from kehu.core.actions import people
from kehu.core.errors import Refused
from kehu.core.models import ImportRun, User

pytestmark = pytest.mark.django_db(transaction=True)

FILE = "line,model,price,state\nGTX,Pro,4821,on\nGTX,,55,off\n,MG,7,on\n"
JOINED = """
key = "code"
[fields.code]
columns = ["line", "model"]
values = { GTX = "G" }
[fields.name]
column = "line"
default = "other"
[fields.list_price]
column = "price"
when = { state = "on" }
"""


@pytest.fixture
def admin(db: None) -> User:
    values = {"username": "ada", "name": "Ada", "role": roles.ADMINISTRATOR}
    return people.create_user(values=values, by=None)


def load(folder: Path, text: str, mapping: str, by: User) -> ImportRun:
    (folder / "products.csv").write_text(text)
    (folder / "map.toml").write_text(mapping)
    kind = registry.get("product")
    return imports.import_file(
        kind, folder / "products.csv", imports.read_mapping(folder / "map.toml", kind), by=by
    )


def test_columns_are_joined_and_a_value_counts_only_under_its_condition(tmp_path: Path, admin: User) -> None:
    run = load(tmp_path, FILE, JOINED, admin)
    assert (run.created, run.rejected) == (3, 0)
    found = Product.objects.order_by("id").values_list("code", "name", "list_price")
    assert list(found) == [("G-Pro", "GTX", 4821), ("G", "GTX", None), ("MG", "other", 7)]


def test_rows_found_by_a_joined_key_are_updated_not_doubled(tmp_path: Path, admin: User) -> None:
    load(tmp_path, FILE, JOINED, admin)
    run = load(tmp_path, FILE.replace("4821", "4900"), JOINED, admin)
    assert (run.created, run.updated, run.skipped) == (0, 1, 2)


def test_a_repeated_joined_key_is_named_by_its_columns(tmp_path: Path, admin: User) -> None:
    run = load(tmp_path, FILE + "GTX,Pro,1,on\n", JOINED, admin)
    assert run.rejected == 1
    assert "line + model: row 2 has the same key, “G-Pro”" in Path(run.errors_to).read_text()


def test_a_condition_on_a_missing_column_is_refused(tmp_path: Path, admin: User) -> None:
    with pytest.raises(Refused, match="sold"):
        load(tmp_path, FILE, JOINED.replace("state =", "sold ="), admin)
