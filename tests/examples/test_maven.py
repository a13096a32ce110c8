"""Maven's pipeline: references are checked, and the published figures come out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.installation import Installation, data_set


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    here = Installation("maven", tmp_path_factory.mktemp("maven"), data_set("06_maven_crm"))
    counts = here.run()
    assert {name: (count["created"], count["rejected"]) for name, count in counts.items()} == {
        "teams": (35, 0),
        "products": (7, 0),
        "accounts": (85, 0),
        "parents": (0, 0),
        "deals": (8800, 0),
    }
    yield here


def test_the_pipeline_gives_the_published_figures(maven: Installation) -> None:
    (row,) = maven.answer("kehu metric opportunities won lost won_value win_rate sales_cycle --json")["rows"]
    assert row[:4] == [8800, 4238, 2473, 10_005_534]
    assert row[4] == pytest.approx(0.631501, abs=1e-6)
    assert row[5] == pytest.approx(51.782, abs=0.001)


def test_the_leaderboard_begins_with_darcel_schlecht(maven: Installation) -> None:
    found = maven.answer("kehu metric won_value --by owner --order=-won_value --json")["rows"]
    assert found[0] == ["Darcel Schlecht", 1_153_214]
    assert len(found) == 30


def test_deals_without_an_account_are_kept(maven: Installation) -> None:
    assert maven.rows("sales_opportunity", "account_id IS NULL") == 1425
    assert maven.rows("sales_opportunity") == 8800


def test_the_misspelt_product_is_the_one_of_the_catalog(maven: Installation) -> None:
    assert maven.rows("catalog_product") == 7
    of_pro = "product_id = (SELECT id FROM catalog_product WHERE code = 'GTX Pro')"
    assert maven.rows("sales_opportunity", of_pro) == 1480


def test_unmapped_the_misspelt_product_is_reported_row_by_row(maven: Installation, tmp_path: Path) -> None:
    mapping = (maven.script.parent / "deals.toml").read_text()
    kept = [line for line in mapping.splitlines() if not line.startswith("values = { GTXPro")]
    (tmp_path / "strict.toml").write_text("\n".join(kept))
    counts = maven.answer(
        "kehu import opportunity FOLDER/sales_pipeline.csv --map strict.toml --dry-run"
        " --errors rejected.csv --json",
        **{
            "FOLDER": maven.data,
            "strict.toml": tmp_path / "strict.toml",
            "rejected.csv": tmp_path / "rejected.csv",
        },
    )
    assert (counts["read"], counts["rejected"]) == (8800, 1480)
    with (tmp_path / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        problems = {row["problem"] for row in csv.DictReader(file)}
    assert problems == {"product: there is no Product “GTXPro”."}


def test_a_run_over_what_is_there_changes_nothing(maven: Installation) -> None:
    before = maven.rows("core_change")
    assert all(count["skipped"] == count["read"] for count in maven.run().values())
    assert maven.rows("core_change") == before
