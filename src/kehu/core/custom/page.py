"""Custom values of the records of one page, as one user may read them: one query per referenced object and roll-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kehu.core import clock, registry
from kehu.core.custom import formula, kinds, rollup
from kehu.core.models import CustomField
from kehu.core.models.values import PREFIX, code_of
from kehu.core.words import WITHHELD, Choice, Chosen

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType


class Page:
    def __init__(self, kind: ObjectType, records: Sequence[Any], user: User) -> None:
        self.kind, self.records, self.user = kind, records, user
        self._targets: dict[str, dict[int, Any]] = {}
        self._figures: dict[str, dict[int, Any]] = {}
        self._fields: dict[str, Any] = {}
        self._under_way: set[str] = set()

    def value(self, record: Any, code: str) -> Any:
        """The value with its own type; a reference that the user may not see is withheld."""
        field = self._field(code)
        if field is None:
            return None
        if field.computed:
            return self._computed(record, code, field)
        held = (record.custom or {}).get(code)
        if held is None:
            return None
        if isinstance(field, kinds.Reference):
            return self._target(code, field, held)
        return typed(field, held)

    def _field(self, code: str) -> Any:
        if code not in self._fields:
            self._fields[code] = self.kind.field(PREFIX + code)
        return self._fields[code]

    def _target(self, code: str, field: Any, pk: int) -> Any:
        if code not in self._targets:
            self._targets[code] = self._seen(code, field)
        return self._targets[code].get(pk, WITHHELD)

    def targets(self, code: str) -> list[Any]:
        """The records that a reference of the page's records leads to, as far as the user may see them."""
        return list(self._targets.get(code, {}).values())

    def _seen(self, code: str, field: Any) -> dict[int, Any]:
        target = registry.of(field.related_model)
        ids = {pk for record in self.records if (pk := (record.custom or {}).get(code)) is not None}
        scope = target.policy.scope("view", self.user)
        found = target.model.everything.filter(pk__in=ids).filter(scope.q(self.user))
        return {one.pk: one for one in found}

    def _computed(self, record: Any, code: str, field: Any) -> Any:
        if field.definition.kind == CustomField.Kind.ROLL_UP:
            if code not in self._figures:
                ids = [one.pk for one in self.records if one.pk is not None]
                self._figures[code] = _rolled(field, ids, self.user)
            return self._figures[code].get(record.pk)
        if code in self._under_way:
            return None
        self._under_way.add(code)
        try:
            made = field.formula.value(lambda name: self._operand(record, name))
        finally:
            self._under_way.discard(code)
        return formula.fitting(made, field.definition.result)

    def _operand(self, record: Any, name: str) -> Any:
        code = code_of(name)
        return operand(self.value(record, code) if code else getattr(record, name, None))


def _rolled(field: Any, ids: Sequence[int], user: User) -> dict[int, Any]:
    try:
        return rollup.computed(field.roll_up, ids, user)
    except rollup.Unreadable:
        return {}  # what it was made over is gone


def typed(field: Any, held: Any) -> Any:
    """A stored value as Python has it; choices with their words."""
    if isinstance(field, kinds.Choice):
        return Choice(held, str(field.words.get(held, held)))
    if isinstance(field, kinds.Choices):
        return Chosen(tuple(Choice(code, str(field.words.get(code, code))) for code in held))
    return field.from_json(held)


def operand(value: Any) -> Any:
    """A value as formulas reckon with it."""
    if isinstance(value, Choice):
        return value.code
    if isinstance(value, Chosen):
        return ", ".join(str(code) for code in value.codes)
    if isinstance(value, datetime):
        return value.astimezone(clock.zone()).date()
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return None if value is WITHHELD or value == "" else value
