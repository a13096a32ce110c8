"""Formulas as SQL: the tree that Python reckons with, said to the database, so that filters can ask for the result.

Kinds of values are known before anything is asked: what only Python can do (several choices as text, a quotient in
a text, a result now of this kind and now of that) is refused here by a sentence, and then no filter is offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core import clock
from kehu.core.custom import kinds
from kehu.core.custom.dialects import POSTGRESQL, SQLITE, UNSTEADY
from kehu.core.custom.formula import Node
from kehu.kit.money import AmountField

LONGEST = 20_000
MARK = re.compile(r"\{(\d+)\}")
DIALECTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class NotInSql(ValueError):
    """Why a database cannot reckon this; the sentence is lazy, as it is kept."""


@dataclass(frozen=True)
class Part:
    """A piece of SQL with the kind of its values: number, text, date or yesno.

    `plain`: stored or written so, not reckoned. `short`: a number of at most six decimals. `steady`: the same at any
    time and under any setting, so that an index may keep it.
    """

    sql: str
    params: tuple[Any, ...] = ()
    what: str = "number"
    plain: bool = False
    short: bool = False
    steady: bool = True


class Rendering:
    """Says trees of formulas in one database's SQL. `operand` gives a field's SQL, `field` the field of a name."""

    def __init__(
        self,
        vendor: str,
        field: Callable[[str], Any],
        operand: Callable[[str, Any], tuple[str, Sequence[Any]]],
    ) -> None:
        self.says, self.vendor = DIALECTS[vendor], vendor
        self._field, self._operand = field, operand
        self._open: tuple[str, ...] = ()

    def result(self, node: Node, result: str) -> Part:
        """The whole formula as the field that it is keeps its values."""
        found = self.fitting(self.of(node), result)
        return self._say(f"to_{result}", found, what=found.what) if result in {"number", "money"} else found

    def fitting(self, part: Part, result: str) -> Part:
        wanted = "number" if result == "money" else result
        if part.what != wanted:
            raise NotInSql(_("its result is not always of the kind that was chosen"))
        return part

    def of(self, node: Node) -> Part:
        if node.what == "value":
            return self._written(node.value)
        if node.what == "name":
            return self._named(node.value)
        if node.what == "round":
            return self._round(node)
        parts = [self.of(part) for part in node.parts]
        if node.what in COMPARISONS:
            return self._compared(node.what, *parts)
        return DOES[node.what](self, node.what, parts)

    def _written(self, value: Any) -> Part:
        if isinstance(value, bool):
            return Part("TRUE" if value else "FALSE", what="yesno", plain=True)
        if isinstance(value, Decimal):
            number = f"({value:f}::numeric)" if self.vendor == "postgresql" else f"{value:f}"
            return Part(number, plain=True, short=-int(value.as_tuple().exponent) <= 6)
        if "\x00" in value:
            raise NotInSql(_("it holds a text that no database takes"))
        # Written out, not as a parameter: an index serves only where both read alike.
        text = value.replace("'", "''").replace("%", "%%")
        return Part(
            f"'{text}'::text" if self.vendor == "postgresql" else f"'{text}'", what="text", plain=True
        )

    def _named(self, name: str) -> Part:
        field = self._field(name)
        made = getattr(field, "formula", None)
        if made is None:
            says, what = held(field)
            sql, params = self._operand(name, field)
            steady = says not in UNSTEADY
            return replace(
                self._say(says, Part(sql, tuple(params)), what=what, steady=steady), plain=True, short=True
            )
        if name in self._open:
            raise NotInSql(_("it leads back to itself"))
        self._open = (*self._open, name)
        result = field.definition.result
        found = self.fitting(self.of(made.node), result)
        self._open = self._open[:-1]
        return self._say("as_money", found, short=True) if result == "money" else found

    def _say(self, template: str, *parts: Part, what: str = "number", **more: Any) -> Part:
        """A template of the dialect, or one of SQL itself, with the parts in their places."""
        text = self.says.get(template, template)
        params: list[Any] = []

        def put(mark: re.Match[str]) -> str:
            part = parts[int(mark[1])]
            params.extend(part.params)
            return part.sql

        sql = MARK.sub(put, text)
        if len(sql) > LONGEST:
            raise NotInSql(_("it is too long"))
        steady = more.pop("steady", True) and all(part.steady for part in parts) and template not in UNSTEADY
        return Part(sql, tuple(params), what, steady=steady, **more)

    def _compared(self, sign: str, left: Part, right: Part) -> Part:
        if left.what != right.what:
            raise NotInSql(_("it compares values of different kinds"))
        if left.what == "number" and not (left.plain and right.plain):
            left, right = self._say("compared", left), self._say("compared", right)
        if left.what == "text" and sign not in {"=", "!="}:
            left, right = self._say("ordered", left, what="text"), self._say("ordered", right, what="text")
        return self._say(
            f"COALESCE({{0}} {'<>' if sign == '!=' else sign} {{1}}, FALSE)", left, right, what="yesno"
        )

    def _round(self, node: Node) -> Part:
        number, places = (
            self.of(node.parts[0]),
            node.parts[1] if len(node.parts) > 1 else Node("value", Decimal(0)),
        )
        sign = -1 if places.what == "neg" else 1
        places = places.parts[0] if places.what == "neg" else places
        if number.what != "number" or places.what != "value" or not isinstance(places.value, Decimal):
            raise NotInSql(_("it rounds to a number of places that is not written in it"))
        count = max(-12, min(12, sign * int(places.value)))
        step = Part(str(count) if count >= 0 else f"{10**-count}" + (".0" if self.vendor == "sqlite" else ""))
        return self._say("round" if count >= 0 else "round_up", number, step, short=count <= 6)

    def numbers(self, what: str, parts: list[Part]) -> Part:
        """+ - * / of numbers; a date and days; two dates."""
        left, right = parts
        if left.what == "date" and what in "+-":
            if right.what == "date" and what == "-":
                return self._say("days", right, left, short=True)
            if right.what == "number":
                return self._say(
                    "moved", left, right if what == "+" else self._say("back", right), what="date"
                )
        if left.what != "number" or right.what != "number":
            raise NotInSql(_("it reckons with values that do not fit together"))
        return self._say(what, left, right, short=what in "+-" and left.short and right.short)

    def number(self, what: str, parts: list[Part]) -> Part:
        if parts[0].what != "number":
            raise NotInSql(_("it reckons with values that do not fit together"))
        return self._say(what, parts[0], short=parts[0].short)

    def logic(self, what: str, parts: list[Part]) -> Part:
        if any(part.what != "yesno" for part in parts):
            raise NotInSql(_("it takes something for yes or no that is neither"))
        known = [self._say("COALESCE({0}, FALSE)", part, what="yesno") for part in parts]
        return self._say(
            "(NOT {0})" if what == "not" else f"({{0}} {what.upper()} {{1}})", *known, what="yesno"
        )

    def words(self, what: str, parts: list[Part]) -> Part:
        found = [self._say("COALESCE({0}, '')", self._as_words(part), what="text") for part in parts]
        return self._say(
            "(" + " || ".join(f"{{{at}}}" for at in range(len(found))) + ")", *found, what="text"
        )

    def _as_words(self, part: Part) -> Part:
        if part.what in {"text", "date"}:
            return part
        if part.what == "number" and not part.short:
            raise NotInSql(_("it puts a number into a text that is not rounded; write round(…, 2)"))
        return self._say(f"words_of_{part.what}", part, what="text")

    def choice(self, what: str, parts: list[Part]) -> Part:
        """if(condition, then, otherwise)."""
        self.logic("not", parts[:1])
        kind, short = self._same(parts[1:])
        rest = " ELSE {2}" if len(parts) > 2 else ""
        return self._say(f"CASE WHEN {{0}} THEN {{1}}{rest} END", *parts, what=kind, short=short)

    def extreme(self, what: str, parts: list[Part]) -> Part:
        kind, short = self._same(parts)
        if len(parts) == 1:
            return parts[0]
        if kind in {"text", "date"}:
            parts = [self._say("ordered", part, what=kind) for part in parts]
        if self.vendor == "sqlite":  # there one empty value makes the result empty
            every = list(range(len(parts)))
            parts = [self._say(_first_then_rest(at, every), *parts, what=kind) for at in every]
        name = self.says["least" if what == "min" else "greatest"]
        marks = ", ".join(f"{{{at}}}" for at in range(len(parts)))
        return self._say(f"{name}({marks})", *parts, what=kind, short=short)

    def first(self, what: str, parts: list[Part]) -> Part:
        kind, short = self._same(parts)
        if kind == "text":
            parts = [self._say("text", part, what=kind) for part in parts]
        if len(parts) == 1:
            return parts[0]
        marks = ", ".join(f"{{{at}}}" for at in range(len(parts)))
        return self._say(f"COALESCE({marks})", *parts, what=kind, short=short)

    def days(self, what: str, parts: list[Part]) -> Part:
        if any(part.what != "date" for part in parts):
            raise NotInSql(_("it reckons with values that do not fit together"))
        return self._say("days", *parts, short=True)

    def today(self, what: str, parts: list[Part]) -> Part:
        day = clock.today().isoformat()
        return Part(
            f"'{day}'::text" if self.vendor == "postgresql" else f"'{day}'", what="date", steady=False
        )

    def empty(self, what: str, parts: list[Part]) -> Part:
        says = "(COALESCE({0}, '') = '')" if parts[0].what == "text" else "({0} IS NULL)"
        return self._say(says, parts[0], what="yesno")

    def _same(self, parts: list[Part]) -> tuple[str, bool]:
        found = {part.what for part in parts}
        if len(found) > 1:
            raise NotInSql(_("its result is now of one kind and now of another"))
        return found.pop(), all(part.short for part in parts)


def _first_then_rest(at: int, every: list[int]) -> str:
    return "COALESCE(" + ", ".join(f"{{{one}}}" for one in (at, *(one for one in every if one != at))) + ")"


def held(field: Any) -> tuple[str, str]:
    """How the values of a field come out of the database: the template that reads them, and their kind."""
    if isinstance(field, kinds.Choices) or field is None or field.is_relation:
        raise NotInSql(_("it uses several choices of one field, or a field that is gone"))
    if isinstance(field, AmountField):
        return "money", "number"
    if isinstance(field, kinds.Day):
        return "day", "date"
    if isinstance(field, models.DateField):
        return "date", "date"
    if isinstance(field, models.BooleanField):
        return "yesno", "yesno"
    if isinstance(field, models.IntegerField | models.DecimalField | models.FloatField):
        return "number", "number"
    if isinstance(field, models.CharField | models.TextField):
        return "text", "text"
    raise NotInSql(_("it uses a field that no filter can ask for"))


DOES: dict[str, Callable[[Rendering, str, list[Part]], Part]] = {
    **dict.fromkeys("+-*/", Rendering.numbers), "neg": Rendering.number, "abs": Rendering.number,
    "and": Rendering.logic, "or": Rendering.logic, "not": Rendering.logic,
    "&": Rendering.words, "concat": Rendering.words, "if": Rendering.choice, "min": Rendering.extreme,
    "max": Rendering.extreme, "first": Rendering.first, "days": Rendering.days, "today": Rendering.today,
    "empty": Rendering.empty,
}  # fmt: skip
