"""What an import may fill, and by what it may find records: the same for wizard, API and command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kehu.core import access, registry
from kehu.core.errors import NotFound, Refused
from kehu.core.imports.values import Mapping
from kehu.core.models import User
from kehu.core.registry import ObjectType

LENGTH_OF_KEY = 120


@dataclass(frozen=True)
class Target:
    """A field of an object type that a file may fill."""

    name: str
    label: str
    kind: str
    needed: bool
    field: Any

    @property
    def references(self) -> ObjectType | None:
        return registry.of(self.field.related_model) if self.field.is_relation else None

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(code), str(label)) for code, label in self.field.flatchoices if code not in (None, "")]


def importable(kind: ObjectType, user: User) -> bool:
    """Whether the user may bring in a file of these records."""
    return bool(kind.form) and access.sees(user, kind) and access.can(user, "add", kind)


def require_importable(kind: ObjectType, user: User) -> None:
    """Refuse where it may not; what the role does not reach at all is not there."""
    if not access.sees(user, kind) or not kind.form:
        raise NotFound(_("There is no such page."))
    access.require(user, "add", kind)


def targets(kind: ObjectType, user: User) -> list[Target]:
    """The fields that the user may fill with a file, those of the form first and in its order."""
    names = dict.fromkeys((*kind.form_fields, *kind.import_fields, *kind.keys))
    found = []
    for name in names:
        field: Any = kind.field(name)
        if field is None or kind.policy.fixes(name, user) or getattr(field, "many_to_many", False):
            continue
        needed = not (field.blank or field.null or field.has_default())
        found.append(Target(name, str(kind.label_of(name)), registry.kind_of_field(field), needed, field))
    return found


def keys(kind: ObjectType, user: User) -> list[str]:
    """The fields by which existing records may be found: none that the user may not read in full."""
    return [name for name in kind.keys if kind.policy.reads(name, user) and not kind.policy.fixes(name, user)]


def lookups(target: ObjectType, user: User) -> list[str]:
    """The fields by which a file may name another record; the usual one first."""
    names = dict.fromkeys((target.lookup, *target.keys, target.column_list[0].path))
    return [
        name
        for name in names
        if name
        and (field := target.field(name)) is not None
        and not field.is_relation
        and target.policy.reads(name, user)
    ]


def refuse_closed(kind: ObjectType, mapping: Mapping, user: User) -> None:
    """Refuse a mapping that looks anything up by what the user may not read, or by what is no name of a record."""
    if mapping.key and mapping.key not in keys(kind, user):
        raise Refused(
            _("Records cannot be found by “%(key)s”, but by: %(known)s.")
            % {"key": mapping.key[:LENGTH_OF_KEY], "known": ", ".join(keys(kind, user))}
        )
    for name, source in mapping.fields.items():
        field: Any = kind.field(name)
        if not field.is_relation:
            continue
        known = lookups(registry.of(field.related_model), user)
        if (source.lookup and source.lookup not in known) or not known:
            raise Refused(
                _("Field “%(name)s”: records cannot be found by “%(lookup)s”, but by: %(known)s.")
                % {"name": name, "lookup": source.lookup[:LENGTH_OF_KEY], "known": ", ".join(known)}
            )
