"""All declared datasets, dimensions and metrics, by name, checked when Kehu starts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.core.errors import Refused
from kehu.warehouse.metrics import AnyMetric, Dataset, Derived, Dimension, Metric, Ratio

TIME = ("day", "week", "month")

BUILT_IN = (
    Dimension("day", _("Day")),
    Dimension("week", _("Week")),
    Dimension("month", _("Month")),
    Dimension("owner", _("Owner"), table="user", unique="username"),
)


class Catalog:
    """Everything declared, by name."""

    def __init__(
        self, datasets: Iterable[Dataset], dimensions: Iterable[Dimension], metrics: Iterable[AnyMetric]
    ) -> None:
        self.datasets = _by_name((dataset.key, dataset) for dataset in datasets)
        self.dimensions = _by_name((dimension.name, dimension) for dimension in (*dimensions, *BUILT_IN))
        self.metrics: dict[str, AnyMetric] = _by_name((metric.name, metric) for metric in metrics)
        self._check()

    def metric(self, name: str) -> AnyMetric:
        if name not in self.metrics:
            raise Refused(
                _("There is no metric “%(name)s”. There are: %(names)s.")
                % {"name": name, "names": ", ".join(sorted(self.metrics))}
            )
        return self.metrics[name]

    def dimension(self, name: str) -> Dimension:
        if name not in self.dimensions:
            raise Refused(
                _("There is no dimension “%(name)s”. There are: %(names)s.")
                % {"name": name, "names": ", ".join(sorted(self.dimensions))}
            )
        return self.dimensions[name]

    def dataset_of(self, metric: Metric) -> Dataset:
        return self.datasets[metric.dataset]

    def simple(self, name: str) -> Metric:
        metric = self.metric(name)
        if not isinstance(metric, Metric):
            raise ValueError(f"{name} is not a simple metric")
        return metric

    def dimensions_of(self, name: str) -> list[str]:
        """The dimensions that a metric can be broken down by: those that all its ingredients have."""
        found: list[set[str]] = []
        for metric in self.ingredients(name):
            found.append({*self.dataset_of(metric).dimensions, *TIME})
        shared = set.intersection(*found) if found else set()
        return [dimension for dimension in self.dimensions if dimension in shared]

    def ingredients(self, name: str) -> list[Metric]:
        """The simple metrics that a metric is made of."""
        metric = self.metric(name)
        if isinstance(metric, Metric):
            return [metric]
        if isinstance(metric, Ratio):
            names: Iterable[str] = (metric.numerator, *metric.denominators)
        else:
            names = formula_names(metric.formula)
        return [simple for part in names for simple in self.ingredients(part)]

    def _check(self) -> None:
        """Faults of a declaration are found when Kehu starts, not when somebody asks."""
        for dataset in self.datasets.values():
            for name in dataset.dimensions:
                if name not in self.dimensions:
                    raise ValueError(f"Dataset {dataset.key}: there is no dimension {name}")
        for metric in self.metrics.values():
            for part in self._parts(metric):
                if part not in self.metrics:
                    raise ValueError(f"Metric {metric.name}: there is no metric {part}")
            for simple in self.ingredients(metric.name):
                if simple.dataset not in self.datasets:
                    raise ValueError(f"Metric {simple.name}: there is no dataset {simple.dataset}")
                if isinstance(metric, Ratio) and metric.cohort:
                    self._check_cohort(metric, self.datasets[simple.dataset])

    def _parts(self, metric: AnyMetric) -> list[str]:
        if isinstance(metric, Ratio):
            return [metric.numerator, *metric.denominators]
        return formula_names(metric.formula) if isinstance(metric, Derived) else []

    def _check_cohort(self, metric: Ratio, dataset: Dataset) -> None:
        if metric.cohort not in dataset.cohorts:
            raise ValueError(f"Metric {metric.name}: dataset {dataset.key} has no cohort {metric.cohort}")


@lru_cache(maxsize=128)
def _formula_names(formula: str) -> tuple[str, ...]:
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(formula, read="duckdb")
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


def formula_names(formula: str) -> list[str]:
    """The metrics that a formula names, each once, in order."""
    return list(_formula_names(formula))


def _by_name(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in pairs:
        if name in found:
            raise ValueError(f"Two declarations are called {name}")
        found[name] = item
    return found


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    """What the installed modules declare."""
    from django.conf import settings

    modules = [
        import_module(f"{module}.metrics")
        for module in settings.MODULES
        if module != "kehu.warehouse" and find_spec(f"{module}.metrics") is not None
    ]

    def listed(name: str) -> list[Any]:
        return [item for module in modules for item in getattr(module, name, ())]

    return Catalog(listed("DATASETS"), listed("DIMENSIONS"), listed("METRICS"))
