import pytest

from kehu.planning.metrics import METRICS
from kehu.warehouse.catalog import catalog
from kehu.warehouse.examples import run_example
from kehu.warehouse.facts import shapes


@pytest.mark.parametrize("name", [metric.name for metric in METRICS])
def test_a_planned_figure_is_that_of_the_version_in_force(name):
    run_example(catalog(), shapes(), name)
