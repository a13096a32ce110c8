"""Paths of values that a user may filter, group and sum by: own fields and those of what a record refers to.

Whatever a user may not read in full is as unknown as what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from kehu.core import access, registry
from kehu.core.custom import asking

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

STEPS = 2
RECORDED = ("created_at", "updated_at")
CUSTOM = "custom"


class Tagged:
    """Stands where a field would: the tags of a record are rows of their own, not a column."""

    kind = registry.TAGS
    attname = ""
    null = blank = True
    is_relation = False
    choices = ()


@dataclass(frozen=True)
class Named:
    """A path that this user may use, with what is known about its values."""

    kind: ObjectType
    path: str
    user: User
    field: Any

    @cached_property
    def what(self) -> str:
        """text, number, money, date, time, yesno, choice, record or tags."""
        return registry.kind_of_field(self.field)

    @cached_property
    def lookup(self) -> str:
        return self.path.replace(".", "__")

    @cached_property
    def expression(self) -> Any:
        """What the database is asked for: the field's own lookup, or what a custom field is computed by."""
        if not self.is_computed:
            return F(self.lookup)
        before = self.lookup.rpartition(f"{CUSTOM}__")[0]
        return asking.expression(self.field, self.user, before)

    @property
    def is_own(self) -> bool:
        """Whether it is a field of the record itself, not of what that refers to."""
        return len(list(registry.steps(self.kind, self.path))) == 1

    @property
    def is_computed(self) -> bool:
        return bool(getattr(self.field, "computed", False))

    def asked(self, comparison: str, value: Any) -> Q:
        """The bare comparison in the words of Django's lookups; NULL where there is no value."""
        if not self.is_computed:
            return Q(**{f"{self.lookup}__{comparison}": value})
        return Q(self.field.stored_as.get_lookup(comparison)(self.expression, value))

    @cached_property
    def label(self) -> str:
        """Its name, after the names of the references that it leads over: Channel › Name."""
        return label_of(self.kind, self.path)

    @cached_property
    def target(self) -> ObjectType | None:
        """The object type that a reference leads to."""
        return registry.of(self.field.related_model) if self.what == "record" else None

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        found = getattr(self.field, "flatchoices", None) or self.field.choices or ()
        return [(str(code), str(label)) for code, label in found if code not in ("", None)]

    @cached_property
    def codes(self) -> dict[str, Any]:
        found = getattr(self.field, "flatchoices", None) or self.field.choices or ()
        return {str(code): code for code, _label in found if code not in ("", None)}

    @cached_property
    def has_blank(self) -> bool:
        """Whether a record may have no value here."""
        return bool(self.way) or self.field.null or (self.field.blank and self.what in {"text", "choice"})

    @cached_property
    def way(self) -> list[tuple[str, ObjectType]]:
        """The references that the path leads over: lookup and object type of each."""
        found, prefix = [], ""
        for kind, part in list(registry.steps(self.kind, self.path))[:-1]:
            prefix = f"{prefix}__{part}" if prefix else part
            target: Any = kind.field(part)
            if target is not None and target.is_relation:
                found.append((prefix, registry.of(target.related_model)))
        return found

    @cached_property
    def bridge(self) -> tuple[Named, Named] | None:
        """The first custom reference that the path leads over, and what is asked of the record there.

        Its ids stand in JSON, which no join leads over.
        """
        before = ""
        for _kind, part in list(registry.steps(self.kind, self.path))[:-1]:
            before = f"{before}.{part}" if before else part
            if part.startswith(f"{CUSTOM}."):
                head = named(self.kind, before, self.user)
                tail = head and head.target and named(head.target, self.path[len(before) + 1 :], self.user)
                return (head, tail) if head and tail else None
        return None

    @property
    def is_open(self) -> bool:
        """Whether every record that the path leads over may be seen by the user: then totals tell nothing hidden."""
        return all(access.sees_all(self.user, target) for _lookup, target in self.way)

    def known(self) -> Q:
        """Records of which the user may know that they have a value here; true or false, never NULL.

        A record that the user may not see has no fields for the user.
        """
        condition = Q()
        for lookup, target in self.way:
            condition &= Q(**{f"{lookup}__isnull": False})
            if not access.sees_all(self.user, target):
                visible = target.model.everything.visible_to(self.user)
                condition &= Q(**{f"{lookup}__in": visible.values("pk")})
        if self.field.null or self.path.startswith(f"{CUSTOM}."):
            condition &= self.asked("isnull", False)
        return condition


