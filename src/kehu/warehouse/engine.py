"""Asking for figures: `ask` for rows of metrics, `records` for what stands behind one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.core.errors import Forbidden
from kehu.kit.periods import week_start
from kehu.warehouse import rights, store
from kehu.warehouse.catalog import Catalog, catalog
from kehu.warehouse.duck import Source, Warehouse
from kehu.warehouse.facts import Shape, shapes
from kehu.warehouse.ingredients import Ingredient, ingredients, parsed
from kehu.warehouse.metrics import Ratio
from kehu.warehouse.question import Filters, Question, Weeks, question
from kehu.warehouse.statement import NUMBER, Statement
from kehu.warehouse.writing import MARK, Draft, reads, written

if TYPE_CHECKING:
    from kehu.core.models import User

CAP = 10_000


@dataclass(frozen=True)
class Answer:
    """Rows of dimensions and figures.

    Dimensions are text (weeks their first day); figures are int, Decimal or float, ratios None where
    there was nothing to divide by. `totals` holds every metric over all rows.
    """

    columns: list[str]
    rows: list[tuple[Any, ...]]
    totals: dict[str, Any]
    sql: str
    units: dict[str, str]

    def dicts(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Found:
    """The records behind a figure: at most CAP ids of the object type, newest first; `more` if cut."""

    object: str
    ids: list[int]
    more: bool
    sql: str


@dataclass
class Engine:
    """Questions of one catalog to one source."""

    catalog: Catalog
    source: Source
    first_weekday: int = 0

    def ask(
        self,
        metrics: Sequence[str],
        *,
        user: User | None,
        by: Sequence[str] = (),
        where: Filters | None = None,
        start: date | str | None = None,
        end: date | str | None = None,
        as_of: date | str | None = None,
        order: Sequence[str] = (),
        limit: int | None = None,
        totals: bool = True,
    ) -> Answer:
        """See the function of the same name."""
        asked = question(
            self.catalog,
            metrics,
            by=by,
            where=where,
            start=start,
            end=end,
            as_of=as_of,
            order=order,
            limit=limit,
        )
        self._require(self._ingredients(asked.metrics), asked, user)
        weeks = self._weeks(asked, user)
        rows, sql = self._run(Statement(self.catalog, asked, weeks).answer(), user)
        columns = [*asked.by]
        if weeks.numbered and "week" in columns:
            columns.insert(columns.index("week") + 1, NUMBER)
        return Answer(
            [*columns, *asked.metrics],
            rows,
            self._totals(asked, weeks, user, rows) if totals else {},
            sql,
            {name: self.catalog.metric(name).unit for name in asked.metrics},
        )

    def records(
        self,
        metric: str,
        *,
        user: User | None,
        where: Filters | None = None,
        start: date | str | None = None,
        end: date | str | None = None,
        as_of: date | str | None = None,
        part: str = "numerator",
    ) -> Found:
        """See the function of the same name."""
        asked = question(self.catalog, [metric], where=where, start=start, end=end, as_of=as_of)
        declared = self.catalog.metric(metric)
        items = ingredients(self.catalog, declared)
        self._require(items, asked, user)
        if isinstance(declared, Ratio):
            items = items[:1] if part == "numerator" else items[1:]
        # Records of one kind can be listed together; those of the first ingredient lead.
        items = [item for item in items if item.dataset.object == items[0].dataset.object]
        statement = Statement(self.catalog, asked, self._weeks(asked, user))
        rows, sql = self._run(statement.records(items, CAP), user)
        ids = [row[0] for row in rows]
        return Found(items[0].dataset.object, ids[:CAP], len(ids) > CAP, sql)

    def visible(self, user: User | None) -> list[str]:
        """The metrics whose ingredients the user's role may see."""
        found = []
        for name in self.catalog.metrics:
            try:
                self._require(self._ingredients([name]), question(self.catalog, [name]), user)
            except Forbidden:
                continue
            found.append(name)
        return found

    def select(self, text: str, user: User | None) -> list[tuple[Any, ...]]:
        """See the function of the same name."""
        return self._run(Draft(text), user)[0]

    def _run(self, draft: Draft, user: User | None) -> tuple[list[tuple[Any, ...]], str]:
        shapes = self.source.shapes
        visible = rights.parts(reads(draft.text), user, shapes)
        sql, tables = written(draft, visible, frozenset(shapes))
        return self.source.fetch(sql, tables), sql

    def _totals(
        self, asked: Question, weeks: Weeks, user: User | None, rows: list[tuple[Any, ...]]
    ) -> dict[str, Any]:
        if asked.by:
            total = asked.without_groups()
            rows, _sql = self._run(Statement(self.catalog, total, weeks).answer(), user)
        return dict(zip(asked.metrics, rows[0], strict=True))

    def _ingredients(self, names: Iterable[str]) -> list[Ingredient]:
        return [item for name in names for item in ingredients(self.catalog, self.catalog.metric(name))]

    def _weeks(self, asked: Question, user: User | None) -> Weeks:
        """The company's weeks, or those of the one campaign that is asked for, numbered from its start."""
        if "week" not in (*asked.by, *(name for name, _values in asked.where)):
            return Weeks.of_company(self.first_weekday)
        for name, values in asked.where:
            dimension = self.catalog.dimension(name)
            if dimension.starts and len(values) == 1:
                draft = Draft(
                    f'SELECT {dimension.starts}, {dimension.weekday or "NULL"} FROM "{dimension.table}"'
                    f" WHERE {dimension.value} = {MARK}0 ORDER BY {dimension.key}",
                    (("text", values[0]),),
                )
                rows, _sql = self._run(draft, user)
                if rows and rows[0][0]:
                    start, weekday = rows[0]
                    first = self.first_weekday if weekday is None else weekday
                    return Weeks(week_start(start, first), numbered=True)
        return Weeks.of_company(self.first_weekday)

    def _require(self, items: list[Ingredient], asked: Question, user: User | None) -> None:
        """Forbidden where a figure would rest on a field or a table that the user may not read."""
        if user is None:
            return
        names = [*asked.by, *(name for name, _values in asked.where)]
        dimensions = [self.catalog.dimension(name) for name in names]
        for item in items:
            read, columns = _reads(item, tuple(names))
            read |= {dimension.table for dimension in dimensions if dimension.table}
            if not rights.allowed(read, user):
                label = self.catalog.metric(item.metric.name).label
                raise Forbidden(_("Your role does not see what “%s” is reckoned from.") % label)
            for name in read:
                if columns & _closed(name, self.source.shapes[name], user):
                    raise Forbidden(
                        _("Your role may not read a field that “%s” is reckoned from.") % item.metric.label
                    )


