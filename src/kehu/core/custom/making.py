"""From a definition to a Django field without a model."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from kehu.core.custom import kinds
from kehu.core.models import CustomField
from kehu.core.models.custom import pick
from kehu.core.models.values import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Kind = CustomField.Kind
COMPUTED = frozenset({Kind.FORMULA, Kind.ROLL_UP})
_in_language = lazy(pick, str)


@dataclass(frozen=True)
class Option:
    code: str
    labels: tuple[tuple[str, str], ...]
    offered: bool = True

    @property
    def label(self) -> Any:
        return _in_language(dict(self.labels), self.code)


def options_of(text: str) -> list[Option]:
    """The choices as they are typed: `code | English | simplified | traditional`; a ValueError names a bad line."""
    found: dict[str, Option] = {}
    for line in text.splitlines():
        offered = not line.lstrip().startswith("#")
        parts = [part.strip() for part in line.strip().lstrip("#").split("|")]
        if not any(parts):
            continue
        code = parts[0]
        if '"' in code or not code or len(code) > 60 or len(parts) > 4 or code in found:
            raise ValueError(
                _("The choice “%(line)s” makes no sense: write code | English | simplified | traditional.")
                % {"line": line.strip()[:80]}
            )
        words = parts[1:] if any(parts[1:]) else [code]
        labels = tuple(zip(("en", "zh-hans", "zh-hant"), words, strict=False))
        found[code] = Option(code, labels, offered)
    return list(found.values())


def field_of(definition: CustomField, model_of: Callable[[str], type[models.Model] | None]) -> Any:
    """The unattached field of a definition; nothing for a reference to an object that is gone."""
    label = _in_language(definition.labels, definition.code)
    common: dict[str, Any] = {
        "verbose_name": label, "help_text": definition.help, "null": True, "blank": not definition.required
    }  # fmt: skip
    made = _made(definition, common, model_of)
    if made is None:
        return None
    # Named by its path: that is what rights, forms and messages call it.
    made.name = made.attname = PREFIX + definition.code
    made.computed = definition.kind in COMPUTED
    made.retired = definition.retired_at is not None
    made.indexed = definition.indexed
    made.definition = definition
    if definition.default and not made.computed:
        made.default = default_of(made, definition.default)
    return made


def default_of(field: Any, text: str) -> Any:
    """What a new record starts with, from the text that an administrator wrote; a ValueError says what is wrong."""
    given: Any = text.strip().lower() in {"yes", "true", "1"} if isinstance(field, kinds.YesNo) else text
    try:
        held = stored(field, given)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from None
    return None if held is None else field.from_json(held)


def _made(definition: CustomField, common: Mapping[str, Any], model_of: Any) -> Any:
    kind = definition.kind
    if kind in COMPUTED:
        kind = definition.result or Kind.NUMBER
    if kind == Kind.TEXT:
        return kinds.Text(max_length=kinds.LONGEST_TEXT, **common)
    if kind == Kind.LONG_TEXT:
        return kinds.LongText(**common)
    if kind == Kind.NUMBER:
        return kinds.Number(max_digits=kinds.DIGITS, decimal_places=kinds.PLACES, **common)
    if kind == Kind.MONEY:
        return kinds.Amount(**common)
    if kind == Kind.DATE:
        return kinds.Day(**common)
    if kind == Kind.YES_NO:
        return kinds.YesNo(**common)
    if kind in {Kind.CHOICE, Kind.CHOICES}:
        options = options_of(definition.choices)
        offered = [(option.code, option.label) for option in options if option.offered]
        made: Any = (
            kinds.Choice(max_length=60, choices=offered, **common)
            if kind == Kind.CHOICE
            else kinds.Choices(choices=offered, **common)
        )
        made.words = {option.code: option.label for option in options}
        return made
    model = model_of(definition.target)
    if model is None:
        return None
    return kinds.Reference(
        model, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", **common
    )


def stored(field: Any, value: Any) -> Any:
    """A given value, checked and as the column keeps it; None where it is empty, a ValidationError if it is wrong."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, str) and "\x00" in value:
        raise ValidationError(_("Null characters are not allowed."))
    if isinstance(field, kinds.Number) and isinstance(value, float):
        value = Decimal(repr(value))
    held = field.to_json(field.clean(value, None))
    return None if held == "" else held
