"""Records by groups with totals: by choice, reference, yes and no, tag, or by the month, quarter or year of a date.

A record with two tags is in the group of each; the total of all groups counts it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Avg, Count, Func, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kehu.core import access, clock, filters, listing, registry, tags
from kehu.core.filters import Named
from kehu.core.filters.values import FIRST_YEAR, LAST_YEAR
from kehu.core.models import Tag, Tagging
from kehu.kit.paging import capped_count

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

# So many records the database adds up in a fraction of a second; of more only their number is told, up to MANY a group.
MOST_SUMMED = 100_000
MANY = 10_000
MOST_GROUPS = 200
UNITS: dict[str, tuple[Any, Any]] = {
    "month": (pgettext_lazy("by", "month"), TruncMonth),
    "quarter": (pgettext_lazy("by", "quarter"), TruncQuarter),
    "year": (pgettext_lazy("by", "year"), TruncYear),
}
GROUPED = frozenset({"choice", "record", "yesno", "date", "time", registry.TAGS})
SUM, AVERAGE = "sum", "avg"
WORDS = {SUM: gettext_lazy("Sum: %(field)s"), AVERAGE: gettext_lazy("Average: %(field)s")}


@dataclass(frozen=True)
class By:
    """What groups are made of: a field, for dates with a unit."""

    field: Named
    unit: str = ""

    @property
    def code(self) -> str:
        return f"{self.field.path}:{self.unit}" if self.unit else self.field.path

    @property
    def label(self) -> str:
        if not self.unit:
            return self.field.label
        return _("%(field)s by %(unit)s") % {"field": self.field.label, "unit": UNITS[self.unit][0]}


@dataclass(frozen=True)
class Measure:
    """What is told of each group beside the number of its records."""

    field: Named
    how: str

    @property
    def code(self) -> str:
        return f"{self.how}:{self.field.path}"

    @property
    def label(self) -> str:
        return str(WORDS[self.how]) % {"field": self.field.label}


@dataclass(frozen=True)
class Group:
    """`capped`: there are more than `count`. `where` is the condition that leads to the records of the group."""

    label: str
    count: int
    capped: bool
    totals: tuple[Any, ...]
    where: filters.Condition | None
    value: Any = None


@dataclass(frozen=True)
class Grouped:
    by: By
    measures: tuple[Measure, ...]
    groups: tuple[Group, ...]
    # Nothing is summed where there are too many records.
    summed: bool
    more: bool
    # Number and totals of all records, each counted once; nothing where nothing is summed.
    whole: tuple[Any, ...] | None = None

    @property
    def overlap(self) -> bool:
        """Whether a record may be in several groups."""
        return self.by.field.what == registry.TAGS


def offered(kind: ObjectType, user: User) -> list[By]:
    found = []
    for field in filters.offered(kind, user):
        if field.what not in GROUPED:
            continue
        if field.target is not None and not access.sees(user, field.target):
            continue
        found += [By(field, unit) for unit in UNITS] if field.what in {"date", "time"} else [By(field)]
    return found


def by_of(kind: ObjectType, user: User, code: str) -> By | None:
    """The grouping of an address, if the user may group by it."""
    path, _colon, unit = code.partition(":")
    field = filters.named(kind, path, user) if path else None
    if field is None or field.what not in GROUPED or not field.is_open or field.bridge:
        return None
    if field.what in {"date", "time"}:
        return By(field, unit if unit in UNITS else "month")
    return By(field)


def measures_of(kind: ObjectType, user: User) -> list[Measure]:
    """Sums of money, averages of the other numbers, of the object's own readable columns."""
    found = []
    for path in listing.declared(kind, user):
        field = filters.named(kind, path, user)
        if field is None or not field.is_own or field.what not in {"money", "number"} or path == "number":
            continue
        found.append(Measure(field, SUM if field.what == "money" else AVERAGE))
    return found


def measure_of(kind: ObjectType, user: User, code: str) -> Measure | None:
    how, _colon, path = code.partition(":")
    field = filters.named(kind, path, user) if how in WORDS else None
    if field is None or field.what not in {"money", "number"} or not field.is_open or field.bridge:
        return None
    return Measure(field, how)


