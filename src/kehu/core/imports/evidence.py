"""What the values of a column prove: addresses, telephone numbers, dates and their order, numbers, choices, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from django.db import models
from django.utils.translation import gettext as _

from kehu.core.imports.fields import Target, lookups
from kehu.core.models import User
from kehu.core.registry import ObjectType
from kehu.kit import amounts, dates, phones

MOSTLY = 0.8
MOST_NAMES = 100
_MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")
_DIGITS = re.compile(r"\d")
_CJK = re.compile("[\u3400-\u9fff]")


def share(values: Sequence[str], fits: Callable[[str], object]) -> float:
    """The share of the filled values that fit; 0 where there are none."""
    filled = [value.strip() for value in values if value.strip()]
    return sum(bool(fits(value)) for value in filled) / len(filled) if filled else 0.0


def are_mails(values: Sequence[str]) -> bool:
    return share(values, _MAIL.fullmatch) >= MOSTLY


def are_phones(values: Sequence[str], country: str) -> bool:
    """`country` is where a number without a country's code is from; asking for it costs, and columns are many."""

    def fits(value: str) -> bool:
        return len(_DIGITS.findall(value)) >= 7 and phones.normalise(value, country) is not None

    return share(values, fits) >= MOSTLY


def are_dates(values: Sequence[str]) -> bool:
    try:
        dates.evidence(values)
    except ValueError:
        return False
    return True


def are_chinese(values: Sequence[str]) -> bool:
    return share(values, _CJK.search) > 0.5


def are_choices(values: Sequence[str], target: Target) -> bool:
    """Whether every value is one of the field's own."""
    known = {text for choice in target.choices for text in choice}
    return bool(target.choices) and share(values, lambda value: value in known) == 1.0


def format_of(values: Sequence[str], kind: str) -> tuple[str, str]:
    """The format of a column of dates or numbers, and the sentence that says what proves it, or why nothing does."""
    try:
        if kind in ("date", "time"):
            written = dates.evidence(values)
            return written, _proof_of_date(values, written)
        if kind in ("money", "number"):
            written = amounts.evidence(values)
            return written, _proof_of_number(values, written)
    except ValueError as why:
        return "", str(why)
    return "", ""


def _proof_of_date(values: Sequence[str], written: str) -> str:
    if written == "named":
        return _("The months are written out.")
    proof = next((value.strip() for value in values if _proves(value, written)), "")
    orders = {"ymd": _("year, month, day"), "dmy": _("day, month, year"), "mdy": _("month, day, year")}
    return _("“%(value)s” can only be %(order)s.") % {"value": proof[:40], "order": orders[written]}


def _proves(value: str, written: str) -> bool:
    if not value.strip():
        return False
    try:
        return dates.evidence([value]) == written
    except ValueError:
        return False


def _proof_of_number(values: Sequence[str], written: str) -> str:
    for value in values:
        if amounts.proves(value, written):
            return _("“%(value)s” shows the decimal sign.") % {"value": value.strip()[:40]}
    return ""


def best_lookup(target: Target, values: Sequence[str], user: User) -> str:
    """The field of the other object in which most of the values are found among what the user may see.

    A user who is not stored asks for a file before there is a database: the first that could be.
    """
    other = target.references
    if other is None:
        return ""
    known = [name for name in lookups(other, user) if _is_text(other, name)]
    names = list(dict.fromkeys(value.strip() for value in values if value.strip() and "\0" not in value))
    names = [name for name in names if len(name) < 200 and not _is_half(name)][:MOST_NAMES]
    if not names or len(known) < 2 or user.pk is None:
        return known[0] if known else ""
    visible = other.model.objects.visible_to(user)
    found = {name: visible.filter(**{f"{name}__in": names}).count() for name in known}
    return max(known, key=lambda name: (found[name], -known.index(name)))


def _is_text(other: ObjectType, name: str) -> bool:
    return isinstance(other.field(name), models.CharField | models.TextField)


def _is_half(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)
