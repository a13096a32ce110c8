"""What a metric is reckoned from, and under which condition each row of it counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from kehu.warehouse.catalog import Catalog, formula_names
from kehu.warehouse.metrics import AnyMetric, Dataset, Metric, Ratio

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True)
class Ingredient:
    """A simple metric in one of its two uses: by its event's date, or within a cohort."""

    metric: Metric
    dataset: Dataset
    cohort: str = ""

    @property
    def event(self) -> str:
        return self.metric.time or self.dataset.time

    @property
    def time(self) -> str:
        """The date that period, weeks and months look at."""
        return self.dataset.cohorts[self.cohort] if self.cohort else self.event

    @property
    def alias(self) -> str:
        return f"{self.metric.name}__{self.cohort}" if self.time != self.event else self.metric.name

    @property
    def group(self) -> tuple[str, str]:
        return self.dataset.key, self.time


def ingredients(catalog: Catalog, metric: AnyMetric) -> list[Ingredient]:
    """What a metric is reckoned from; of a ratio the numerator first."""
    cohort = metric.cohort if isinstance(metric, Ratio) else ""
    if isinstance(metric, Metric | Ratio):
        return [
            Ingredient(simple, catalog.dataset_of(simple), cohort)
            for simple in catalog.ingredients(metric.name)
        ]
    return [
        item for name in formula_names(metric.formula) for item in ingredients(catalog, catalog.metric(name))
    ]


def figure(item: Ingredient) -> str:
    """The measure on the joined rows: a group that a dataset does not have counts nothing."""
    return f'coalesce("{item.alias}", 0)' if item.metric.zero else f'"{item.alias}"'


def condition(item: Ingredient, as_of: str) -> str:
    """What a row must fulfil to count: the metric's filter; within a cohort, that its event has happened."""
    parts = [item.metric.where] if item.metric.where else []
    if item.time != item.event:
        parts.append(f"{item.event} IS NOT NULL")
        if as_of:
            parts.append(f"{item.event} <= {as_of}")
    return " AND ".join(f"({part})" for part in parts)


@lru_cache(maxsize=1024)
def conditioned(measure: str, where: str) -> str:
    """The measure with every aggregate in it narrowed to the rows that fulfil the condition."""
    if not where:
        return measure
    from sqlglot import exp

    def narrow(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.AggFunc) and not node.find_ancestor(exp.AggFunc):
            return exp.Filter(this=node.copy(), expression=exp.Where(this=parsed(where).copy()))
        return node

    return parsed(measure).copy().transform(narrow).sql("duckdb")


def additive(item: Ingredient) -> bool:
    """Whether the measure of groups is the sum of their parts' measures, so that rows may be added up in two steps."""
    from sqlglot import exp

    tree = parsed(item.metric.measure)
    if isinstance(tree, exp.Count):
        return not isinstance(tree.this, exp.Distinct)
    return isinstance(tree, exp.Sum) and not isinstance(tree.this, exp.Distinct)


@lru_cache(maxsize=1024)
def parsed(text: str) -> exp.Expression:
    """The syntax tree of a text; copy before changing it."""
    import sqlglot

    return cast("exp.Expression", sqlglot.parse_one(text, read="duckdb"))
