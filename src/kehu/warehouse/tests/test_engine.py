"""Figures by dimensions: what counts, when it counts, and what is said about names that are not there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kehu.core.errors import Refused
from kehu.warehouse.dialects import to_dialect
from kehu.warehouse.tests.cases import CATALOG, engine


def ask(*metrics, **question):
    return engine().ask(list(metrics), user=None, **question)


def test_each_metric_counts_by_the_day_of_its_own_event():
    answer = ask("leads", "qualified", "sales", end="2010-06-30")
    assert answer.rows == [(3, 1, 0)]
    assert ask("leads", "qualified", "sales").rows == [(5, 2, 2)]


def test_nothing_dated_after_the_as_of_day_counts():
    assert ask("leads", "qualified", "sales", "spend", as_of="2010-07-05").rows == [(5, 1, 1, 50)]


def test_a_value_that_a_row_lacks_is_blank_and_one_that_cannot_be_seen_is_said_to_be_so():
    answer = ask("leads", by=["channel"])
    assert answer.rows == [("(blank)", 1), ("(not visible)", 1), ("Fair", 1), ("Web", 2)]
    assert ask("leads", by=["region"]).rows == [("(blank)", 4), ("北", 1)]


def test_datasets_are_joined_on_the_dimensions_and_missing_groups_count_nothing():
    answer = ask("leads", "spend", "cost_per_lead", by=["channel"])
    assert answer.rows[2:] == [("Fair", 1, 0, 0.0), ("Web", 2, Decimal(50), 25.0)]
    assert answer.columns == ["channel", "leads", "spend", "cost_per_lead"]
    assert answer.units == {"leads": "count", "spend": "money", "cost_per_lead": "money"}


def test_a_group_without_a_denominator_has_no_ratio():
    answer = ask("cost_per_lead", "share_large", by=["channel", "month"], where={"channel": ["Web"]})
    assert answer.rows == [("Web", "2010-06", 15.0, None), ("Web", "2010-07", None, 0.0)]


def test_the_total_of_a_ratio_is_made_from_sums():
    answer = ask("lead_to_qualified", "leads", by=["channel"], where={"channel": ["Web", "Fair"]})
    assert [row[1] for row in answer.rows] == [1.0, 0.5]
    assert answer.totals == {"lead_to_qualified": pytest.approx(2 / 3), "leads": 3}


def test_a_cohort_ratio_takes_leads_of_the_period_and_events_up_to_the_as_of_day():
    june = {"start": "2010-06-01", "end": "2010-06-30"}
    assert ask("lead_to_qualified", **june).rows == [(pytest.approx(2 / 3),)]
    assert ask("lead_to_qualified", **june, as_of="2010-07-31").rows == [(pytest.approx(1 / 3),)]
    assert ask("lead_to_sale", by=["month"], as_of="2010-07-31").rows == [
        ("2010-06", pytest.approx(1 / 3)),
        ("2010-07", 0.0),
    ]


def test_one_metric_may_be_asked_by_event_and_by_cohort_at_once():
    answer = ask("qualified", "lead_to_qualified", by=["month"])
    assert answer.rows == [
        ("2010-06", 1, pytest.approx(2 / 3)),
        ("2010-07", 0, 0.0),
        ("2010-08", 1, None),
    ]


def test_formulas_reckon_with_the_joined_figures():
    assert ask("profit", "return").rows == [(Decimal("300.5"), pytest.approx(300.5 / 50))]
    assert ask("return", as_of="2010-05-01").rows == [(None,)]


def test_weeks_start_on_the_company_day_unless_one_campaign_is_asked_for():
    assert engine().ask(["leads"], user=None, by=["week"], end="2010-06-30").rows == [
        ("2010-05-31", 1),
        ("2010-06-07", 2),
    ]
    assert engine(6).ask(["leads"], user=None, by=["week"], end="2010-06-30").rows == [
        ("2010-05-30", 1),
        ("2010-06-06", 2),
    ]
    answer = ask("leads", by=["week"], where={"campaign": ["iXX"]})
    assert answer.columns == ["week", "week_number", "leads"]
    assert answer.rows == [("2010-06-01", 1, 2), ("2010-06-08", 2, 1)]


def test_a_row_of_an_answer_can_be_asked_for_again():
    assert ask("leads", where={"week": ["2010-06-07"]}).rows == [(2,)]
    assert ask("leads", where={"month": "2010-06", "channel": "Web"}).rows == [(2,)]
    assert ask("leads", where={"channel": ["(blank)", "Fair"]}).rows == [(2,)]


def test_two_people_of_one_name_are_told_apart():
    answer = ask("leads", by=["owner"], where={"campaign": "iXX"})
    assert answer.rows == [("李娜", 1), ("王伟 (wang1)", 1), ("王伟 (wang2)", 1)]
    assert ask("leads", where={"owner": "王伟 (wang2)"}).rows == [(1,)]


def test_rows_come_sorted_and_cut_as_asked():
    answer = ask("leads", by=["channel"], order=["-leads"], limit=2)
    assert answer.rows == [("Web", 2), ("(blank)", 1)]
    assert answer.totals == {"leads": 5}


@pytest.mark.parametrize(
    "value", ["O'Brien", "x'; DROP TABLE lead; --", "\\", "$1", "__value_0", "', user) IN (SELECT 1) --"]
)
def test_what_a_user_typed_stays_a_value(value):
    answer = ask("leads", where={"region": [value]})
    assert answer.rows == [(0,)]
    assert ask("leads", where={"region": [value, "北"]}).rows == [(1,)]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ({"metrics": ["leeds"]}, "qualified"),
        ({"metrics": []}, "qualified"),
        ({"metrics": ["leads"], "by": ["colour"]}, "budget_class"),
        ({"metrics": ["spend"], "by": ["region"]}, "channel"),
        ({"metrics": ["cost_per_lead"], "where": {"region": "北"}}, "channel"),
        ({"metrics": ["leads"], "as_of": "yesterday"}, "2010-08-31"),
        ({"metrics": ["leads"], "where": {"month": "June"}}, "2010-08"),
        ({"metrics": ["leads"], "order": ["spend"]}, "spend"),
    ],
)
def test_a_question_with_an_unknown_name_is_answered_with_what_there_is(question, named):
    with pytest.raises(Refused) as refusal:
        engine().ask(user=None, **question)
    assert named in str(refusal.value)


def test_a_figure_leads_to_its_records():
    found = engine().records("qualified", user=None, as_of="2010-07-01")
    assert (found.object, found.ids, found.more) == ("lead", [1], False)
    assert engine().records("sales", user=None, where={"channel": "Fair"}).ids == [2]
    cohort = {"where": {"month": "2010-06"}, "as_of": "2010-07-31"}
    assert engine().records("lead_to_qualified", user=None, **cohort).ids == [1]
    assert engine().records("lead_to_qualified", user=None, part="denominator", **cohort).ids == [3, 2, 1]


def test_every_statement_can_be_written_for_spark():
    for name in CATALOG.metrics:
        by = [dimension for dimension in CATALOG.dimensions_of(name) if dimension != "week"]
        spark = to_dialect(ask(name, by=[*by, "week"], as_of="2010-08-31").sql, "spark")
        assert "DATE_FORMAT" in spark
        assert "strftime" not in spark.lower()


def test_a_declaration_that_names_nothing_is_found_at_once():
    from kehu.warehouse.catalog import Catalog
    from kehu.warehouse.metrics import Dataset, Metric, Ratio

    with pytest.raises(ValueError, match="no dataset"):
        Catalog((), (), (Metric("a", "", "", "nowhere"),))
    with pytest.raises(ValueError, match="no dimension"):
        Catalog((Dataset("d", "lead", dimensions={"colour": "x"}),), (), ())
    with pytest.raises(ValueError, match="no metric"):
        Catalog((), (), (Ratio("r", "", "", "a", "b"),))
