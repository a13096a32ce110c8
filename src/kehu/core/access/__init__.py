"""One rule of access: policies per object type, scopes that compile to `Q` and to SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kehu.core import roles
from kehu.core.errors import Forbidden, NotFound

from .policy import Policy, everyone
from .scopes import (
    EVERYTHING,
    NOTHING,
    OWN,
    TEAM,
    Nothing,
    Own,
    Pointed,
    Scope,
    Self,
    TeamAndBelow,
    Unowned,
    Via,
)

if TYPE_CHECKING:
    from kehu.core.models import Record, User
    from kehu.core.registry import ObjectType

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "OWN",
    "TEAM",
    "Nothing",
    "Own",
    "Pointed",
    "Policy",
    "Scope",
    "Self",
    "TeamAndBelow",
    "Unowned",
    "Via",
    "can",
    "everyone",
    "mask",
    "require",
    "roles",
    "sees",
    "sees_all",
]


def can(user: User, verb: str, target: Record | ObjectType) -> bool:
    """Whether the user may do `view`, `add`, `change` or `delete` to a record or, at all, to an object type."""
    from kehu.core import registry
    from kehu.core.registry import ObjectType

    kind = target if isinstance(target, ObjectType) else registry.of(target)
    if verb == "add":
        return kind.policy.may_add(user)
    scope = kind.policy.scope(verb, user)
    if isinstance(scope, Nothing):
        return False
    if isinstance(target, ObjectType) or scope == EVERYTHING:
        return True
    return kind.model.everything.filter(scope.q(user), pk=target.pk).exists()


def sees(user: User, kind: ObjectType) -> bool:
    """Whether any row of the object type could be visible to the user."""
    return not isinstance(kind.policy.scope("view", user), Nothing)


def sees_all(user: User, kind: ObjectType) -> bool:
    """Whether every row of the object type is visible to the user."""
    return kind.policy.scope("view", user) == EVERYTHING


def require(user: User, verb: str, target: Record | ObjectType) -> None:
    """Refuse when the user may not. A record that the user may not even see is said not to exist."""
    if can(user, verb, target):
        return
    from kehu.core.registry import ObjectType

    if not isinstance(target, ObjectType) and not can(user, "view", target):
        raise NotFound(_("There is no such record, or you may not see it."))
    raise Forbidden(_("Your role does not allow this. Ask your administrator if you need it."))


def mask(value: Any) -> str:
    """A value with all but its last three characters covered."""
    text = str(value or "")
    return "•" * min(max(len(text) - 3, 3), 8) + text[-3:] if len(text) > 3 else "•" * 3 if text else ""
