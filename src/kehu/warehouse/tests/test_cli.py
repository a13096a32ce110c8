"""`kehu metric` and `kehu warehouse` on the command line."""

from __future__ import annotations

import argparse
import json

import pytest

from kehu.core.errors import NotFound, Refused
from kehu.warehouse import cli, engine, feed
from kehu.warehouse.tests import cases


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a command against the small world of cases.py; gives what it printed."""
    monkeypatch.setattr(engine, "engine", cases.engine)
    monkeypatch.setattr(cli, "catalog", lambda: cases.CATALOG)
    monkeypatch.setattr(feed, "refresh", lambda wait=False: 0)

    def call(*arguments: str) -> str:
        parser = argparse.ArgumentParser()
        cli.add_commands(parser.add_subparsers())
        options = parser.parse_args(arguments)
        assert options.run(options) == 0
        return capsys.readouterr().out

    return call


def test_figures_come_as_json_with_their_sql(run):
    answer = json.loads(run("metric", "leads", "revenue", "--by", "channel", "--format", "json"))
    assert answer["columns"] == ["channel", "leads", "revenue"]
    assert answer["rows"][2:] == [["Fair", 1, 250.5], ["Web", 2, 100]]
    assert answer["sql"].startswith("WITH")


def test_filters_dates_and_order_are_taken(run):
    printed = run(
        "metric", "leads", "--by", "channel", "--where", "channel=Web", "channel=Fair",
        "--from", "2010-06-01", "--to", "2010-06-30", "--as-of", "2010-06-07",
        "--order=-leads", "--format", "csv",
    )  # fmt: skip
    assert printed == "channel,leads\nWeb,2\n"


def test_a_table_is_printed_for_people(run):
    lines = run("metric", "leads", "--by", "budget_class").splitlines()
    assert lines[0].split() == ["budget_class", "leads"]
    assert "digital" in lines[3]


def test_the_statement_alone_can_be_had_for_two_engines(run):
    assert "strftime" in run("metric", "leads", "--by", "month", "--format", "sql").lower()
    assert "DATE_FORMAT" in run("metric", "leads", "--by", "month", "--format", "spark")


def test_the_list_names_metrics_and_dimensions(run):
    listed = json.loads(run("metric", "--list", "--format", "json"))
    by_name = {item["name"]: item for item in listed["metrics"]}
    assert by_name["cost_per_lead"]["dimensions"] == ["channel", "budget_class", "day", "week", "month"]
    assert "lead_to_sale" in run("metric", "--list")


def test_a_filter_without_a_value_is_refused(run):
    with pytest.raises(Refused):
        run("metric", "leads", "--where", "channel")


def test_a_dimension_that_a_metric_has_not_is_answered_with_those_that_it_has(run):
    with pytest.raises(Refused, match="“revenue” has no “level”") as refusal:
        run("metric", "revenue", "--by", "level")
    assert str(refusal.value).endswith(f"It has: {', '.join(cases.CATALOG.dimensions_of('revenue'))}.")


@pytest.mark.django_db
def test_an_unknown_user_is_not_found(run):
    with pytest.raises(NotFound):
        run("metric", "leads", "--as", "nobody")