def label_of(kind: ObjectType, path: str) -> str:
    """The label of a column that has one, else the names of what the path leads over: Channel › Name."""
    for column in kind.column_list:
        if column.path == path and column.label:
            return str(column.label)
    return " › ".join(str(here.label_of(part)) for here, part in registry.steps(kind, path))


def named(kind: ObjectType, path: str, user: User) -> Named | None:
    """The field at the end of a path, if the user may read it in full and it may be asked about.

    What is found is kept on the user, who lives for one request: a page asks for the same paths again and again.
    """
    known = user.__dict__.setdefault("_named", {})
    found = known.get((kind.key, path)) or _named(kind, path, user)
    if found is not None:
        known[kind.key, path] = found
    return found


def _named(kind: ObjectType, path: str, user: User) -> Named | None:
    if len(path) > 200 or not access.sees(user, kind) or len(list(registry.steps(kind, path))) > STEPS + 1:
        return None
    if registry.hides(kind, path, user) or registry.masks(kind, path, user):
        return None
    if path == registry.TAGS and kind.tagged:
        return Named(kind, path, user, Tagged())
    for here, part in (steps := list(registry.steps(kind, path))):
        if part.split(".")[0] not in declared(here) or part in here.pointer:
            return None
    if ".".join(part for _kind, part in steps) != path:
        return None
    for _here, target in _targets(kind, path):
        if not access.sees(user, target):
            return None
    field: Any = kind.field(path)
    if field is None or not hasattr(field, "get_prep_value") or _is_closed(field, path):
        return None
    return Named(kind, path, user, field)


def declared(kind: ObjectType) -> frozenset[str]:
    """The names of an object that lists, forms and filters declare; no other column is reached by any path."""
    names = {path.split(".")[0] for path in (*kind.paths, *kind.filters, *kind.keys, kind.lookup)}
    return frozenset(names - {""}) | {*RECORDED, CUSTOM}


def offered(kind: ObjectType, user: User, *, steps: int = 1) -> list[Named]:
    """What a filter may be made of, in the order of the declaration: own fields first, then those of references."""
    own = [*dict.fromkeys([*kind.filters, *kind.paths, *RECORDED, registry.TAGS])]
    found = [field for path in own if (field := named(kind, path, user)) is not None]
    return found + (list(_further(kind, found, user)) if steps > 1 else [])


def _further(kind: ObjectType, own: list[Named], user: User) -> Iterator[Named]:
    for reference in own:
        if reference.target is None or not reference.is_own:
            continue
        for path in dict.fromkeys([*reference.target.filters, *reference.target.paths]):
            found = named(kind, f"{reference.path}.{path}", user)
            if found is not None and found.what != "record":
                yield found


def _targets(kind: ObjectType, path: str) -> Iterator[tuple[ObjectType, ObjectType]]:
    for here, part in registry.steps(kind, path):
        field: Any = here.field(part)
        if field is not None and field.is_relation and registry.declares_model(field.related_model):
            yield here, registry.of(field.related_model)


def _is_closed(field: Any, path: str) -> bool:
    """Columns that hold no single value to compare."""
    if getattr(field, "reason", ""):
        return True
    if field.is_relation:
        concrete = getattr(field, "concrete", True)  # a custom field belongs to no model
        return not concrete or field.many_to_many or not registry.declares_model(field.related_model)
    return isinstance(field, models.JSONField | models.BinaryField) and path.split(".")[-2:-1] != [CUSTOM]
