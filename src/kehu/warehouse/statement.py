"""From a question to one SQL statement in DuckDB's dialect.

The rows of each dataset and date become one table expression with a row per group; these are joined on the
dimensions by full outer join, and ratios and formulas are reckoned on the joined rows. Fragments come from
declarations; what users typed enters the syntax tree as literals and is never pasted into text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import sqlglot
from sqlglot import exp

from kehu.warehouse.catalog import TIME, Catalog
from kehu.warehouse.metrics import BLANK, NOT_VISIBLE, AnyMetric, Dataset, Dimension, Metric, Ratio
from kehu.warehouse.question import Question, Weeks, day_of

NUMBER = "week_number"


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


@dataclass
class Values:
    """What users typed, by the marks that stand for it in the text until it is parsed."""

    literals: dict[str, exp.Expression] = field(default_factory=dict)

    def text(self, value: str) -> str:
        return self._mark(exp.Literal.string(value))

    def date(self, value: date) -> str:
        return self._mark(exp.cast(exp.Literal.string(value.isoformat()), "date"))

    def _mark(self, literal: exp.Expression) -> str:
        mark = f"__value_{len(self.literals)}"
        self.literals[mark] = literal
        return mark

    def put_into(self, tree: exp.Expression) -> exp.Expression:
        return tree.transform(
            lambda node: (
                self.literals[node.name].copy()
                if isinstance(node, exp.Column) and node.name in self.literals
                else node
            ),
            copy=False,
        )


@dataclass
class Statement:
    """Writes the SQL of one question."""

    catalog: Catalog
    question: Question
    weeks: Weeks
    values: Values = field(default_factory=Values)

    def tree(self) -> exp.Expression:
        """The statement that answers the question, before rights are woven in."""
        groups: dict[tuple[str, str], dict[str, Ingredient]] = {}
        for name in self.question.metrics:
            for item in ingredients(self.catalog, self.catalog.metric(name)):
                groups.setdefault(item.group, {})[item.alias] = item
        names = {group: "_by_".join(group) for group in groups}
        parts = [
            f'"{names[group]}" AS ({self._group(list(found.values()))})' for group, found in groups.items()
        ]
        text = f"WITH {', '.join(parts)} {self._outer(list(names.values()))}"
        return self.values.put_into(parsed(text).copy())

    def records(self, wanted: list[Ingredient], cap: int) -> exp.Expression:
        """The ids of the rows behind a figure, newest first, one more than `cap` if there are more."""
        parts = []
        for item in wanted:
            where = [*self._conditions(item.dataset, item.time), condition(item, self._as_of())]
            parts.append(
                f"SELECT d.id AS id, max({item.time}) AS moment FROM {self._source(item.dataset)}"
                f" WHERE {' AND '.join(f'({part})' for part in where if part)} GROUP BY d.id"
            )
        union = " UNION ALL ".join(parts)
        newest = f"GROUP BY id ORDER BY max(moment) DESC, id DESC LIMIT {int(cap) + 1}"
        text = f"SELECT id FROM ({union}) AS found {newest}"
        return self.values.put_into(parsed(text).copy())

    def _group(self, found: list[Ingredient]) -> str:
        """One dataset by one date: dimensions, then measures."""
        dataset, time = found[0].dataset, found[0].time
        columns = [f'{self._key(dataset, name, time)} AS "{name}"' for name in self.question.by]
        positions = ", ".join(str(index + 1) for index in range(len(columns)))
        for item in found:
            narrowed = conditioned(item.metric.measure, condition(item, self._as_of()))
            columns.append(f'{narrowed} AS "{item.alias}"')
        where = " AND ".join(f"({part})" for part in self._conditions(dataset, time))
        grouping = f" GROUP BY {positions}" if positions else ""
        return f"SELECT {', '.join(columns)} FROM {self._source(dataset)} WHERE {where}{grouping}"

    def _conditions(self, dataset: Dataset, time: str) -> list[str]:
        """What holds for all measures of a group: dated, in the period, until the as-of date, filtered."""
        asked = self.question
        parts = [f"{time} IS NOT NULL"]
        if asked.start:
            parts.append(f"{time} >= {self.values.date(asked.start)}")
        ends = [limit for limit in (asked.end, asked.as_of) if limit]
        if ends:
            parts.append(f"{time} <= {self.values.date(min(ends))}")
        for name, wanted in asked.where:
            if name in TIME:
                marks = [self.values.date(day_of(name, value)) for value in wanted]
            else:
                marks = [self.values.text(value) for value in wanted]
            if marks:
                parts.append(f"{self._key(dataset, name, time)} IN ({', '.join(marks)})")
        return parts

    def _as_of(self) -> str:
        return self.values.date(self.question.as_of) if self.question.as_of else ""

    def _source(self, dataset: Dataset) -> str:
        """The dataset's rows as `d`, with the tables that its dimensions take their values from."""
        source = f"({dataset.sql}) AS d" if dataset.sql else f'"{dataset.object}" AS d'
        for name in dict.fromkeys((*self.question.by, *(name for name, _values in self.question.where))):
            dimension = self.catalog.dimension(name)
            if not dimension.table:
                continue
            source += (
                f' LEFT JOIN (SELECT "{dimension.key}" AS dim_key, {_value(dimension)} AS dim_value'
                f' FROM "{dimension.table}") AS dim_{name} ON dim_{name}.dim_key = {dataset.dimensions[name]}'
            )
        return source

    def _key(self, dataset: Dataset, name: str, time: str) -> str:
        """The value of a dimension in one row: a date for times, else text that is never NULL."""
        if name == "week":
            anchor = f"DATE '{self.weeks.anchor.isoformat()}'"
            days = f"FLOOR(date_diff('day', {anchor}, {time}) / 7) * 7"
            return f"CAST({anchor} + CAST({days} AS INTEGER) AS DATE)"
        if name in TIME:
            return f"CAST(date_trunc('{name}', {time}) AS DATE)" if name == "month" else time
        dimension = self.catalog.dimension(name)
        own = dataset.dimensions[name]
        if not dimension.table:
            return f"coalesce(nullif(CAST({own} AS VARCHAR), ''), '{BLANK}')"
        shown = f"coalesce(nullif(CAST(dim_{name}.dim_value AS VARCHAR), ''), '{BLANK}')"
        return (
            f"CASE WHEN {own} IS NULL THEN '{BLANK}' "
            f"WHEN dim_{name}.dim_key IS NULL THEN '{NOT_VISIBLE}' ELSE {shown} END"
        )

    def _outer(self, names: list[str]) -> str:
        """The joined groups, with times written as text and the metrics reckoned."""
        columns: list[str] = []
        for name in self.question.by:
            pattern = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m"}.get(name)
            columns.append(f'strftime("{name}", \'{pattern}\') AS "{name}"' if pattern else f'"{name}"')
            if name == "week" and self.weeks.numbered:
                anchor = f"DATE '{self.weeks.anchor.isoformat()}'"
                number = f"CAST(FLOOR(date_diff('day', {anchor}, week) / 7) AS INTEGER) + 1"
                columns.append(f"{number} AS {NUMBER}")
        for name in self.question.metrics:
            columns.append(f'{self._figure(self.catalog.metric(name))} AS "{name}"')
        using = ", ".join(f'"{name}"' for name in self.question.by)
        source = f'"{names[0]}"'
        for name in names[1:]:
            source += f' FULL JOIN "{name}" USING ({using})' if using else f' CROSS JOIN "{name}"'
        return f"SELECT {', '.join(columns)} FROM {source}{self._order()}"

    def _order(self) -> str:
        keys = list(self.question.order) or list(self.question.by)
        keys += [name for name in self.question.by if name not in {key.removeprefix("-") for key in keys}]
        parts = []
        for key in keys:
            direction = "DESC" if key.startswith("-") else "ASC"
            parts.append(f'"{key.removeprefix("-")}" {direction} NULLS LAST')
        limit = f" LIMIT {int(self.question.limit)}" if self.question.limit is not None else ""
        return (f" ORDER BY {', '.join(parts)}" if parts else "") + limit

    def _figure(self, metric: AnyMetric) -> str:
        if isinstance(metric, Metric):
            return figure(Ingredient(metric, self.catalog.dataset_of(metric)))
        if isinstance(metric, Ratio):
            above, *below = [figure(item) for item in ingredients(self.catalog, metric)]
            divisor = f"({' + '.join(below)})"
            quotient = f"CAST({above} AS DOUBLE) / CAST({divisor} AS DOUBLE)"
            return f"CASE WHEN {divisor} = 0 THEN NULL ELSE {quotient} END"
        tree = parsed(metric.formula).copy()

        def fill(node: exp.Expression) -> exp.Expression:
            if not isinstance(node, exp.Column):
                return node
            return exp.paren(parsed(self._figure(self.catalog.metric(node.name))).copy())

        return tree.transform(fill).sql("duckdb")