def grouped(records: QuerySet, by: By, measures: Sequence[Measure]) -> Grouped:
    """The groups of these records, as the user of `by` may see them, with their totals."""
    records = records.order_by()
    _total, many = capped_count(records, cap=MOST_SUMMED)
    if many and (values := _values(by)) is not None:
        return _answer(by, (), _counted(records, by, values), summed=False)
    if many:
        return Grouped(by, (), (), summed=False, more=True)
    rows = (_tagged if by.field.what == registry.TAGS else _summed)(records, by, measures)
    found = _answer(by, measures, rows, summed=True)
    return replace(found, whole=_whole(records, found, rows))


def _summed(records: QuerySet, by: By, measures: Sequence[Measure]) -> list[tuple[Any, ...]]:
    name = by.field.lookup
    if by.unit:
        options = {"tzinfo": clock.zone()} if by.field.what == "time" else {}
        records, name = (
            records.annotate(_group=UNITS[by.unit][1](AsDay(by.field.expression), **options)),
            "_group",
        )
    elif by.field.is_computed:
        records, name = records.annotate(_group=by.field.expression), "_group"
    rows = records.values_list(name).annotate(_count=Count("pk"), **_sums(measures)).order_by(name)
    return [_day_first(row, by) for row in rows[: MOST_GROUPS + 1]]


def _sums(measures: Sequence[Measure]) -> dict[str, Any]:
    return {
        f"_total{place}": (Sum if one.how == SUM else Avg)(one.field.expression)
        for place, one in enumerate(measures)
    }


def _tagged(records: QuerySet, by: By, measures: Sequence[Measure]) -> list[tuple[Any, ...]]:
    """The groups of the tags, a record in that of each of its own; those without any are a group, too."""
    kind = by.field.kind
    on_them = Tagging.objects.filter(
        object_type=kind.key, tag__deleted_at=None, object_id__in=records.values("pk")
    )
    counts = on_them.order_by("tag__name").values_list("tag__name", "tag").annotate(_count=Count("pk"))
    parts = [
        (
            name,
            count,
            records.filter(pk__in=Tagging.objects.filter(object_type=kind.key, tag=tag).values("object_id")),
        )
        for name, tag, count in counts[: MOST_GROUPS + 1]
    ]
    without = records.filter(tags.q_untagged(kind))
    if blank := without.count():
        parts.insert(0, (None, blank, without))
    return [(name, count, *_totals(part, measures)) for name, count, part in parts]


def _totals(records: QuerySet, measures: Sequence[Measure]) -> list[Any]:
    found = records.aggregate(**_sums(measures)) if measures else {}
    return [found[f"_total{place}"] for place in range(len(measures))]


