"""Records by groups with totals: by choice, reference, yes and no, or by the month, quarter or year of a date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kehu.core import access, clock, filters, listing
from kehu.core.filters import Named
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
GROUPED = frozenset({"choice", "record", "yesno", "date", "time"})
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


# A higher module may answer faster, from columns that it keeps; it answers the same or not at all.
Grouper = Callable[
    ["ObjectType", "User", By, Sequence[Measure], filters.Condition], "list[tuple[Any, ...]] | None"
]
_groupers: list[Grouper] = []


def add_grouper(grouper: Grouper) -> None:
    """Rows of (value, count, totals…) for a whole object as the user may see it, or nothing."""
    _groupers.append(grouper)


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
    if field is None or field.what not in GROUPED or not field.is_open:
        return None
    if field.what in {"date", "time"}:
        return By(field, unit if unit in UNITS else "month")
    return By(field)


def measures_of(kind: ObjectType, user: User) -> list[Measure]:
    """Sums of money, averages of the other numbers, of the object's own readable columns."""
    found = []
    for path in listing.declared(kind, user):
        field = filters.named(kind, path, user)
        if field is None or "." in path or field.what not in {"money", "number"} or path == "number":
            continue
        found.append(Measure(field, SUM if field.what == "money" else AVERAGE))
    return found


def measure_of(kind: ObjectType, user: User, code: str) -> Measure | None:
    how, _colon, path = code.partition(":")
    field = filters.named(kind, path, user) if how in WORDS else None
    if field is None or field.what not in {"money", "number"} or not field.is_open:
        return None
    return Measure(field, how)


def grouped(
    records: QuerySet, by: By, measures: Sequence[Measure], condition: filters.Condition | None = None
) -> Grouped:
    """The groups of these records, as the user of `by` may see them, with their totals."""
    records = records.order_by()
    kind, user = by.field.kind, by.field.user
    for grouper in _groupers:
        rows = grouper(kind, user, by, measures, condition) if condition is not None else None
        if rows is not None:
            return _answer(by, measures, rows, summed=True)
    _total, many = capped_count(records, cap=MOST_SUMMED)
    if many and (values := _values(by)) is not None:
        return _answer(by, (), _counted(records, by, values), summed=False)
    if many:
        return Grouped(by, (), (), summed=False, more=True)
    return _answer(by, measures, _summed(records, by, measures), summed=True)


def _summed(records: QuerySet, by: By, measures: Sequence[Measure]) -> list[tuple[Any, ...]]:
    if by.unit:
        options = {"tzinfo": clock.zone()} if by.field.what == "time" else {}
        records = records.annotate(_group=UNITS[by.unit][1](by.field.lookup, **options))
        name = "_group"
    else:
        name = by.field.lookup
    sums = {
        f"_total{place}": (Sum if one.how == SUM else Avg)(one.field.lookup)
        for place, one in enumerate(measures)
    }
    rows = records.values_list(name).annotate(_count=Count("pk"), **sums).order_by(name)
    return [_day_first(row, by) for row in rows[: MOST_GROUPS + 1]]


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
        return filters.leaf(field.kind, field.user, field.path, "between", [value, _last_day(value, by.unit)])
    words = names.get(value, "") if field.target is not None else ""
    if words:
        return filters.Leaf(field, "eq", (filters.Value(value, value, words),))
    return filters.leaf(field.kind, field.user, field.path, "eq", value)


def _last_day(first: date, unit: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)