def ingredients(catalog: Catalog, metric: AnyMetric) -> list[Ingredient]:
    """What a metric is reckoned from; of a ratio the numerator first."""
    cohort = metric.cohort if isinstance(metric, Ratio) else ""
    if isinstance(metric, Metric | Ratio):
        return [
            Ingredient(simple, catalog.dataset_of(simple), cohort)
            for simple in catalog.ingredients(metric.name)
        ]
    from kehu.warehouse.catalog import formula_names

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


def conditioned(measure: str, where: str) -> str:
    """The measure with every aggregate in it narrowed to the rows that fulfil the condition."""
    if not where:
        return measure

    def narrow(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.AggFunc) and not node.find_ancestor(exp.AggFunc):
            return exp.Filter(this=node.copy(), expression=exp.Where(this=parsed(where).copy()))
        return node

    return parsed(measure).copy().transform(narrow).sql("duckdb")


def _value(dimension: Dimension) -> str:
    if not dimension.unique:
        return dimension.value
    value, second = dimension.value, dimension.unique
    told_apart = f"{value} || ' (' || {second} || ')'"
    return f"CASE WHEN count(*) OVER (PARTITION BY {value}) > 1 THEN {told_apart} ELSE {value} END"


@lru_cache(maxsize=1024)
def parsed(text: str) -> exp.Expression:
    """The syntax tree of a text; copy before changing it."""
    return sqlglot.parse_one(text, read="duckdb")
