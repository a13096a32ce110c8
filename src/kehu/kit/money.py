"""Amounts of money: exact decimals in Python, integers of ten-thousandths in the database.

SQLite keeps a DecimalField as a float and loses digits, so an amount is stored as `amount × SCALE`.
SQL that reads the column directly (warehouse, bulk loads) converts with `to_stored` and `from_stored`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kehu.kit.amounts import DECIMALS, LARGEST, format_amount, parse_amount

SCALE = 10**DECIMALS
_STEP = Decimal(1).scaleb(-DECIMALS)


def exact(value: object) -> Decimal:
    """The value as an exact amount; a ValueError for floats, text that is no number, too many digits."""
    if isinstance(value, bool | float):
        raise ValueError(gettext("An amount must be given exactly, not as a rounded machine number."))
    if isinstance(value, str):
        try:
            value = Decimal(value.strip())
        except InvalidOperation:
            raise ValueError(gettext("“%(value)s” is not an amount.") % {"value": value}) from None
    if isinstance(value, int):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError(gettext("“%(value)s” is not an amount.") % {"value": value})
    if value.copy_abs() > LARGEST:  # abs() reckons, which an exponent of nine digits overflows
        raise ValueError(gettext("“%(value)s” is too large for an amount.") % {"value": value})
    if value != value.quantize(_STEP):
        raise ValueError(
            gettext("“%(value)s” has more than %(places)s decimals.") % {"value": value, "places": DECIMALS}
        )
    return value


def to_stored(amount: Decimal | int | str) -> int:
    """The integer that the database holds for this amount (ten-thousandths)."""
    return int(exact(amount).scaleb(DECIMALS))


def from_stored(stored: int) -> Decimal:
    """The amount behind a stored integer, without trailing zeros."""
    stored = int(stored)
    whole, rest = divmod(stored, SCALE)
    return Decimal(whole) if not rest else Decimal(stored).scaleb(-DECIMALS).normalize()


def rounded(value: Decimal) -> Decimal:
    """A computed value as an amount: four decimals, half away from zero."""
    return value.quantize(_STEP, rounding=ROUND_HALF_UP)


class AmountFormField(forms.DecimalField):
    """Reads amounts as people write them: 1,234.50, NT$ 3,000, 3 万."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("decimal_places", DECIMALS)
        options.setdefault("max_digits", 19)
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse_amount(value) if isinstance(value, str) else exact(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal"}

    def prepare_value(self, value: Any) -> Any:
        return f"{value:f}" if isinstance(value, Decimal) else value


class AmountField(models.Field):
    """An amount of money without its currency.

    Not a subclass of IntegerField: Django would then take `F("price") + 5` as integer arithmetic and
    add five ten-thousandths without a word. Sum, Avg, Min, Max, lookups, `F ± F` and `F × whole number` work;
    a constant in an expression is written `Value(Decimal("5"), output_field=AmountField())`.
    """

    description = _("Amount of money")
    empty_strings_allowed = False

    _pyi_private_set_type: Decimal | int | str | Combinable
    _pyi_private_get_type: Decimal
    _pyi_lookup_exact_type: Decimal | int | str

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            return exact(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_stored(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        amount = self.to_python(value)
        return None if amount is None else to_stored(amount)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return connection.ops.adapt_integerfield_value(value, self.get_internal_type())

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else f"{exact(value):f}"

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": AmountFormField, **options})


for _sign in (Combinable.ADD, Combinable.SUB):
    register_combinable_fields(AmountField, _sign, AmountField, AmountField)
for _whole in (models.IntegerField, models.SmallIntegerField, models.BigIntegerField):
    register_combinable_fields(AmountField, Combinable.MUL, _whole, AmountField)
    register_combinable_fields(_whole, Combinable.MUL, AmountField, AmountField)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency; different currencies never mix."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", exact(self.amount))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if isinstance(factor, bool | float):
            raise ValueError(gettext("An amount must be given exactly, not as a rounded machine number."))
        return Money(rounded(self.amount * factor), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def format(self, language: str) -> str:
        return format_amount(self.amount, self.currency, language)

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"Money expected, not {type(other).__name__}")
        if other.currency != self.currency:
            raise ValueError(
                gettext("Amounts in %(one)s and %(other)s cannot be reckoned together.")
                % {"one": self.currency, "other": other.currency}
            )
        return other.amount
