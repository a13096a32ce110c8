"""The figures of sales, each by its hand-computed example."""

from __future__ import annotations

import pytest

from kehu.sales import metrics
from kehu.warehouse.catalog import catalog
from kehu.warehouse.examples import run_example
from kehu.warehouse.facts import shapes


@pytest.mark.parametrize("name", [metric.name for metric in metrics.METRICS])
def test_the_engine_answers_the_example(name: str) -> None:
    run_example(catalog(), shapes(), name)
