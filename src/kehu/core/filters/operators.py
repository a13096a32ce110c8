"""The comparisons: which a kind of field has, how each is said, and the condition that it becomes.

Every condition is true or false, never NULL: a record without a value does not fit a comparison, and fits its opposite.
So `not` turns it round exactly, and a filter means the same in Python, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kehu.core import registry, tags
from kehu.core.filters import dates

if TYPE_CHECKING:
    from kehu.core.filters.fields import Named

BLANK = ("empty", "not_empty")
SETS = ("in", "not_in")
# What an index over the field leads to; the others ask each record.
BOUND = frozenset({"eq", "in", "gt", "gte", "lt", "lte", "between", "within", "empty"})
ORDERED = ("eq", "ne", "gt", "gte", "lt", "lte", "between")
OPS: dict[str, tuple[str, ...]] = {
    "text": ("contains", "not_contains", "starts", "eq", "ne", *SETS, *BLANK),
    "number": (*ORDERED, *SETS, *BLANK),
    "money": (*ORDERED, *SETS, *BLANK),
    "date": ("within", "between", "gte", "lte", "gt", "lt", "eq", "ne", *BLANK),
    "time": ("within", "between", "gte", "lte", "gt", "lt", "eq", "ne", *BLANK),
    "choice": ("eq", "ne", *SETS, *BLANK),
    "record": ("eq", "ne", *SETS, *BLANK),
    "yesno": ("eq", "ne", *BLANK),
    "tags": (*SETS, *BLANK),
}
OPPOSITE = {"ne": "eq", "not_in": "in", "not_contains": "contains", "empty": "not_empty"}
LABELS: dict[str, Promise] = {
    "eq": pgettext_lazy("comparison", "is"),
    "ne": pgettext_lazy("comparison", "is not"),
    "in": pgettext_lazy("comparison", "is one of"),
    "not_in": pgettext_lazy("comparison", "is none of"),
    "gt": pgettext_lazy("comparison", "is more than"),
    "gte": pgettext_lazy("comparison", "is at least"),
    "lt": pgettext_lazy("comparison", "is less than"),
    "lte": pgettext_lazy("comparison", "is at most"),
    "between": pgettext_lazy("comparison", "lies between"),
    "contains": pgettext_lazy("comparison", "contains"),
    "not_contains": pgettext_lazy("comparison", "does not contain"),
    "starts": pgettext_lazy("comparison", "starts with"),
    "empty": pgettext_lazy("comparison", "is empty"),
    "not_empty": pgettext_lazy("comparison", "is filled in"),
    "within": pgettext_lazy("comparison", "falls in"),
}
OF_DATES: dict[str, Promise] = {
    "gt": pgettext_lazy("comparison", "is after"),
    "gte": pgettext_lazy("comparison", "is from"),
    "lt": pgettext_lazy("comparison", "is before"),
    "lte": pgettext_lazy("comparison", "is until"),
}
OF_TAGS: dict[str, Promise] = {
    "in": pgettext_lazy("comparison", "has one of"),
    "not_in": pgettext_lazy("comparison", "has none of"),
}
SENTENCES: dict[str, Promise] = {
    "eq": _("%(field)s is %(value)s"),
    "ne": _("%(field)s is not %(value)s"),
    "in": _("%(field)s is one of %(value)s"),
    "not_in": _("%(field)s is none of %(value)s"),
    "gt": _("%(field)s is more than %(value)s"),
    "gte": _("%(field)s is at least %(value)s"),
    "lt": _("%(field)s is less than %(value)s"),
    "lte": _("%(field)s is at most %(value)s"),
    "between": _("%(field)s lies between %(value)s and %(other)s"),
    "contains": _("%(field)s contains %(value)s"),
    "not_contains": _("%(field)s does not contain %(value)s"),
    "starts": _("%(field)s starts with %(value)s"),
    "empty": _("%(field)s is empty"),
    "not_empty": _("%(field)s is filled in"),
    "within": _("%(field)s falls in: %(value)s"),
}
SENTENCES_OF_DATES: dict[str, Promise] = {
    "gt": _("%(field)s is after %(value)s"),
    "gte": _("%(field)s is from %(value)s"),
    "lt": _("%(field)s is before %(value)s"),
    "lte": _("%(field)s is until %(value)s"),
}

SENTENCES_OF_TAGS: dict[str, Promise] = {
    "in": _("%(field)s: one of %(value)s"),
    "not_in": _("%(field)s: none of %(value)s"),
}


def ops_of(field: Named) -> tuple[str, ...]:
    """The comparisons that make sense for a field."""
    found = OPS.get(field.what, OPS["text"])
    return found if field.has_blank else tuple(op for op in found if op not in BLANK)


def label_of(field: Named, op: str) -> str:
    return str(_of_kind(field, OF_DATES, OF_TAGS).get(op) or LABELS[op])


def _of_kind(field: Named, of_dates: dict[str, Promise], of_tags: dict[str, Promise]) -> dict[str, Promise]:
    """How comparisons are said of dates and of tags; nothing for others, where the common words do."""
    return of_dates if field.what in {"date", "time"} else of_tags if field.what == registry.TAGS else {}


def sentence_of(field: Named, op: str, words: Sequence[str]) -> str:
    sentence = str(_of_kind(field, SENTENCES_OF_DATES, SENTENCES_OF_TAGS).get(op) or SENTENCES[op])
    if op == "between":
        return sentence % {"field": field.label, "value": words[0], "other": words[1]}
    joined = str(pgettext_lazy("between the items of a list", ", ")).join(words)
    return sentence % {"field": field.label, "value": joined}


def q_of(field: Named, op: str, values: Sequence[Any]) -> Q:
    """The condition of one comparison with values that `read` has made."""
    if op in OPPOSITE:
        return ~q_of(field, OPPOSITE[op], values)
    if field.bridge is not None:
        head, tail = field.bridge
        assert head.target is not None
        there = head.target.model.everything.visible_to(field.user).filter(q_of(tail, op, values))
        return head.known() & Q(**{f"{head.lookup}__in": there.values("pk")})
    if field.what == registry.TAGS:
        return ~tags.q_untagged(field.kind) if op == "not_empty" else tags.q_for(field.kind, values)
    if op == "not_empty":
        blank = field.asked("exact", "") if _holds_empty_text(field) else None
        known = field.known()
        return (known & ~blank) if blank is not None else (known or _always())
    condition = _compare(field, op, values)
    known = field.known()
    return known & condition if known else condition


def _compare(field: Named, op: str, values: Sequence[Any]) -> Q:
    if field.what == "time":
        return _of_moments(field.lookup, op, values)
    if op == "within":
        first, last = values[0]
        return field.asked("gte", first) & field.asked("lte", last)
    if op == "between":
        return field.asked("gte", values[0]) & field.asked("lte", values[1])
    if op == "in":
        return field.asked("in", list(values))
    return field.asked(LOOKUPS[op], values[0])


LOOKUPS = {"eq": "exact", "contains": "icontains", "starts": "istartswith"} | {
    op: op for op in ("gt", "gte", "lt", "lte")
}


def _of_moments(lookup: str, op: str, values: Sequence[Any]) -> Q:
    """A day among moments is the time from its first moment until the next day's."""
    if op == "within":
        first, last = values[0]
        return Q(**{f"{lookup}__gte": dates.begin(first), f"{lookup}__lt": dates.after(last)})
    if op == "between":
        return _of_moments(lookup, "gte", values[:1]) & _of_moments(lookup, "lte", values[1:])
    value = values[0]
    if isinstance(value, datetime):
        return Q(**{f"{lookup}__{LOOKUPS[op]}": value})
    return MOMENTS[op](lookup, value)


MOMENTS: dict[str, Callable[[str, date], Q]] = {
    "eq": lambda lookup, day: Q(**{f"{lookup}__gte": dates.begin(day), f"{lookup}__lt": dates.after(day)}),
    "gt": lambda lookup, day: Q(**{f"{lookup}__gte": dates.after(day)}),
    "gte": lambda lookup, day: Q(**{f"{lookup}__gte": dates.begin(day)}),
    "lt": lambda lookup, day: Q(**{f"{lookup}__lt": dates.begin(day)}),
    "lte": lambda lookup, day: Q(**{f"{lookup}__lt": dates.after(day)}),
}


def _holds_empty_text(field: Named) -> bool:
    return field.what in {"text", "choice"} and not isinstance(next(iter(field.codes.values()), ""), int)


def _always() -> Q:
    return Q(pk__isnull=False)
