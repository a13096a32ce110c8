"""Whose rows: a small expression that becomes a `Q` for Django and a condition for the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from kehu.core.models import User


class Scope:
    """One part of an object type's rows. `q` and `sql` must always name the same rows."""

    def q(self, user: User) -> Q:
        raise TypeError(f"{type(self).__name__} has no condition")

    def sql(self, user: User) -> str:
        raise TypeError(f"{type(self).__name__} has no condition")

    def __or__(self, other: Scope) -> Scope:
        return Either((self, other))


@dataclass(frozen=True)
class Everything(Scope):
    def q(self, user: User) -> Q:
        return Q()

    def sql(self, user: User) -> str:
        return "TRUE"


@dataclass(frozen=True)
class Nothing(Scope):
    def q(self, user: User) -> Q:
        return Q(pk__in=())

    def sql(self, user: User) -> str:
        return "FALSE"


@dataclass(frozen=True)
class Own(Scope):
    """Rows whose person is the user."""

    field: str = "owner"

    def q(self, user: User) -> Q:
        return Q(**{f"{self.field}_id": user.pk})

    def sql(self, user: User) -> str:
        return f"{self.field}_id = {int(user.pk)}"


@dataclass(frozen=True)
class TeamAndBelow(Scope):
    """Rows whose person is the user, or a member of the user's team or of a team below it."""

    field: str = "owner"

    def q(self, user: User) -> Q:
        return Q(**{f"{self.field}_id__in": members(user)})

    def sql(self, user: User) -> str:
        return f"{self.field}_id IN ({', '.join(str(int(pk)) for pk in members(user))})"


@dataclass(frozen=True)
class Unowned(Scope):
    """Rows that nobody has taken yet."""

    field: str = "owner"

    def q(self, user: User) -> Q:
        return Q(**{f"{self.field}__isnull": True})

    def sql(self, user: User) -> str:
        return f"{self.field}_id IS NULL"


@dataclass(frozen=True)
class Self(Scope):
    """The user's own row."""

    def q(self, user: User) -> Q:
        return Q(pk=user.pk)

    def sql(self, user: User) -> str:
        return f"id = {int(user.pk)}"


@dataclass(frozen=True)
class Via(Scope):
    """Rows whose parent the user may see: a touch by its lead, an order by its account.

    `field` is the foreign key, `object_type` the key of the parent's object type, which is also
    the name of its table in the warehouse.
    """

    field: str
    object_type: str

    def q(self, user: User) -> Q:
        from kehu.core import registry

        parent = registry.get(self.object_type)
        scope = parent.policy.scope("view", user)
        if isinstance(scope, Everything):
            return Q(**{f"{self.field}__isnull": False})
        # Live parents only: the warehouse knows no others.
        visible = parent.model.objects.filter(scope.q(user)).values("pk")
        return Q(**{f"{self.field}__in": visible})

    def sql(self, user: User) -> str:
        from kehu.core import registry

        scope = registry.get(self.object_type).policy.scope("view", user)
        if isinstance(scope, Everything):
            return f"{self.field}_id IS NOT NULL"
        return f'{self.field}_id IN (SELECT id FROM "{self.object_type}" WHERE {scope.sql(user)})'


@dataclass(frozen=True)
class Pointed(Scope):
    """Rows that point at a live record by `object_type` and `object_id`, to which the user may do `verb`.

    Not for the warehouse: it holds no such rows.
    """

    verb: str = "view"

    def q(self, user: User) -> Q:
        from kehu.core import registry

        found = Q(pk__in=())
        for kind in registry.all():
            scope = kind.policy.scope(self.verb, user)
            if not kind.carries or isinstance(scope, Nothing):
                continue
            # Asked of each row by its key: a list of all that the user may see would be long.
            live = kind.model.objects.filter(scope.q(user), pk=OuterRef("object_id"))
            found |= Q(Exists(live), object_type=kind.key)
        return found


@dataclass(frozen=True)
class Either(Scope):
    parts: tuple[Scope, ...]

    def q(self, user: User) -> Q:
        joined = self.parts[0].q(user)
        if not joined:
            return joined
        for part in self.parts[1:]:
            condition = part.q(user)
            if not condition:
                return condition
            joined |= condition
        return joined

    def sql(self, user: User) -> str:
        return "(" + " OR ".join(part.sql(user) for part in self.parts) + ")"


EVERYTHING = Everything()
NOTHING = Nothing()
OWN = Own()
TEAM = TeamAndBelow()


def members(user: User) -> list[int]:
    """The user and everyone in the user's team and below, kept on the user for one request."""
    cached = user.__dict__.get("_members")
    if cached is None:
        from kehu.core.models import User as Person

        cached = [user.pk]
        if user.team_path:
            found = Person.everything.filter(team__path__startswith=user.team_path)
            cached = sorted({user.pk, *found.values_list("pk", flat=True)})
        user.__dict__["_members"] = cached
    return cached
