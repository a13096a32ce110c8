"""What stands on the right of a comparison: read strictly, kept as JSON, shown in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from kehu.core import clock
from kehu.core.errors import Refused
from kehu.core.filters import dates
from kehu.kit import money

if TYPE_CHECKING:
    from kehu.core.filters.fields import Named

LONGEST = 1_000
DIGITS = 24
LARGEST_INTEGER = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1000, 9000
ME = "me"


@dataclass(frozen=True)
class Value:
    """`given` is what JSON holds, `asked` what the database is asked with, `words` what a user reads."""

    given: Any
    asked: Any
    words: str


def read(field: Named, given: Any, op: str = "eq") -> Value:
    """One value for a field, or a refusal that says what it should be."""
    reader = READERS.get(field.what, _text)
    return reader(field, given, op)


def refuse(field: Named, sentence: str, given: Any = "") -> Refused:
    shown = str(given)
    shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
    text = sentence % {"field": field.label, "value": shown}
    return Refused(text, fields={field.path: text})


def clean(field: Named, given: Any) -> str:
    """A text that the database can hold and that is not endless."""
    if not isinstance(given, str):
        raise refuse(field, _("%(field)s is compared with text, not with “%(value)s”."), given)
    if len(given) > LONGEST:
        raise refuse(field, _("The text to compare %(field)s with is longer than 1,000 characters."))
    if "\x00" in given or any("\ud800" <= sign <= "\udfff" for sign in given):
        raise refuse(field, _("The text to compare %(field)s with holds a broken character."))
    return given


def _text(field: Named, given: Any, op: str) -> Value:
    text = clean(field, given)
    if op in {"contains", "not_contains", "starts"} and not text:
        raise refuse(field, _("Say which text %(field)s should hold."))
    return Value(text, text, _("“%(text)s”") % {"text": text})


def _tag(field: Named, given: Any, op: str) -> Value:
    """The name of a tag, however written; one that no record has is on none."""
    text = clean(field, given)
    if not text.strip():
        raise refuse(field, _("Say which tags %(field)s should hold."))
    return Value(text, text, _("“%(text)s”") % {"text": text})


def _number(field: Named, given: Any, op: str) -> Value:
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        raise refuse(field, _("%(field)s is compared with a number, not with “%(value)s”."), given)
    text = str(given).strip().replace(",", "")
    try:
        number = Decimal(text) if len(text) <= DIGITS * 2 else Decimal("nan")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or not _fits(number):
        raise refuse(field, _("%(field)s is compared with a number, not with “%(value)s”."), given)
    words = f"{number:,f}"
    plain: Any = int(number) if number == number.to_integral_value() else format(number, "f")
    return Value(plain, _as_column(field, number, op), words)


def _fits(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and abs(number.adjusted()) < DIGITS and exponent > -9


def _as_column(field: Named, number: Decimal, op: str) -> Any:
    """The number as the column holds numbers; a bound between two whole numbers moves to the right one."""
    if isinstance(field.field, models.IntegerField):
        if number != number.to_integral_value():
            if op not in ROUNDED:
                raise refuse(field, _("%(field)s holds whole numbers; “%(value)s” is none."), number)
            return ROUNDED[op](number)
        if abs(number) > LARGEST_INTEGER:
            raise refuse(field, _("“%(value)s” is too large for %(field)s."), number)
        return int(number)
    if isinstance(field.field, money.AmountField):
        try:
            return money.exact(number)
        except ValueError:
            raise refuse(field, _("“%(value)s” is no amount for %(field)s."), number) from None
    return float(number) if isinstance(field.field, models.FloatField) else number


ROUNDED: dict[str, Callable[[Decimal], int]] = {"gt": floor, "lte": floor, "gte": ceil, "lt": ceil}


def _day(field: Named, given: Any, op: str) -> Value:
    """A day; where moments are kept, also a moment."""
    if isinstance(given, datetime | date):
        given = given.isoformat()
    sentence = _("%(field)s is compared with a day such as 2010-08-31, not with “%(value)s”.")
    if not isinstance(given, str) or len(given) > 40:
        raise refuse(field, sentence, given)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise refuse(field, sentence, given) from None
    whole_day = len(given) <= 10
    if not FIRST_YEAR <= moment.year <= LAST_YEAR or (not whole_day and field.what == "date"):
        raise refuse(field, sentence, given)
    if whole_day:
        day = moment.date()
        return Value(day.isoformat(), day, day.isoformat())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())
    return Value(given, aware, f"{aware.astimezone(clock.zone()):%Y-%m-%d %H:%M}")


def _choice(field: Named, given: Any, op: str) -> Value:
    code = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    if code not in field.codes:
        text = _("%(field)s has no choice “%(value)s”.")
        raise refuse(field, text, given)
    word = dict(field.choices)[code]
    return Value(field.codes[code], field.codes[code], str(word))


def _yes_or_no(field: Named, given: Any, op: str) -> Value:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    found = (
        given if isinstance(given, bool) else known.get(str(given).lower()) if len(str(given)) < 6 else None
    )
    if found is None:
        raise refuse(field, _("%(field)s is yes or no, not “%(value)s”."), given)
    return Value(found, found, _("yes") if found else _("no"))


def _record(field: Named, given: Any, op: str) -> Value:
    """A record that the user may see; `me` for the user."""
    target = field.target
    assert target is not None
    if given == ME and target.key == "user":
        return Value(ME, field.user.pk, _("me"))
    text = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    sentence = _("There is no such record for %(field)s, or you may not see it.")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise refuse(field, sentence, given)
    try:
        found = target.model.objects.visible_to(field.user).filter(pk=int(text)).first()
    except ValidationError:
        found = None
    if found is None:
        raise refuse(field, sentence, given)
    return Value(found.pk, found.pk, str(found))


def within(field: Named, given: Any) -> Value:
    span = dates.span_of(given)
    if span is None:
        sentence = _("“%(value)s” is no span of time for %(field)s, such as last_30_days.")
        raise refuse(field, sentence, given)
    return Value(given if isinstance(given, str) else dict(given), dates.days(span), dates.words(given))


READERS: dict[str, Callable[[Named, Any, str], Value]] = {
    "text": _text,
    "number": _number,
    "money": _number,
    "date": _day,
    "time": _day,
    "choice": _choice,
    "yesno": _yes_or_no,
    "record": _record,
    "tags": _tag,
}