def _closed(name: str, shape: Shape, user: User) -> set[str]:
    from kehu.core import registry

    return rights.closed_columns(registry.get(name), shape, user)


def _reads(item: Ingredient, names: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """The tables that an ingredient rests on, and the names of all columns that it mentions."""
    dataset = item.dataset
    texts = [item.metric.measure, item.event, item.time, item.metric.where, dataset.sql]
    texts += [dataset.dimensions[name] for name in names if name in dataset.dimensions]
    columns = frozenset[str]().union(*(mentioned(text) for text in texts if text))
    return set(reads(dataset.sql)) if dataset.sql else {dataset.object}, set(columns)


@lru_cache(maxsize=1024)
def mentioned(text: str) -> frozenset[str]:
    """The column names in a fragment of SQL."""
    from sqlglot import exp

    return frozenset(column.name for column in parsed(text).find_all(exp.Column))


@lru_cache(maxsize=4)
def _warehouse(over: store.Store) -> Warehouse:
    return Warehouse(over, shapes())


def engine() -> Engine:
    """The engine over this installation's warehouse."""
    from kehu.core.models import Company

    return Engine(catalog(), _warehouse(store.current()), Company.current().first_weekday)


def ask(
    metrics: Sequence[str],
    *,
    user: User | None,
    by: Sequence[str] = (),
    where: Filters | None = None,
    start: date | str | None = None,
    end: date | str | None = None,
    as_of: date | str | None = None,
    order: Sequence[str] = (),
    limit: int | None = None,
    totals: bool = True,
) -> Answer:
    """Figures by dimensions, as far as the user may see; `user=None` is the machine itself and sees all.

    `start` and `end` (inclusive) bound the date that each metric counts by; nothing dated after `as_of`
    counts. `where` maps a dimension to the values to keep. `order` names columns, `-name` for descending;
    without it rows come in order of the dimensions. A Refused sentence answers unknown names, Forbidden what
    the role may not see.
    """
    return engine().ask(
        metrics,
        user=user,
        by=by,
        where=where,
        start=start,
        end=end,
        as_of=as_of,
        order=order,
        limit=limit,
        totals=totals,
    )


def records(
    metric: str,
    *,
    user: User | None,
    where: Filters | None = None,
    start: date | str | None = None,
    end: date | str | None = None,
    as_of: date | str | None = None,
    part: str = "numerator",
) -> Found:
    """The records that a figure counts; of a ratio those of its `part`, numerator or denominator.

    A cell of an answer leads here with its dimensions added to `where`.
    """
    return engine().records(metric, user=user, where=where, start=start, end=end, as_of=as_of, part=part)


def select(text: str, *, user: User | None) -> list[tuple[Any, ...]]:
    """Rows of a statement over the fact tables that a module writes itself, in DuckDB's dialect.

    Each table becomes the part of it that the user may see; Forbidden where the role sees none of its rows.
    """
    return engine().select(text, user)


def visible_metrics(user: User | None) -> list[str]:
    """The names of the metrics that the user's role may ask for."""
    return engine().visible(user)
