"""The language of conditions: JSON in addresses, the API, saved views, exports and bulk actions.

`{"and": [{"field": "score", "op": "gte", "value": 4}, {"or": […]}, {"not": {…}}]}`
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.core.filters import operators, values
from kehu.core.filters.fields import Named, named, offered

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

DEEPEST = 8
MOST_CONDITIONS = 60
MOST_VALUES = 200
LONGEST_TEXT = 20_000


class Condition:
    """Says of each record whether it fits. Made by `parse` for one user, whose rights it obeys."""

    def q(self) -> Q:
        """For `filter`: true or false for every record, never NULL."""
        raise TypeError(type(self).__name__)

    def sentence(self) -> str:
        """What is asked for, in the user's language."""
        raise TypeError(type(self).__name__)

    def as_json(self) -> Any:
        """What `parse` would read again."""
        raise TypeError(type(self).__name__)

    @property
    def text(self) -> str:
        """As it stands in an address; empty where everything fits."""
        return json.dumps(self.as_json(), ensure_ascii=False, separators=(",", ":")) if self else ""

    def leaves(self) -> Iterator[Leaf]:
        raise TypeError(type(self).__name__)

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Leaf(Condition):
    """One comparison of one field."""

    field: Named
    op: str
    values: tuple[values.Value, ...] = ()

    def q(self) -> Q:
        return operators.q_of(self.field, self.op, [value.asked for value in self.values])

    def sentence(self) -> str:
        return operators.sentence_of(self.field, self.op, [value.words for value in self.values])

    def as_json(self) -> Any:
        found: dict[str, Any] = {"field": self.field.path, "op": self.op}
        if self.op in MANY:
            found["value"] = [value.given for value in self.values]
        elif self.op not in operators.BLANK:
            found["value"] = self.values[0].given
        return found

    def leaves(self) -> Iterator[Leaf]:
        yield self


@dataclass(frozen=True)
class _Group(Condition):
    parts: tuple[Condition, ...] = ()

    def _sentence(self, joint: str) -> str:
        return joint.join(
            f"({part.sentence()})" if isinstance(part, _Group) and len(part.parts) > 1 else part.sentence()
            for part in self.parts
        )

    def leaves(self) -> Iterator[Leaf]:
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True)
class Every(_Group):
    """All of its parts; without parts every record fits."""

    def q(self) -> Q:
        found = Q()
        for part in self.parts:
            found &= part.q()
        return found

    def sentence(self) -> str:
        return self._sentence(_(" and ")) if self.parts else _("every record")

    def as_json(self) -> Any:
        return {"and": [part.as_json() for part in self.parts]}

    def __bool__(self) -> bool:
        return bool(self.parts)


@dataclass(frozen=True)
class Some(_Group):
    """At least one of its parts."""

    def q(self) -> Q:
        found = _certain(self.parts[0])
        for part in self.parts[1:]:
            found |= _certain(part)
        return found

    def sentence(self) -> str:
        return self._sentence(_(" or "))

    def as_json(self) -> Any:
        return {"or": [part.as_json() for part in self.parts]}


@dataclass(frozen=True)
class No(Condition):
    """The opposite of its part."""

    part: Condition

    def q(self) -> Q:
        return ~_certain(self.part)

    def sentence(self) -> str:
        return _("not (%(condition)s)") % {"condition": self.part.sentence()}

    def as_json(self) -> Any:
        return {"not": self.part.as_json()}

    def leaves(self) -> Iterator[Leaf]:
        yield from self.part.leaves()


MANY = (*operators.SETS, "between")


def parse(kind: ObjectType, user: User, text: str) -> Condition:
    """The condition that a text asks for; refused by a sentence if it makes no sense or the user may not ask it.

    An empty text asks for nothing: every record fits.
    """
    if not text.strip():
        return Every()
    if len(text) > LONGEST_TEXT:
        raise _refused(_("The filter is longer than 20,000 characters."))
    try:
        given = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _refused(_("The filter is not written as JSON.")) from None
    return read(kind, user, given)


def read(kind: ObjectType, user: User, given: Any) -> Condition:
    """The same from what JSON has been read into."""
    _refuse_unspeakable(given)
    _measure(given)
    return _read(kind, user, given)


