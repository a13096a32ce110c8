"""Formulas: a small language over the fields of one record. No loops, no calls but those below, nothing to break.

Written here and not taken from a library (`simpleeval` was looked at): amounts have to stay exact decimals, an empty
value has to stay empty, and names, types and circles are checked before a formula is stored.

    round(amount * custom.share / 100, 2)      if(stage = "won", "A", "B")      days(opened_on, today())

An empty value makes the result empty (a text takes it for nothing, a comparison is false); so does a division by zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.core import clock, registry

if TYPE_CHECKING:
    from kehu.core.models import User

LONGEST, DEEPEST = 2000, 40
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|"(?P<text>[^"]*)"|(?P<name>[A-Za-z_][A-Za-z0-9_.]*)"""
    r"""|(?P<sign><=|>=|<>|!=|==|[-+*/×÷&=<>(),，（）−≤≥≠]))"""
)
SAME_SIGN = {
    "×": "*", "÷": "/", "−": "-", "，": ",", "（": "(", "）": ")", "==": "=", "<>": "!=", "≠": "!=", "≤": "<=",
    "≥": ">=",
}  # fmt: skip
LEVELS = (("or",), ("and",), ("=", "!=", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"))
LONGEST_CHAIN = 120
Get = Callable[[str], Any]


class Unreadable(ValueError):
    """A sentence about what is wrong with a formula."""


class Mismatch(Exception):
    """Values that cannot be reckoned together."""


@dataclass(frozen=True)
class Node:
    """One step of a formula: `what` is value, name, or the sign or word of what is done with the parts."""

    what: str
    value: Any = None
    parts: tuple[Node, ...] = ()
    depth: int = 1

    def __call__(self, get: Get) -> Any:
        if self.what == "value":
            return self.value
        if self.what == "name":
            return get(self.value)
        return DOES[self.what](*[part(get) for part in self.parts])


@dataclass(frozen=True)
class Formula:
    node: Node
    names: frozenset[str]

    def value(self, get: Get) -> Any:
        """What it comes to, `get` giving the value of each name; empty where that makes no sense."""
        try:
            return self.node(get)
        except (Mismatch, DecimalException, OverflowError, RecursionError):
            return None


def read(text: str) -> Formula:
    """A formula from its text; Unreadable says where it makes no sense."""
    if len(text) > LONGEST:
        raise Unreadable(_("A formula has at most %(count)s characters.") % {"count": LONGEST})
    parser = _Parser(list(_tokens(text)))
    node = parser.expression(0, 0)
    if parser.here is not None:
        raise Unreadable(_("The formula makes no sense at “%(part)s”.") % {"part": parser.here[1]})
    return Formula(node, frozenset(parser.names))


def _tokens(text: str) -> Iterable[tuple[str, str]]:
    place, text = 0, text.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            raise Unreadable(
                _("The formula makes no sense at “%(part)s”.") % {"part": text[place : place + 20]}
            )
        place = found.end()
        kind = str(found.lastgroup)
        value = found[kind]
        yield kind, SAME_SIGN.get(value, value) if kind == "sign" else value


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.place = tokens, 0
        self.names: set[str] = set()

    @property
    def here(self) -> tuple[str, str] | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def takes(self, *words: str) -> str:
        here = self.here
        if here is not None and here[0] in {"sign", "name"} and here[1].lower() in words:
            self.place += 1
            return here[1].lower()
        return ""

    def needs(self, sign: str) -> None:
        if not self.takes(sign):
            raise Unreadable(_("The formula lacks a “%(sign)s”.") % {"sign": sign})

    def expression(self, level: int, depth: int) -> Node:
        if depth > DEEPEST:
            raise Unreadable(_("The formula has too many brackets inside each other."))
        if level == len(LEVELS):
            return self.single(depth)
        left = self.expression(level + 1, depth)
        while sign := self.takes(*LEVELS[level]):
            left = _step(sign, left, self.expression(level + 1, depth))
        return left

    def single(self, depth: int) -> Node:
        if self.takes("-"):
            return _step("neg", self.single(depth + 1) if depth < DEEPEST else self.expression(0, depth + 1))
        if self.takes("not"):
            return _step("not", self.expression(2, depth + 1))
        if self.takes("("):
            node = self.expression(0, depth + 1)
            self.needs(")")
            return node
        if self.here is None:
            raise Unreadable(_("The formula ends too early."))
        kind, text = self.here
        self.place += 1
        if kind == "number":
            return Node("value", Decimal(text))
        if kind == "text":
            return Node("value", text)
        if kind != "name":
            raise Unreadable(_("The formula makes no sense at “%(part)s”.") % {"part": text})
        if self.takes("("):
            return self.call(text.lower(), depth)
        if text.lower() in {"true", "false"}:
            return Node("value", text.lower() == "true")
        self.names.add(text)
        return Node("name", text)

    def call(self, name: str, depth: int) -> Node:
        arguments: list[Node] = []
        if not self.takes(")"):
            arguments.append(self.expression(0, depth + 1))
            while self.takes(","):
                arguments.append(self.expression(0, depth + 1))
            self.needs(")")
        if name not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise Unreadable(
                _("There is no “%(name)s” in formulas, but: %(known)s.") % {"name": name, "known": known}
            )
        _function, least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            raise Unreadable(_("“%(name)s” takes another number of values.") % {"name": name})
        return _step(name, *arguments)


def _step(what: str, *parts: Node) -> Node:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > LONGEST_CHAIN:
        sentence = _(
            "The formula has more than %(count)s steps that follow each other. Split it into two fields."
        )
        raise Unreadable(sentence % {"count": LONGEST_CHAIN})
    return Node(what, None, parts, depth)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Mismatch
    return Decimal(value)


def _plus(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if isinstance(left, date):
        return left + timedelta(days=int(_number(right)))
    return _number(left) + _number(right)


def _minus(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if isinstance(left, date):
        if isinstance(right, date):
            return Decimal((left - right).days)
        return left - timedelta(days=int(_number(right)))
    return _number(left) - _number(right)


def _times(left: Any, right: Any) -> Any:
    return None if left is None or right is None else _number(left) * _number(right)


def _over(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    divisor = _number(right)
    return _number(left) / divisor if divisor else None


def _concat(*parts: Any) -> str:
    return "".join(_text(part) for part in parts)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"  # nothing is nothing, also below zero
    return value.isoformat() if isinstance(value, date) else str(value)


def _compared(ask: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        try:
            return bool(ask(left, right))
        except TypeError:
            raise Mismatch from None

    return compare


def _if(condition: Any, then: Any, otherwise: Any = None) -> Any:
    if condition is not None and not isinstance(condition, bool):
        raise Mismatch
    return then if condition else otherwise


def _round(value: Any, places: Any = Decimal(0)) -> Any:
    if value is None or places is None:
        return None
    step = Decimal(1).scaleb(-max(-12, min(12, int(_number(places)))))
    return _number(value).quantize(step, rounding=ROUND_HALF_UP)


def _days(first: Any, last: Any) -> Any:
    if first is None or last is None:
        return None
    if not isinstance(first, date) or not isinstance(last, date):
        raise Mismatch
    return Decimal((last - first).days)


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(*values: Any) -> Any:
        given = [value for value in values if value is not None]
        try:
            return choose(given) if given else None
        except TypeError:
            raise Mismatch from None

    return chosen


OPERATORS: dict[str, Callable[..., Any]] = {
    "+": _plus, "-": _minus, "*": _times, "/": _over, "&": _concat,
    "=": _compared(lambda a, b: a == b), "!=": _compared(lambda a, b: a != b), "<": _compared(lambda a, b: a < b),
    "<=": _compared(lambda a, b: a <= b), ">": _compared(lambda a, b: a > b), ">=": _compared(lambda a, b: a >= b),
    "and": lambda a, b: a is True and b is True, "or": lambda a, b: a is True or b is True,
    "neg": lambda value: None if value is None else -_number(value), "not": lambda value: value is not True,
}  # fmt: skip
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "if": (_if, 2, 3),
    "round": (_round, 1, 2),
    "abs": (lambda value: None if value is None else abs(_number(value)), 1, 1),
    "min": (_extreme(min), 1, 20),
    "max": (_extreme(max), 1, 20),
    "days": (_days, 2, 2),
    "today": (lambda: clock.today(), 0, 0),
    "concat": (_concat, 1, 20),
    "empty": (lambda value: value is None or value == "", 1, 1),
    "first": (lambda *values: next((v for v in values if v not in (None, "")), None), 1, 20),
}

DOES = {**OPERATORS, **{name: function for name, (function, _least, _most) in FUNCTIONS.items()}}

# What stands for the fields of a kind while types are checked.
SAMPLES: dict[str, Any] = {
    "number": Decimal(2), "money": Decimal(2), "score": Decimal(2), "percent": Decimal(2), "date": date(2010, 1, 2),
    "time": date(2010, 1, 2), "yesno": True, "text": "a", "choice": "a", "choices": "a",
}  # fmt: skip
FITTING: dict[str, type | tuple[type, ...]] = {
    "number": Decimal, "money": Decimal, "text": str, "date": date, "yesno": bool,
}  # fmt: skip


def check(made: Formula, kind_of: Callable[[str], str], result: str) -> None:
    """Refuse a formula whose names are unknown, whose values do not fit together, or whose result is another kind."""
    for name in sorted(made.names):
        if kind_of(name) not in SAMPLES:
            raise Unreadable(_("There is no field “%(name)s” that a formula can use.") % {"name": name})
    try:
        value = made.node(lambda name: SAMPLES[kind_of(name)])
    except Mismatch:
        raise Unreadable(_("The formula reckons with values that do not fit together.")) from None
    except (DecimalException, OverflowError):
        return
    if value is not None and not isinstance(value, FITTING[result]):
        raise Unreadable(_("The formula gives another kind of value than the result that you chose."))


def fitting(value: Any, result: str) -> Any:
    """The value as the kind that the field has; empty where it is none."""
    if result == "money" and isinstance(value, Decimal):
        return (
            value.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP).normalize()
            if abs(value) < 10**14
            else None
        )
    return value if isinstance(value, FITTING[result]) else None


def closing(object_type: str, sources: Collection[str]) -> Callable[[User], bool]:
    """Whether a user may not read something that goes into the formula: then the result is closed too."""

    def closed(user: User) -> bool:
        kind = registry.get(object_type)
        return any(registry.hides(kind, name, user) or registry.masks(kind, name, user) for name in sources)

    return closed
