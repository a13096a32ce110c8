import argparse
import json

import pytest

from kehu.capture.cli import add_commands
from kehu.core.errors import Refused


def main(*arguments):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    options = parser.parse_args(["experiment", *map(str, arguments)])
    return options.run(options)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "test.csv"
    rows = [
        f"{n},{'new' if n % 2 else 'old'},{int(n % 7 == 0)},{int(n % 3 == 0)},{n % 5}" for n in range(400)
    ]
    path.write_text("\n".join(["visitor_id,arm,lead,sale,paid", *rows]))
    return path


def test_every_part_of_the_answer_is_there(file, capsys):
    main("analyse", file, "--arm", "arm", "--outcome", "lead", "sale", "--money", "paid", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["rows"], answer["units"], answer["control"], answer["dropped"]) == (400, 400, "old", [])
    assert answer["sample_ratio"] == {
        "counts": {"old": 200, "new": 200}, "shares": {"old": 0.5, "new": 0.5}, "p": 1.0, "state": "ok",
    }  # fmt: skip
    lead, sale = answer["outcomes"]
    assert (lead["outcome"], sale["outcome"]) == ("lead", "sale")
    old, new = lead["arms"]
    assert (old["arm"], old["n"], old["count"], old["rate"]) == ("old", 200, 29, 0.145)
    assert new["difference"] == pytest.approx(new["rate"] - 0.145)
    assert new["difference_interval"][0] < new["difference"] < new["difference_interval"][1]
    assert {"z", "p", "verdict"} <= new.keys()
    assert answer["money"]["arms"][0]["per_unit"] == pytest.approx(2)


def test_nothing_in_the_answer_is_not_a_number(tmp_path, capsys):
    path = tmp_path / "test.csv"
    path.write_text("arm,won,paid\na,0,\nb,0,\n")
    main("analyse", path, "--arm", "arm", "--outcome", "won", "--money", "paid", "--json")
    answer = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert answer["outcomes"][0]["verdict"] == "no winner yet"


def test_people_read_sentences(file, capsys):
    main("analyse", file, "--arm", "arm", "--outcome", "lead", "--share", "old=0.9")
    told = capsys.readouterr().out
    assert "400 rows, 400 people." in told
    assert "lead: the arms are not as large as they should be" in told


def test_sizes_are_told_with_their_methods(capsys):
    main("size", "--base", "13%", "--lift", "0.02", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["per_arm"], answer["total"]) == (4720, 9440)
    main("size", "--base", "0.2", "--lift", "5%")
    assert "1,030 people per arm (as Evan Miller's calculator answers)." in capsys.readouterr().out


@pytest.mark.parametrize("share", ["old", "old=", "old=much", "=nan"])
def test_a_share_that_is_none_is_refused(file, share):
    with pytest.raises(Refused, match="is no share"):
        main("analyse", file, "--arm", "arm", "--outcome", "lead", "--share", share)


def test_a_number_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit):
        main("size", "--base", "nan", "--lift", "0.1")
    assert "“nan” is no number." in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be opened"):
        main("analyse", tmp_path / "none.csv", "--arm", "arm", "--outcome", "lead")