def leaf(kind: ObjectType, user: User, path: str, op: str, given: Any = None) -> Leaf:
    """One comparison; refused by a sentence."""
    field = named(kind, path, user) if isinstance(path, str) else None
    if field is None:
        known = ", ".join(one.path for one in offered(kind, user))
        sentence = _("There is no field “%(name)s” to filter by. There are: %(known)s.")
        raise _refused(sentence % {"name": str(path)[:60], "known": known})
    if not isinstance(op, str) or op not in operators.OPS.get(field.what, ()):
        sentence = _("%(field)s cannot be compared by “%(op)s”, but by: %(known)s.")
        known = ", ".join(operators.OPS.get(field.what, ()))
        raise _refused(sentence % {"field": field.label, "op": str(op)[:60], "known": known})
    if op in operators.BLANK:
        return Leaf(field, op)
    if op == "within":
        return Leaf(field, op, (values.within(field, given),))
    if op not in MANY:
        return Leaf(field, op, (values.read(field, given, op),))
    if not isinstance(given, list | tuple) or not given:
        raise values.refuse(field, _("%(field)s is compared with a list of values."))
    if op == "between":
        return _between(field, given)
    if len(given) > MOST_VALUES:
        raise values.refuse(field, _("%(field)s is compared with more than 200 values at once."))
    return Leaf(field, op, tuple(values.read(field, one, "in") for one in given))


def every(*parts: Condition) -> Every:
    """All of these, those without meaning left out, and groups of the same kind taken in."""
    found: list[Condition] = []
    for part in parts:
        found += part.parts if isinstance(part, Every) else [part]
    return Every(tuple(found))


def _certain(part: Condition) -> Q:
    """Django takes an empty condition for none at all, where it means every record."""
    return part.q() or Q(pk__isnull=False)


def _between(field: Named, given: Sequence[Any]) -> Leaf:
    if len(given) != 2:
        raise values.refuse(field, _("%(field)s lies between two values: give both."))
    return Leaf(field, "between", (values.read(field, given[0], "gte"), values.read(field, given[1], "lte")))


def _read(kind: ObjectType, user: User, given: Any) -> Condition:
    if not isinstance(given, dict):
        raise _refused(_("A condition is an object with field and op, or with and, or, not."))
    if set(given) <= {"field", "op", "value"} and "field" in given:
        return leaf(kind, user, given["field"], given.get("op", "eq"), given.get("value"))
    if len(given) != 1 or next(iter(given)) not in GROUPS:
        raise _refused(_("A condition is an object with field and op, or with and, or, not."))
    join, parts = next(iter(given.items()))
    if join == "not":
        return No(_read(kind, user, parts))
    if not isinstance(parts, list) or (join == "or" and not parts):
        raise _refused(_("A group holds a list of conditions."))
    return GROUPS[join](tuple(_read(kind, user, part) for part in parts))


GROUPS: dict[str, Callable[..., Condition]] = {"and": Every, "or": Some, "not": No}


def _measure(given: Any, depth: int = 0) -> int:
    """Count conditions before anything is asked of the database."""
    if depth > DEEPEST:
        raise _refused(_("The filter is nested more than 8 groups deep."))
    if not isinstance(given, dict):
        return 0
    count = 0 if "and" in given or "or" in given or "not" in given else 1
    for join in ("and", "or"):
        parts = given.get(join)
        if isinstance(parts, list):
            count += 0 if parts else 1
            count += sum(_measure(part, depth + 1) for part in parts[: MOST_CONDITIONS + 1])
    if "not" in given:
        count += _measure(given["not"], depth + 1)
    if count > MOST_CONDITIONS:
        raise _refused(_("The filter has more than 60 conditions."))
    return count


def _refuse_unspeakable(given: Any) -> None:
    """Refuse what no sentence about it could quote: half a character, and values nested deeper than any filter."""
    parts = [(given, 0)]
    while parts:
        part, depth = parts.pop()
        if depth > 2 * DEEPEST + 3:  # a group is an object with a list in it, a comparison may hold one, too
            raise _refused(_("The filter is nested more than 8 groups deep."))
        if isinstance(part, str) and any("\ud800" <= sign <= "\udfff" for sign in part):
            raise _refused(_("The text holds characters that cannot be kept (its encoding is broken)."))
        inside = (*part, *part.values()) if isinstance(part, dict) else part if isinstance(part, list) else ()
        parts += [(one, depth + 1) for one in inside]


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _refused(sentence: str) -> Refused:
    return Refused(sentence, fields={"where": sentence})