def _whole(records: QuerySet, found: Grouped, rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Number and totals of all: of the groups where those add up, else asked for once more."""
    if found.overlap or found.more or any(one.how == AVERAGE for one in found.measures):
        return (records.count(), *_totals(records, found.measures))
    totals = [
        _joined(one, [(row[2 + place], row[1]) for row in rows]) for place, one in enumerate(found.measures)
    ]
    return (sum(row[1] for row in rows), *totals)


class AsDay(Func):
    """A day that is kept as ISO text, as a day; SQLite knows no other."""

    arity = 1
    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        known = isinstance(self.output_field, models.DateTimeField)
        return self.as_sql(
            compiler, connection, template=self.template if known else "(%(expressions)s)::date"
        )


def _day_first(row: tuple[Any, ...], by: By) -> tuple[Any, ...]:
    value = row[0]
    return (value.date(), *row[1:]) if by.unit and isinstance(value, datetime) else row


def _counted(records: QuerySet, by: By, values: list[Any]) -> list[tuple[Any, ...]]:
    """Each group counted by itself along its index, no further than MANY."""
    rows, names = [], _names(by, values)
    for value in values:
        condition = _condition(by, value, names)
        if condition is not None:
            rows.append((value, capped_count(records.filter(condition.q()), cap=MANY)))
    return [row for row in rows if row[1][0]]


def _values(by: By) -> list[Any] | None:
    """Every value that a group can have, where they are few and known."""
    field = by.field
    blank = [None] if field.has_blank else []
    if field.what == "choice":
        return [*field.codes.values(), *blank]
    if field.what == "yesno":
        return [True, False, *blank]
    if field.what == registry.TAGS:
        names = Tag.objects.order_by("name").values_list("name", flat=True)[: MOST_GROUPS + 1]
        return [*names, None] if len(names) <= MOST_GROUPS else None
    if field.target is not None and field.target.few:
        ordered = field.target.model.objects.visible_to(field.user).order_by(*field.target.ordering)
        return [*ordered.values_list("pk", flat=True)[:MOST_GROUPS], *blank]
    return None


def _answer(by: By, measures: Sequence[Measure], rows: Sequence[tuple[Any, ...]], *, summed: bool) -> Grouped:
    more, rows = len(rows) > MOST_GROUPS, rows[:MOST_GROUPS]
    names = _names(by, [row[0] for row in rows])
    found: dict[Any, list[Any]] = {}
    for value, count, *totals in rows:
        number, capped = count if isinstance(count, tuple) else (count, False)
        key = value if value in names else ("" if value in ("", None) else HIDDEN)
        kept = found.setdefault(key, [0, False, [[] for _one in totals]])
        kept[0] += number
        kept[1] = kept[1] or capped
        for place, total in enumerate(totals):
            kept[2][place].append((total, number))
    groups = [
        Group(
            _label(names, value), number, capped,
            tuple(_joined(one, parts) for one, parts in zip(measures, totals, strict=False)),
            None if value is HIDDEN else _condition(by, value if value != "" else None, names),
            value,
        )
        for value, (number, capped, totals) in found.items()
    ]  # fmt: skip
    groups.sort(key=lambda group: _rank(by, names, group.value))
    return Grouped(by, tuple(measures), tuple(groups), summed, more)


HIDDEN = object()


def _label(names: dict[Any, str], value: Any) -> str:
    if value is HIDDEN:
        return _("(not visible to you)")
    return names.get(value) or _("(blank)")


def _joined(measure: Measure, parts: list[tuple[Any, int]]) -> Any:
    known = [(total, number) for total, number in parts if total is not None]
    if not known:
        return None
    if measure.how == SUM:
        return sum(total for total, _number in known)
    weight = sum(number for _total, number in known)
    return sum(Decimal(str(total)) * number for total, number in known) / weight


def _names(by: By, values: list[Any]) -> dict[Any, str]:
    """The words of the groups that the user may know; records that the user may not see have none."""
    field = by.field
    if field.what == "choice":
        words = dict(field.choices)
        return {code: words[text] for text, code in field.codes.items()}
    if field.what == "yesno":
        return {True: _("yes"), False: _("no")}
    if field.target is not None:
        ids = [value for value in values if value is not None]
        found = field.target.model.everything.visible_to(field.user).filter(pk__in=ids)
        return {one.pk: str(one) for one in found.order_by(*field.target.ordering)}
    if field.what == registry.TAGS:
        return {value: value for value in values if value is not None}
    return {value: period_label(value, by.unit) for value in values if value is not None}


def period_label(day: date, unit: str) -> str:
    if unit == "year":
        return f"{day:%Y}"
    if unit == "quarter":
        return _("%(year)s, quarter %(quarter)s") % {"year": day.year, "quarter": (day.month + 2) // 3}
    return f"{day:%Y-%m}"


def _rank(by: By, names: dict[Any, str], value: Any) -> tuple[Any, ...]:
    """Choices and stages in their order, dates in time, names by the alphabet; blank and hidden last."""
    if value is HIDDEN or value == "" or value is None:
        return (2 if value is HIDDEN else 1, "")
    if by.field.what == "choice" or _has_order(by.field.target):
        return (0, list(names).index(value))
    return (0, value if by.unit else names[value])


def _has_order(target: ObjectType | None) -> bool:
    """Whether records have an order of their own, as stages have: known and few, and not sorted by their names, which
    may be other words in the reader's language."""
    return target is not None and target.few and target.ordering[0] != "name"


def _condition(by: By, value: Any, names: dict[Any, str]) -> filters.Condition | None:
    field = by.field
    if value is None:
        return filters.leaf(field.kind, field.user, field.path, "empty") if field.has_blank else None
    if by.unit:
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            return None  # as somebody writes for "never": a day that no filter asks for
        return filters.leaf(field.kind, field.user, field.path, "between", [value, _last_day(value, by.unit)])
    if field.what == registry.TAGS:
        return filters.leaf(field.kind, field.user, field.path, "in", [value])
    words = names.get(value, "") if field.target is not None else ""
    if words:
        return filters.Leaf(field, "eq", (filters.Value(value, value, words),))
    return filters.leaf(field.kind, field.user, field.path, "eq", value)


def _last_day(first: date, unit: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)
