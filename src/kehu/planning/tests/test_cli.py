import argparse
import json

import pytest

from kehu.core.errors import Refused
from kehu.planning.cli import add_commands
from kehu.planning.tests.company import car_campaign
from kehu.planning.tests.histories import CAR_LAUNCH, CAR_PLAN, MARKETPLACE

pytestmark = pytest.mark.django_db

CAR = ["plan", "back", "--revenue", "700000000", "--price", "700000"]
RATES = ["--rate", "lead_to_qualified=0.07", "qualified_to_sale=20%"]


@pytest.fixture
def past(monkeypatch):
    def remember(history):
        monkeypatch.setattr("kehu.planning.queries.history", lambda campaigns, user: history)
        monkeypatch.setattr("kehu.warehouse.feed.refresh", lambda wait: 0)
        car_campaign()

    return remember


def main(arguments):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    options = parser.parse_args(arguments)
    return options.run(options)


def printed(capsys, *arguments):
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_car_launch_is_printed_with_its_channels(past, capsys):
    past(CAR_LAUNCH)
    answer = printed(capsys, *CAR, *RATES, "--history", "iXX", "--step", "10")

    assert (answer["method"], answer["units"], answer["qualified"]) == ("channel", 1000, 5000)
    assert (answer["leads"], answer["leads_exact"]) == (71430, 71428.571429)
    assert {name: row["leads"] for name, row in answer["by_channel"].items()} == CAR_PLAN
    assert answer["spend"] is None
    assert answer["notes"]


def test_the_price_may_come_from_history_and_the_left_out_are_named(past, capsys):
    past(MARKETPLACE)
    answer = printed(capsys, "plan", "back", "--revenue", "1000000", "--history", "iXX")

    assert answer["units_exact"] == pytest.approx(1239.56, abs=0.01)
    assert answer["by_channel"]["organic_search"]["leads_exact"] == pytest.approx(3392.18, abs=0.01)
    assert answer["qualified"] is None
    assert answer["left_out"] == {"other_publicities": {"leads": 65, "sales": 3, "revenue": 0}}


def test_without_json_a_table_is_printed(past, capsys):
    past(CAR_LAUNCH)
    assert main([*CAR, *RATES, "--history", "iXX", "--step", "10"]) == 0
    assert "71,430" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "back", "--revenue", "0", "--price", "7", *RATES],
        [*CAR, "--rate", "lead_to_sale=0"],
        [*CAR, "--rate", "lead_to_sale=1.1"],
        [*CAR, "--rate", "lead_to_sale"],
        [*CAR, "--rate", "lead_to_lunch=0.1"],
        CAR,
        [*CAR, *RATES, "--step", "0"],
        ["plan", "back", "--revenue", "1e999999999", "--price", "7", *RATES],
        ["plan", "back", "--revenue", "nan", "--price", "7", *RATES],
        [*CAR, *RATES, "--step", "2.5"],
        [*CAR, *RATES, "--history", "nobody knows it"],
        [*CAR, *RATES, "--as", "nobody", "--history", "iXX"],
    ],
)
def test_bad_input_is_answered_with_a_sentence(arguments, past):
    past(CAR_LAUNCH)
    with pytest.raises(Refused) as refusal:
        main(arguments)
    assert len(str(refusal.value).split()) > 3


def test_a_history_without_leads_is_answered_with_a_sentence(past):
    past([])
    with pytest.raises(Refused, match="no history"):
        main([*CAR, *RATES, "--history", "iXX"])
