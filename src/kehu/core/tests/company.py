"""A small company for the tests of core. Objects of higher modules are reached by their key only."""

from __future__ import annotations

from typing import Any

from kehu.core import changes, registry
from kehu.core.access import roles
from kehu.core.models import Change, Team, User


def saved(record: Any, by: User | None = None) -> Any:
    changes.save(record, by=by)
    return record


def make(key: str, **values: Any) -> Any:
    """A stored record of any declared object type."""
    return saved(registry.get(key).model(**values))


def person(name: str, role: str = roles.ADMINISTRATOR, team: Team | None = None, password: str = "") -> User:
    user = User(username=name, name=name, role=role, team=team)
    user.set_password(password) if password else user.set_unusable_password()
    return saved(user)


def team(name: str, parent: Team | None = None) -> Team:
    found = saved(Team(name=name, parent=parent))
    found.path = f"{parent.path if parent else '/'}{found.pk}/"
    return saved(found)


def last_change(record: Any) -> Change:
    kind = registry.of(record)
    return Change.objects.filter(object_type=kind.key, object_id=record.pk).latest("id")


def fresh(record: Any) -> Any:
    return type(record).everything.get(pk=record.pk)
