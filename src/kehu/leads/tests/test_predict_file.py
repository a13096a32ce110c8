"""`kehu predict` on files: what is learned from, what gives the outcome away, and rows that look otherwise."""

import argparse
import csv
import json
import random

import pytest

from kehu.core.errors import Refused
from kehu.kit.tests.real_data import real_files
from kehu.leads.cli import add_commands

HEADER = (
    "id", "came", "source", "minutes", "city", "same", "verdict", "lost because", "closed", "stage now", "won"
)  # fmt: skip


def row(number: int, chance: random.Random, source: str, minutes: int) -> list[str]:
    """A lead whose fate hangs on source and minutes; five columns know it afterwards."""
    likely = {"friend": 0.75, "advert": 0.25, "list": 0.1}[source] + (0.2 if minutes > 60 else 0)
    won = chance.random() < likely
    day = f"2009-{1 + number // 100:02d}-{1 + number % 28:02d}"
    told = chance.random() < 0.7
    return [
        f"L{number:05d}", day, source, str(minutes), chance.choice(("Berlin", "Bonn", "")), "x",
        ("great" if won else "hopeless") if told else "", "" if won else "price",
        f"2010-{1 + number % 12:02d}-11",
        chance.choice(("active", "sleeping")) if won != (chance.random() < 0.3) else "quiet",
        "yes" if won else "no",
    ]  # fmt: skip


@pytest.fixture
def leads(tmp_path):
    chance = random.Random(7)
    rows = [
        row(number, chance, chance.choice(("friend", "advert", "list")), chance.randrange(120))
        for number in range(1200)
    ]
    return write(tmp_path / "leads.csv", HEADER, rows)


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(capsys, *arguments):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    options = parser.parse_args(["predict", *map(str, arguments), "--json"])
    assert options.run(options) == 0
    return json.loads(capsys.readouterr().out)


def trained(capsys, leads, *arguments):
    return run(
        capsys, "train", "--file", leads, "--target", "won", "--time", "came",
        "--out", leads.with_suffix(".json"), *arguments,
    )  # fmt: skip


def test_columns_that_know_the_outcome_are_left_out_each_with_its_evidence(capsys, leads):
    body = trained(capsys, leads)
    why = {part["column"]: part["code"] for part in body["columns_left_out"]}
    assert why == {
        "id": "identifier", "came": "orders", "same": "constant", "verdict": "too_good",
        "lost because": "too_good", "closed": "dated_later", "stage now": "later_state",
    }  # fmt: skip
    assert set(body["leaks"]) == {"verdict", "lost because", "closed", "stage now"}
    assert body["columns_used"] == ["source", "minutes", "city"]
    assert "price" not in json.dumps(body["used"])


def test_it_is_tried_on_later_rows_than_it_was_learned_from_and_is_calibrated(capsys, leads):
    body = trained(capsys, leads)
    assert (body["learned_rows"], body["tried_on_later"]["rows"], body["rows"]) == (960, 240, 1200)
    assert 0.75 < body["auc"] < 0.9
    assert body["brier"] < body["tried_on_later"]["brier_of_the_rate"] - 0.04
    assert body["calibration_error"] < 0.12
    assert body["lift_by_decile"][0] > 1.5 > 0.5 > body["lift_by_decile"][-1]


def test_without_a_column_of_time_the_order_of_the_rows_counts_and_is_said(capsys, leads):
    body = run(capsys, "train", "--file", leads, "--target", "won", "--out", leads.with_suffix(".json"))
    assert body["warnings"][0]["code"] == "row_order"
    assert "came" in {part["column"] for part in body["columns_left_out"] if part["code"] == "date"}


def test_a_column_is_kept_or_dropped_as_asked(capsys, leads):
    body = trained(capsys, leads, "--keep", "stage now", "--drop", "city")
    assert body["columns_used"] == ["source", "minutes", "stage now"]
    assert {"column": "stage now", "code": "kept"}.items() <= body["warnings"][0].items()


def test_rows_with_other_columns_in_another_order_and_unknown_values_are_all_scored(capsys, leads, tmp_path):
    trained(capsys, leads)
    rows = [["", "Paris", "2010", "friend"], ["0", "Bonn", "", "pigeon"], ["900", "", "x", "LIST "]]
    later = write(tmp_path / "later.csv", ("extra", "city", "year", "source"), rows)
    body = run(capsys, "score", "--file", later, "--model", leads.with_suffix(".json"))
    assert body["missing_columns"] == ["minutes"]
    assert body["new_columns"] == ["extra", "year"]
    assert body["values_never_seen"] == {"source": 1, "city": 1}
    friend, pigeon, listed = body["scores"]
    assert friend["probability"] > pigeon["probability"] > listed["probability"]
    assert friend["decile"] < listed["decile"]
    assert friend["reasons"][0]["column"] == "source" and friend["reasons"][0]["odds_times"] > 2
    assert all(reason["column"] != "source" for reason in pigeon["reasons"])


def test_the_scores_are_written_as_a_table_in_the_order_of_the_file(capsys, leads, tmp_path):
    trained(capsys, leads)
    out = tmp_path / "scores.csv"
    body = run(capsys, "score", "--file", leads, "--model", leads.with_suffix(".json"), "--out", out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert [line["id"] for line in written] == [f"L{number:05d}" for number in range(1200)]
    assert float(written[3]["probability"]) == pytest.approx(body["scores"][3]["probability"])
    assert body["measured"]["rows"] == 1200 and body["measured"]["auc"] > 0.75
    assert body["drift_warnings"] == []


def test_leads_from_elsewhere_than_the_model_knows_are_called_drift(capsys, leads, tmp_path):
    trained(capsys, leads)
    rows = [["list", "5", "Bonn"] for _ in range(200)]
    later = write(tmp_path / "later.csv", ("source", "minutes", "city"), rows)
    body = run(capsys, "score", "--file", later, "--model", leads.with_suffix(".json"))
    assert len(body["drift_warnings"]) == 3
    assert all(value > 0.25 for value in body["drift"].values())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("--target", "wn"), "The column “wn” is missing"),
        (("--time", "city"), "cannot order the rows"),
        (("--target", "city"), "cannot be told"),
        (("--won", "maybe"), "No row has the value “maybe”"),
        (("--drop", "nothing"), "The column “nothing” is missing"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_a_sentence(capsys, leads, change, says):
    with pytest.raises(Refused, match=says):
        trained(capsys, leads, *change)


def test_too_few_rows_are_refused_with_the_numbers(capsys, leads, tmp_path):
    with leads.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    few = write(tmp_path / "few.csv", rows[0], rows[1:100])
    with pytest.raises(Refused, match="Too little to learn from"):
        trained(capsys, few)


def test_real_leads_reach_their_figure_without_the_columns_that_know_the_outcome(capsys, tmp_path):
    for path in real_files("05_xeducation", "Leads_train_oldest80.csv"):
        body = run(capsys, "train", "--file", path, "--target", "Converted", "--out", tmp_path / "m.json")
        assert {"Tags", "Lead Quality", "Last Notable Activity"} <= set(body["leaks"])
        assert body["auc"] >= 0.86
