"""Roll-ups: a figure over the records that point here, computed when it is read and over what the reader may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Avg, Count, Func, Max, Min, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.core import access, registry
from kehu.core.custom.in_sql import NotInSql
from kehu.core.custom.kinds import Day
from kehu.core.errors import NotFound
from kehu.core.models.values import PREFIX
from kehu.kit.money import AmountField

if TYPE_CHECKING:
    from kehu.core.models import CustomField, User
    from kehu.core.registry import ObjectType

CONDITION = re.compile(r"\s*([a-z][a-z0-9_.]*)\s*(!=|>=|<=|=|>|<)\s*(.+?)\s*\Z", re.DOTALL)
LOOKUPS = {"=": "exact", "!=": "exact", ">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}
FUNCTIONS = {"sum": Sum, "min": Min, "max": Max, "avg": Avg}
RECKONED = frozenset({"number", "money", "score"})


class Unreadable(ValueError):
    """A sentence about what is wrong with a roll-up."""


@dataclass(frozen=True)
class RollUp:
    object_type: str
    via: str
    function: str
    summed: str
    condition: tuple[str, str, str] | None

    @property
    def paths(self) -> list[str]:
        """What a reader of the figure has to be allowed to read of the related records."""
        named = [self.via, self.summed, self.condition[0] if self.condition else ""]
        return [path for path in named if path]


def read(definition: CustomField) -> RollUp:
    """The roll-up of a definition; Unreadable for a condition that makes no sense."""
    object_type, _dot, via = definition.related.strip().partition(".")
    condition = None
    if definition.condition.strip():
        found = CONDITION.match(definition.condition)
        if found is None:
            raise Unreadable(_("The condition makes no sense. Write it as in: status = lost"))
        condition = (found[1], found[2], found[3].strip("\"'"))
    summed = "" if definition.function == "count" else definition.summed.strip()
    return RollUp(object_type, via, definition.function or "count", summed, condition)


def check(made: RollUp, target: ObjectType) -> str:
    """Refuse a roll-up over what is not there; returns the kind of its result."""
    try:
        related = registry.get(made.object_type)
    except NotFound:
        raise Unreadable(_("There is no object “%(name)s”.") % {"name": made.object_type}) from None
    pointing = related.field(made.via)
    if pointing is None or pointing.related_model is not target.model:
        raise Unreadable(
            _("“%(path)s” is no reference of %(kind)s to this object.")
            % {"path": made.via, "kind": related.label_plural}
        )
    if made.condition is not None:
        _q(made, related)
    if made.function == "count":
        return "number"
    kind = registry.kind_of_field(related.field(made.summed))
    fits = kind in RECKONED or (kind == "date" and made.function in {"min", "max"})
    summed = related.field(made.summed)
    if summed is None or getattr(summed, "computed", False) or not fits:
        raise Unreadable(_("“%(path)s” cannot be summed up.") % {"path": made.summed})
    return "number" if kind == "score" else kind


def _q(made: RollUp, related: ObjectType) -> Q:
    if made.condition is None:
        return Q()
    path, sign, text = made.condition
    found: Any = related.field(path)
    if found is None or getattr(found, "computed", False):
        raise Unreadable(_("There is no field “%(name)s” to ask for.") % {"name": path})
    field = found.target_field if found.is_relation else found
    try:
        value = (
            text.lower() in {"yes", "true", "1"}
            if registry.kind_of_field(found) == "yesno"
            else field.to_python(text)
        )
    except ValidationError as error:
        raise Unreadable(" ".join(error.messages)) from None
    asked = Q(**{f"{path.replace('.', '__')}__{LOOKUPS[sign]}": value})
    return ~asked if sign == "!=" else asked


def computed(made: RollUp, ids: Sequence[int], user: User) -> dict[int, Any]:
    """The figure for each of these records, over the related ones that the user may see: one query for all."""
    related = registry.get(made.object_type)
    lookup = made.via.replace(".", "__")
    figure: Any = (
        Count("pk") if made.function == "count" else FUNCTIONS[made.function](made.summed.replace(".", "__"))
    )
    rows = related.model.objects.visible_to(user).filter(_q(made, related), **{f"{lookup}__in": list(ids)})
    found = dict(rows.order_by().values_list(lookup).annotate(figure=figure))
    return {pk: _exact(found.get(pk, 0 if made.function == "count" else None)) for pk in ids}


def require_askable(made: RollUp) -> None:
    """Refuse (NotInSql) what no filter can ask for in time: each record would read all related ones."""
    if not registry.known(made.object_type):
        raise NotInSql(gettext_lazy("the related object is gone"))
    related = registry.get(made.object_type)
    pointing: Any = related.field(made.via)
    if pointing is None or (made.summed and related.field(made.summed) is None):
        raise NotInSql(gettext_lazy("a field that it sums up or leads over is gone"))
    if made.via.startswith(PREFIX) and not pointing.indexed:
        raise NotInSql(gettext_lazy("the reference that leads here has no index; ask for one there"))
    try:
        _q(made, related)
    except Unreadable as no:
        raise NotInSql(str(no)) from None


def expression(made: RollUp, user: User, outer: str) -> Any:
    """The figure as a query of its own for each record that `outer` names, over what the user may see."""
    related = registry.get(made.object_type)
    lookup = made.via.replace(".", "__")
    rows = related.model.objects.visible_to(user).filter(_q(made, related), **{lookup: OuterRef(outer)})
    rows = rows.order_by().values(lookup)
    if made.function == "count":
        return Coalesce(Subquery(rows.annotate(_figure=Count("pk")).values("_figure")), Value(0))
    summed: Any = related.field(made.summed)
    figure: Any = FUNCTIONS[made.function](made.summed.replace(".", "__"))
    figure = _Figure(figure, _says(summed, made.function)) if _says(summed, made.function) else figure
    return Subquery(rows.annotate(_figure=figure).values("_figure"))


def _says(summed: Any, function: str) -> str:
    if isinstance(summed, AmountField):
        return "cut" if function == "avg" else ""
    if isinstance(summed, models.DateField):
        return "" if isinstance(summed, Day) else "day"
    return "number"


class _Figure(Func):
    """A figure as Python reads it: amounts as whole ten-thousandths, the rest cut off; days as ISO text."""

    TEMPLATES = {
        "cut": ("TRUNC(%(expressions)s)::bigint", "CAST(%(expressions)s AS INTEGER)"),
        "number": ("ROUND((%(expressions)s)::numeric, 6)", "ROUND(%(expressions)s, 6)"),
        "day": ("TO_CHAR(%(expressions)s, 'YYYY-MM-DD')", "%(expressions)s"),
    }

    def __init__(self, figure: Any, says: str) -> None:
        super().__init__(figure)
        self.says = says

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        return super().as_sql(compiler, connection, template=self.TEMPLATES[self.says][0])

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template=self.TEMPLATES[self.says][1])


def _exact(value: Any) -> Any:
    """Numbers as every custom number is read: exact decimals."""
    return Decimal(repr(value)) if isinstance(value, int | float) else value


def closing(made: RollUp) -> Callable[[User], bool]:
    """Whether a user may not read the related records, or what of them goes into the figure."""

    def closed(user: User) -> bool:
        if not registry.known(made.object_type):
            return True
        related = registry.get(made.object_type)
        if not access.sees(user, related):
            return True
        return any(registry.hides(related, p, user) or registry.masks(related, p, user) for p in made.paths)

    return closed
