"""Who may do what to which rows and fields of one object type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kehu.core import roles
from kehu.core.access.scopes import EVERYTHING, NOTHING, Scope

if TYPE_CHECKING:
    from kehu.core.models import User

Grants = Mapping[str, Scope]


@dataclass(frozen=True)
class Policy:
    """Scopes per verb and role, and the fields that a role does not get to see.

    A role that a verb does not name may not do it; the administrator may do everything that
    `administered` does not take away. `add` names roles only: a new row has no scope yet;
    where it is empty nobody adds rows by hand, they come from other actions.
    `hidden` fields do not exist for a role; `masked` ones show their last characters; `fixed` ones are read-only.
    """

    view: Grants = field(default_factory=dict)
    change: Grants = field(default_factory=dict)
    delete: Grants = field(default_factory=dict)
    add: tuple[str, ...] = ()
    hidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    masked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    administered: bool = True

    def scope(self, verb: str, user: User) -> Scope:
        """The rows to which the user may do `view`, `change` or `delete`."""
        if not user.is_authenticated or not user.is_active:
            return NOTHING
        grants: Grants = {"view": self.view, "change": self.change, "delete": self.delete}[verb]
        if self.administered and user.role == roles.ADMINISTRATOR:
            return EVERYTHING
        return grants.get(user.role, NOTHING)

    def may_add(self, user: User) -> bool:
        if not user.is_active or not self.add:
            return False
        return user.role in self.add or (self.administered and user.role == roles.ADMINISTRATOR)

    def hides(self, name: str, user: User) -> bool:
        return user.role in self.hidden.get(name, ())

    def masks(self, name: str, user: User) -> bool:
        return user.role in self.masked.get(name, ())

    def fixes(self, name: str, user: User) -> bool:
        return user.role in self.fixed.get(name, ()) or self.hides(name, user) or self.masks(name, user)

    def reads(self, name: str, user: User) -> bool:
        """Whether the user may see the whole value, and so filter, sort and search by it."""
        return not self.hides(name, user) and not self.masks(name, user)

    @property
    def closed_fields(self) -> frozenset[str]:
        """Fields that at least one role may not read in full."""
        return frozenset(
            name for fields in (self.hidden, self.masked) for name, affected in fields.items() if affected
        )


def everyone(scope: Scope, *role_codes: str) -> dict[str, Scope]:
    """The same scope for all roles, or for those named."""
    return dict.fromkeys(role_codes or roles.ALL, scope)
