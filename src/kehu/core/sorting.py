"""What a list may be sorted by, and how: only by what an index carries, so that a page of a million costs a page.

See docs/adr/0010-lists-walk-indexes.md.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef, Subquery

from kehu.core import access, registry
from kehu.core.models.values import PREFIX
from kehu.kit.turns import Listed, Referred, Turns

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType


def sortable(kind: ObjectType, path: str, user: User) -> bool:
    """Whether this user may sort these records by a path."""
    column = next((column for column in kind.column_list if column.path == path), None)
    if column is not None and (not column.sortable or column.value):
        return False
    if (column is None and path not in kind.paths) or path in kind.pointer:
        return False
    if kind.field(path) is None or not (kind.few or is_indexed(kind, path)):
        return False
    if registry.hides(kind, path, user) or registry.masks(kind, path, user):
        return False
    # The order of rows, and the mark of the next page, would tell names that the user may not see.
    return all(access.sees_all(user, target) for target in registry.passed(kind, path))


def offered(kind: ObjectType, user: User) -> list[str]:
    return [path for path in kind.paths if sortable(kind, path, user)]


def is_indexed(kind: ObjectType, path: str) -> bool:
    """Whether an index of the table begins with the field, and for a reference whether its name is found as fast."""
    field: Any = kind.field(path)
    if field is None or registry.first_step(path)[1]:
        return False
    if not (field.indexed if path.startswith(PREFIX) else _has_index(kind.model, field)):
        return False
    if not field.is_relation:
        return True
    target = registry.of(field.related_model)
    name = name_of(target)
    return target.few or name == "pk" or _has_index(target.model, target.model._meta.get_field(name))


def ordering(kind: ObjectType, sort: str, user: User) -> tuple[str | Turns, ...]:
    """How pages are walked: `sort` is a path, with a minus before it falling; else the object's own order."""
    path = sort.removeprefix("-")
    if not path or not sortable(kind, path, user):
        return kind.ordering
    falling = sort.startswith("-")
    field: Any = kind.field(path)
    if field.is_relation and not registry.first_step(path)[1]:
        target = registry.of(field.related_model)
        lookup = field.attname.replace(".", "__")
        turns: Turns = Referred(lookup, target.model.everything.all(), name_of(target), falling)
        return (turns, *_newest(kind, field))
    if field.choices and "." not in path:
        codes = tuple(code for code, _label in field.flatchoices if code is not None)
        codes = codes if "" in codes or not field.blank else ("", *codes)
        return (Listed(field.attname, codes, falling), *_newest(kind, field))
    sign = "-" if falling else ""
    rest = _tail(kind.model, field.attname) if "." not in path else ()
    return tuple(sign + name for name in (path.replace(".", "__"), *rest, "id"))


def order_by(kind: ObjectType, sort: str, user: User) -> tuple[Any, ...]:
    """The same for a whole set at once (an export), in the words of `order_by`; choices go by their code."""
    first, *rest = ordering(kind, sort, user)
    names = [name for name in rest if isinstance(name, str)]
    if isinstance(first, str):
        return (first, *names)
    sign = "-" if sort.startswith("-") else ""
    if isinstance(first, Referred):
        names.insert(0, f"{sign}{first.lookup}")
        if sort.removeprefix("-").startswith(PREFIX):  # whose ids no join leads over
            called = Subquery(first.targets.filter(pk=OuterRef(first.lookup)).values(first.name))
            return (called.desc(nulls_last=True) if sign else called.asc(nulls_last=True), *names)
        return (f"{sign}{sort.removeprefix('-')}__{first.name}", *names)
    return (sign + first.lookup, *names)


def name_of(target: ObjectType) -> str:
    """The column that the records of an object are ordered by where others refer to them."""
    for path in (target.column_list[0].path, target.lookup):
        field: Any = target.field(path) if path and "." not in path else None
        if field is not None and not field.is_relation and not field.null:
            return str(field.name)
    return "pk"


def _newest(kind: ObjectType, field: Any) -> tuple[str, ...]:
    """The order inside a turn: the index that serves the turns carries it; the newest first."""
    if kind.few:
        return kind.ordering
    return (*(f"-{name}" for name in _tail(kind.model, field.attname)), "-id")


def _has_index(model: type[models.Model], field: Any) -> bool:
    if field.primary_key or field.unique or field.db_index:
        return True
    return any(names and names[0] == field.attname for names in indexes_of(model))


def _tail(model: type[models.Model], name: str) -> tuple[str, ...]:
    """What follows a field in the index that begins with it; the shortest index counts."""
    found = sorted((names for names in indexes_of(model) if names and names[0] == name), key=len)
    return tuple(part for part in (found[0][1:] if found else ()) if part not in ("id", "pk"))


def _column(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "attname", name)) if name else ""


@cache
def indexes_of(model: type[models.Model]) -> tuple[tuple[str, ...], ...]:
    """The columns of each index of a table that holds all rows."""
    found = []
    for index in model._meta.indexes:
        if index.condition is not None:
            continue
        names = [name.removeprefix("-") for name in index.fields]
        names += [getattr(expression, "name", "") for expression in index.expressions]
        found.append(tuple(_column(model, name) for name in names))
    return tuple(found)
