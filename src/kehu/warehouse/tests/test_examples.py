"""Every declared metric has a hand-computed example, and the engine agrees with it."""

from __future__ import annotations

import pytest

from kehu.warehouse.catalog import Catalog, catalog
from kehu.warehouse.examples import ExampleFails, run_example
from kehu.warehouse.facts import shapes
from kehu.warehouse.metrics import Example, Metric
from kehu.warehouse.tests import cases


@pytest.mark.parametrize("name", sorted(catalog().metrics))
def test_the_engine_answers_as_the_example_was_computed_by_hand(name):
    run_example(catalog(), shapes(), name)


def one(example: Example | None) -> Catalog:
    metric = Metric("leads", "Leads", "All.", "leads", example=example)
    return Catalog(cases.DATASETS, cases.DIMENSIONS, (metric,))


def test_a_metric_without_an_example_fails():
    with pytest.raises(ExampleFails, match="has no example"):
        run_example(one(None), cases.SHAPES, "leads")


def test_an_example_that_differs_or_names_no_column_fails():
    rows = {"lead": [{"id": 1, "created_on": "2010-06-01"}]}
    run_example(one(Example(rows, expect=[("2010-06", 1)], by=["month"])), cases.SHAPES, "leads")
    with pytest.raises(ExampleFails, match="answers"):
        run_example(one(Example(rows, expect=[(2,)])), cases.SHAPES, "leads")
    with pytest.raises(ExampleFails, match="no column"):
        run_example(one(Example({"lead": [{"colour": 1}]}, expect=[])), cases.SHAPES, "leads")
    with pytest.raises(ExampleFails, match="no table"):
        run_example(one(Example({"leads": []}, expect=[])), cases.SHAPES, "leads")
