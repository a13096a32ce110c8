"""Computed fields as Django expressions: what filters, sums and indexes ask the database for.

A formula is asked over the record's own columns, a roll-up over the related records that the user may see, by a query
of its own for each record. Where that cannot be, `reason` says why, and no filter is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Expression, ExpressionWrapper, F
from django.db.models.expressions import Col
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from kehu.core import clock
from kehu.core.custom import in_sql, rollup
from kehu.core.custom.in_sql import NotInSql, Rendering
from kehu.core.models.values import PREFIX, StoredValue, code_of

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

FieldOf = Callable[[str], Any]


class Reckoned(Expression):
    """A formula over sources that are resolved like any expression of the query."""

    def __init__(self, code: str, field: Any, field_of: FieldOf, sources: Mapping[str, Any]) -> None:
        super().__init__(output_field=field.stored_as)
        self.code, self.made, self.field_of = code, field, field_of
        self.names, self.sources = tuple(sources), list(sources.values())

    @property
    def identity(self) -> Any:
        return (self.__class__, self.code, tuple(self.sources))

    def get_source_expressions(self) -> list[Any]:
        return self.sources

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.sources = list(exprs)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        asked = dict(zip(self.names, self.sources, strict=True))
        says = Rendering(connection.vendor, self.field_of, lambda name, _field: compiler.compile(asked[name]))
        found = says.result(self.made.formula.node, self.made.definition.result)
        return found.sql, list(found.params)


class OwnReckoned(models.Transform):
    """The same over a record's own columns, named by `custom__code`: what an index holds and an order walks."""

    def __init__(self, lhs: Any, code: str, field: Any, field_of: FieldOf) -> None:
        super().__init__(lhs)
        self.code, self.made, self.field_of, self.output_field = code, field, field_of, field.stored_as

    @property
    def identity(self) -> Any:
        return (self.__class__, self.code, self.lhs)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        column: Any = self.lhs
        alias = column.alias

        def operand(name: str, field: Any) -> Any:
            code = code_of(name)
            return compiler.compile(StoredValue(self.lhs, code, field) if code else Col(alias, field))

        says = Rendering(connection.vendor, self.field_of, operand)
        found = says.result(self.made.formula.node, self.made.definition.result)
        return found.sql, list(found.params)


class Figure(ExpressionWrapper):
    """A roll-up as a value of its field."""

    @property
    def identity(self) -> Any:
        return (self.__class__, self.expression)


def expression(field: Any, user: User, before: str) -> Any:
    """A computed field as the user may know it; `before` are the lookups that lead to its record, with `__` behind."""
    if (made := getattr(field, "roll_up", None)) is not None:
        return Figure(rollup.expression(made, user, f"{before}pk"), field.stored_as)
    field_of = field.field_of
    sources = {
        name: _source(name, field_of(name), user, before) for name in leaves(field.formula.names, field_of)
    }
    return Reckoned(field.definition.code, field, field_of, sources)


def _source(name: str, field: Any, user: User, before: str) -> Any:
    if (made := getattr(field, "roll_up", None)) is not None:
        return rollup.expression(made, user, f"{before}pk")
    path = F(before + name.replace(".", "__"))
    return TruncDate(path, tzinfo=clock.zone()) if isinstance(field, models.DateTimeField) else path


def leaves(names: Any, field_of: FieldOf) -> list[str]:
    """What formulas rest on at last, formulas among them followed."""
    found, seen, left = set(), set(), set(names)
    while left:
        name = left.pop()
        seen.add(name)
        inner = getattr(field_of(name), "formula", None)
        if inner is None:
            found.add(name)
        else:
            left |= inner.names - seen
    return sorted(found)


def settle(kind: ObjectType, fields: Mapping[str, Any]) -> None:
    """Say of each computed field of an object whether filters, and an index, can ask for it; once, as it is read."""

    def field_of(name: str) -> Any:
        return fields.get(code_of(name)) if name.startswith(PREFIX) else kind.field(name)

    for code, field in fields.items():
        if field.computed:
            settle_one(code, field, field_of)


def settle_one(code: str, field: Any, field_of: FieldOf) -> None:
    field.field_of, field.reason, field.index_reason = (
        field_of,
        "",
        _("only formulas have an index, not roll-ups"),
    )
    try:
        steady = _tried(field, field_of)
    except NotInSql as no:
        field.reason = field.index_reason = no.args[0]
        return
    if getattr(field, "formula", None) is not None:
        field.index_reason = _against_index(field, field_of, steady)
        if not field.index_reason:
            field.transform = _transform(code, field, field_of)


def told(field: Any) -> str:
    """What filters and orders can ask of a computed field, for the administrator."""
    if field.reason:
        return _("No filter can ask for it: %(why)s.") % {"why": field.reason}
    if field.index_reason:
        return _("Filters ask for it. Lists cannot be sorted by it: %(why)s.") % {"why": field.index_reason}
    if field.indexed:
        return str(_("Filters ask for it, and lists are sorted by it."))
    return str(_("Filters ask for it. With an index, lists are sorted by it, too."))


def _transform(code: str, field: Any, field_of: FieldOf) -> Any:
    return lambda lhs: OwnReckoned(lhs, code, field, field_of)


def _against_index(field: Any, field_of: FieldOf, steady: bool) -> Any:
    if any(
        getattr(field_of(name), "roll_up", None) is not None for name in leaves(field.formula.names, field_of)
    ):
        return _("it rests on a roll-up, which changes with other records")
    return "" if steady else _("it reckons with dates, which no index may hold on every database")


def _tried(field: Any, field_of: FieldOf) -> bool:
    """Render a formula for both databases with names in place of columns; whether the result is steady."""
    if (made := getattr(field, "roll_up", None)) is not None:
        rollup.require_askable(made)
        return False

    def operand(name: str, found: Any) -> tuple[str, tuple[Any, ...]]:
        if (inner := getattr(found, "roll_up", None)) is not None:
            rollup.require_askable(inner)
        return "x" * (600 if inner is not None else 80), ()

    every = []
    for vendor in in_sql.DIALECTS:
        says = Rendering(vendor, field_of, operand)
        every.append(says.result(field.formula.node, field.definition.result).steady)
    moments = any(
        isinstance(field_of(name), models.DateTimeField) for name in leaves(field.formula.names, field_of)
    )
    return all(every) and not moments
