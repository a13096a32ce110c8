"""From a question to the draft of one SQL statement in DuckDB's dialect.

The rows of each dataset and date become one table expression with a row per group; these are joined on the
dimensions by full outer join, and ratios and formulas are reckoned on the joined rows. Fragments come from
declarations; what users typed is not among them, marks stand in its place (see writing.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kehu.warehouse.catalog import TIME, Catalog
from kehu.warehouse.ingredients import (
    Ingredient,
    additive,
    condition,
    conditioned,
    figure,
    ingredients,
    parsed,
)
from kehu.warehouse.metrics import BLANK, NOT_VISIBLE, AnyMetric, Dataset, Dimension, Metric, Ratio
from kehu.warehouse.question import Question, Weeks, day_of
from kehu.warehouse.writing import Draft, Values

if TYPE_CHECKING:
    from sqlglot import exp

NUMBER = "week_number"


@dataclass
class Statement:
    """Writes the SQL of one question."""

    catalog: Catalog
    question: Question
    weeks: Weeks
    values: Values = field(default_factory=Values)

    def answer(self) -> Draft:
        """What answers the question."""
        groups: dict[tuple[str, str], dict[str, Ingredient]] = {}
        for name in self.question.metrics:
            for item in ingredients(self.catalog, self.catalog.metric(name)):
                groups.setdefault(item.group, {})[item.alias] = item
        names = {group: "_by_".join(group) for group in groups}
        parts = [
            f'"{names[group]}" AS ({self._group(list(found.values()))})' for group, found in groups.items()
        ]
        return self.values.draft(f"WITH {', '.join(parts)} {self._outer(list(names.values()))}")

    def records(self, wanted: list[Ingredient], cap: int) -> Draft:
        """The ids of the rows behind a figure, newest first, one more than `cap` if there are more."""
        parts = []
        for item in wanted:
            own = item.dataset.dimensions
            where = [*self._period(item.time), *self._filters(own), condition(item, self._as_of())]
            parts.append(
                f"SELECT d.id AS id, max({item.time}) AS moment FROM {_rows(item.dataset)}{self._joins(own)}"
                f" WHERE {_all(where)} GROUP BY d.id"
            )
        union = " UNION ALL ".join(parts)
        newest = f"GROUP BY id ORDER BY max(moment) DESC, id DESC LIMIT {int(cap) + 1}"
        return self.values.draft(f"SELECT id FROM ({union}) AS found {newest}")

    def _group(self, found: list[Ingredient]) -> str:
        """One dataset by one date: dimensions, then measures."""
        dataset, time = found[0].dataset, found[0].time
        source = _rows(dataset)
        own = {name: dataset.dimensions[name] for name in self._texts()}
        where = self._period(time)
        times = {name: self._time(name, time) for name in self.question.by if name in TIME}
        measures = {
            item.alias: conditioned(item.metric.measure, condition(item, self._as_of())) for item in found
        }
        if own and all(map(additive, found)):
            # First by key, then by what the key stands for: a million rows are joined with nothing.
            keys = {f"key_{name}": text for name, text in own.items()} | times
            source = f"({_select(keys, measures, source, where)}) AS d"
            own, where = {name: f"key_{name}" for name in own}, []
            times = {name: name for name in times}
            measures = {alias: f'sum(d."{alias}")' for alias in measures}
        labels = {name: times.get(name) or self._label(name, own[name]) for name in self.question.by}
        return _select(labels, measures, source + self._joins(own), [*where, *self._filters(own)])

    def _texts(self) -> list[str]:
        """The dimensions of the question that are not times, those of filters too."""
        names = (*self.question.by, *(name for name, _wanted in self.question.where))
        return [name for name in dict.fromkeys(names) if name not in TIME]

    def _period(self, time: str) -> list[str]:
        """Rows that are dated, in the period and until the as-of date, in the days, weeks and months asked for."""
        asked = self.question
        parts = [f"{time} IS NOT NULL"]
        if asked.start:
            parts.append(f"{time} >= {self.values.date(asked.start)}")
        ends = [limit for limit in (asked.end, asked.as_of) if limit]
        if ends:
            parts.append(f"{time} <= {self.values.date(min(ends))}")
        for name, wanted in asked.where:
            if name in TIME and wanted:
                marks = [self.values.date(day_of(name, value)) for value in wanted]
                parts.append(f"{self._time(name, time)} IN ({', '.join(marks)})")
        return parts

    def _filters(self, own: Mapping[str, str]) -> list[str]:
        """Rows with one of the values asked for in every other dimension."""
        return [
            f"{self._label(name, own[name])} IN ({', '.join(self.values.text(value) for value in wanted)})"
            for name, wanted in self.question.where
            if name not in TIME and wanted
        ]

    def _as_of(self) -> str:
        return self.values.date(self.question.as_of) if self.question.as_of else ""

    def _joins(self, own: Mapping[str, str]) -> str:
        """The tables that dimensions take their values from; `own` is each dimension's key in the rows."""
        text = ""
        for name in self._texts():
            dimension = self.catalog.dimension(name)
            if dimension.table:
                text += (
                    f' LEFT JOIN (SELECT "{dimension.key}" AS dim_key, {_value(dimension)} AS dim_value'
                    f' FROM "{dimension.table}") AS dim_{name} ON dim_{name}.dim_key = {own[name]}'
                )
        return text

    def _time(self, name: str, time: str) -> str:
        """The first day of the row's day, week or month."""
        if name == "week":
            anchor = f"DATE '{self.weeks.anchor.isoformat()}'"
            days = f"FLOOR(date_diff('day', {anchor}, {time}) / 7) * 7"
            return f"CAST({anchor} + CAST({days} AS INTEGER) AS DATE)"
        return f"CAST(date_trunc('month', {time}) AS DATE)" if name == "month" else time

    def _label(self, name: str, own: str) -> str:
        """The value of a dimension in one row: text that is never NULL."""
        if not self.catalog.dimension(name).table:
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
        from sqlglot import exp

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


def _rows(dataset: Dataset) -> str:
    return f"({dataset.sql}) AS d" if dataset.sql else f'"{dataset.object}" AS d'


def _select(keys: Mapping[str, str], measures: Mapping[str, str], source: str, where: Sequence[str]) -> str:
    """Measures by keys, in that order."""
    columns = ", ".join(f'{text} AS "{name}"' for name, text in ({**keys, **measures}).items())
    positions = ", ".join(str(index + 1) for index in range(len(keys)))
    condition = f" WHERE {_all(where)}" if where else ""
    return f"SELECT {columns} FROM {source}{condition}" + (f" GROUP BY {positions}" if positions else "")


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(f"({part})" for part in conditions if part)


def _value(dimension: Dimension) -> str:
    if not dimension.unique:
        return dimension.value
    value, second = dimension.value, dimension.unique
    told_apart = f"{value} || ' (' || {second} || ')'"
    return f"CASE WHEN count(*) OVER (PARTITION BY {value}) > 1 THEN {told_apart} ELSE {value} END"
