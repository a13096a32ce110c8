"""Rules of fields: required, or there at all, only where another field says so. Asked on the server always; the page
asks the same at once (frontend/src/elements/rules.ts)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from kehu.core.custom import definitions
from kehu.core.errors import Refused
from kehu.core.models.values import PREFIX, code_of

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

Get = Callable[[str], Any]
EMPTY: tuple[Any, ...] = (None, "", [], ())


@dataclass(frozen=True)
class Rule:
    """`path` has the effect (required, visible) where the field `when` answers `op` with `value`."""

    path: str
    effect: str
    when: str
    op: str
    value: str = ""


# Of the definitions themselves: what the kind of a field asks for. Here, as it is the first user of such rules.
_by_module: dict[str, list[Rule]] = {}


def declare(object_type: str, *rules: Rule) -> None:
    """Rules that a module has for an object of its own."""
    _by_module.setdefault(object_type, []).extend(rules)


def of(kind: ObjectType, user: User) -> list[Rule]:
    """The rules that hold for a user: of the module, for everyone, for the user's role."""
    stored = definitions.current().rules.get(kind.key, ())
    return [
        *_by_module.get(kind.key, ()),
        *(Rule(r.path, r.effect, r.when, r.op, r.value) for r in stored if r.role in ("", user.role)),
    ]


def concern(kind: ObjectType, user: User) -> bool:
    """Whether anything here has a say in new records of this kind."""
    return bool(definitions.fields_of(kind) or of(kind, user))


def words(value: Any) -> list[str]:
    """A value as rules compare it: a record by its id, yes and no as words, several choices each."""
    if value in EMPTY:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, models.Model):
        return [str(value.pk)]
    if isinstance(value, list | tuple | set):
        return [str(one) for one in value]
    if isinstance(value, Decimal):
        return [f"{value.normalize():f}"]
    return [str(value)]


def holds(rule: Rule, given: list[str]) -> bool:
    if rule.op == "empty":
        return not given
    if rule.op == "not_empty":
        return bool(given)
    if rule.op == "eq":
        return rule.value in given
    if rule.op == "ne":
        return rule.value not in given
    return bool(given) and _in_order(rule, given[0])


def _in_order(rule: Rule, given: str) -> bool:
    try:
        left, right = Decimal(given), Decimal(rule.value)
        return left >= right if rule.op == "gte" else left <= right
    except InvalidOperation:
        return given >= rule.value if rule.op == "gte" else given <= rule.value


def hidden(rules: Iterable[Rule], get: Get) -> set[str]:
    """The paths that are shown only under conditions of which none holds."""
    shown: dict[str, bool] = {}
    for rule in rules:
        if rule.effect == "visible":
            shown[rule.path] = shown.get(rule.path, False) or holds(rule, words(get(rule.when)))
    return {path for path, is_shown in shown.items() if not is_shown}


def getter(kind: ObjectType, record: Any = None, values: Mapping[str, Any] | None = None) -> Get:
    """The values of a record as they will stand: given ones first, then its own, then what a new one starts with."""

    def get(path: str) -> Any:
        if values is not None and path in values:
            return values[path]
        field: Any = kind.field(path)
        if field is None or getattr(field, "computed", False):
            return None
        if code := code_of(path):
            return (record.custom or {}).get(code) if record is not None else field.get_default()
        if "." in path:
            return None
        return getattr(record, field.attname) if record is not None else field.get_default()

    return get


def check(kind: ObjectType, values: Mapping[str, Any], *, by: User, record: Any = None) -> None:
    """Refuse new values that leave a required field empty.

    Of a stored record only rules are asked that the new values touch: what was allowed once does not stand in the
    way of other work.
    """
    rules = of(kind, by)
    get = getter(kind, record, values)
    lacking = set()
    for code, field in definitions.fields_of(kind).items():
        if (
            not field.blank
            and not field.computed
            and not field.retired
            and (record is None or PREFIX + code in values)
        ):
            lacking.add(PREFIX + code)
    for rule in rules:
        touched = record is None or rule.path in values or rule.when in values
        if rule.effect == "required" and touched and holds(rule, words(get(rule.when))):
            lacking.add(rule.path)
    lacking -= hidden(rules, get)
    blamed = [path for path in sorted(lacking) if get(path) in EMPTY and kind.field(path) is not None]
    if blamed:
        sentence = _("This field is needed here.")
        told = " ".join(
            _("%(label)s: %(value)s") % {"label": kind.label_of(p), "value": sentence} for p in blamed
        )
        raise Refused(told, fields=dict.fromkeys(blamed, sentence))


def described(kind: ObjectType, user: User) -> list[dict[str, str]]:
    """The rules for the page, which follows them while one types."""
    return [vars(rule) for rule in of(kind, user)]
