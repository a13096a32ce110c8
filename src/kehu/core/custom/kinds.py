"""The kinds of custom fields as Django fields without a model: they check, read and offer values like any other.

`to_json` and `from_json` are the way into the record's column and back; `stored_as` is the field that SQL compares
with, `cast` what PostgreSQL needs to take the text out of JSON as that type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Contains, Exact, IsNull
from django.utils.translation import gettext as _

from kehu.kit.money import AmountField, from_stored

DIGITS, PLACES = 15, 6
LONGEST_TEXT = 1000
SEPARATORS = re.compile(r"[;,、；，|\n]")


class Custom:
    """What all kinds share. `computed` values stand in no column: they are neither written nor sorted by."""

    cast = ""
    computed = False
    retired = False
    # Whether an index was asked for: then lists sort by it.
    indexed = False
    # Whether a user may not read what the value is made of; see definitions.
    closed_to: Any = None
    # Of computed ones: why no filter, and why no index can ask for it (empty: they can); see asking.
    reason: Any = ""
    index_reason: Any = ""
    # How `custom__code` names it in SQL, where an index may carry it.
    transform: Any = None

    @property
    def stored_as(self) -> Any:
        return self

    def to_json(self, value: Any) -> Any:
        return value

    def from_json(self, value: Any) -> Any:
        return value


class Text(Custom, models.CharField):
    pass


class LongText(Custom, models.TextField):
    pass


class Number(Custom, models.DecimalField):
    """Fifteen significant digits at most: so many survive in a JSON number, which is a binary fraction."""

    cast = "::numeric"

    def get_internal_type(self) -> str:
        # What JSON holds. For decimals Django writes casts into indexes on SQLite, but not into all that asks them.
        return "FloatField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.from_json(value)

    def to_json(self, value: Any) -> Any:
        return int(value) if value == value.to_integral_value() else float(value)

    def from_json(self, value: Any) -> Any:
        return None if value is None else Decimal(repr(value)) if isinstance(value, float) else Decimal(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        # Against an expression SQLite compares by the type given: a number with a text would never be equal.
        value = self.to_python(value)
        if value is None or connection.vendor == "postgresql":
            return value
        held = self.to_json(value)
        if getattr(self, "formula", None) is not None:
            # ROUND of SQLite before 3.43 gives some decimals as the fraction beside the nearest, as its CAST does.
            connection.ensure_connection()
            return connection.connection.execute("SELECT CAST(? AS REAL)", [repr(held)]).fetchone()[0]
        return float(held) if abs(held) >= 2**63 else held  # SQLite takes no longer whole numbers

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"widget": forms.TextInput(attrs={"inputmode": "decimal"}), **options})


class Amount(Custom, AmountField):
    cast = "::bigint"

    def to_json(self, value: Any) -> Any:
        return self.get_prep_value(value)

    def from_json(self, value: Any) -> Any:
        return None if value is None else from_stored(value)


class Day(Custom, models.DateField):
    """Compared as the ISO text that it is stored as: PostgreSQL indexes no cast from text to date."""

    def to_json(self, value: Any) -> Any:
        return value.isoformat()

    def from_json(self, value: Any) -> Any:
        return date.fromisoformat(value) if isinstance(value, str) else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = self.to_python(value)
        return None if value is None else value.isoformat()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.from_json(value)


class YesNo(Custom, models.BooleanField):
    cast = "::boolean"

    def formfield(self, **options: Any) -> Any:
        return forms.BooleanField(
            required=False, label=options.get("label", self.verbose_name), help_text=self.help_text
        )


class Choice(Custom, models.CharField):
    """`words` has those too that are offered no more: records may still hold them."""

    words: dict[str, Any]


class Choices(Custom, models.Field):
    """Several of the choices; a condition on one of them asks whether it is among them."""

    kind = "choices"
    words: dict[str, Any]
    empty_values = [None, "", [], ()]

    def get_internal_type(self) -> str:
        return "TextField"

    def to_python(self, value: Any) -> Any:
        """A list of codes, in the order of the choices; text names them by code or word."""
        if isinstance(value, str):
            value = [part.strip() for part in SEPARATORS.split(value) if part.strip()]
        if value is None or not isinstance(value, Iterable):
            return [] if value is None else self._refuse(value)
        by_word = {str(word): code for code, word in self.words.items()}
        found = set()
        for one in value:
            code = one if one in self.words else by_word.get(str(one))
            found.add(self._refuse(one) if code is None else code)
        return [code for code in self.words if code in found]

    def _refuse(self, value: Any) -> Any:
        known = ", ".join(self.words)
        raise ValidationError(
            _("“%(text)s” is not one of: %(known)s.") % {"text": str(value)[:60], "known": known}
        )

    def validate(self, value: Any, model_instance: Any) -> None:
        return

    def to_json(self, value: Any) -> Any:
        return self.to_python(value) or None

    def get_prep_value(self, value: Any) -> Any:
        return value

    def formfield(self, **options: Any) -> Any:
        options.pop("widget", None)
        return forms.MultipleChoiceField(
            choices=self.choices or (),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=options.get("label", self.verbose_name),
            help_text=self.help_text,
        )


@Choices.register_lookup
class Has(Contains):
    """`["a","b"]` holds the quoted code; codes have no quotes, so nothing else looks like it."""

    lookup_name = "exact"
    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        return f'"{self.rhs}"'

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return connection.operators["contains"] % rhs


for _name in ("contains", "icontains"):
    Choices.register_lookup(Has, _name)
Choices.register_lookup(IsNull)


class Pointed(models.BigIntegerField):
    """The id of a reference; a record may stand for its id."""

    cast = "::bigint"

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.pk if isinstance(value, models.Model) else value)


Pointed.register_lookup(Exact)


class Reference(Custom, models.ForeignKey):
    """A record of a declared object. The database does not hold it: what is gone shows nothing."""

    @property
    def stored_as(self) -> Any:
        return Pointed()

    def to_json(self, value: Any) -> Any:
        return value.pk if isinstance(value, models.Model) else int(value)

    def clean(self, value: Any, model_instance: Any) -> Any:
        given = value.pk if isinstance(value, models.Model) else value
        return super().clean(given, model_instance)
