"""Rights in every statement: each table becomes the part of it that the user may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kehu.core.errors import Forbidden, Refused
from kehu.warehouse.facts import Shape
from kehu.warehouse.ingredients import parsed

# (table, SELECT of what is visible) for every table that is not seen whole.
Parts = tuple[tuple[str, str], ...]

if TYPE_CHECKING:
    from sqlglot import exp

    from kehu.core.models import User
    from kehu.core.registry import ObjectType


def tables(tree: exp.Expression) -> set[str]:
    """The fact tables that a statement reads."""
    from sqlglot import exp

    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table) if table.name not in own}


def weave(tree: exp.Expression, user: User | None, shapes: Mapping[str, Shape]) -> exp.Expression:
    """The statement as far as the user may see; without a user (the machine itself) all of it.

    Forbidden, with the name of the object type, where the user's role sees none of a table's rows.
    """
    return narrow(tree, parts(tables(tree), user, shapes), frozenset(shapes))


def parts(names: Iterable[str], user: User | None, shapes: Mapping[str, Shape]) -> Parts:
    """The user's part of each table as a SELECT; tables that the user sees whole are not among them."""
    if user is None:
        return ()
    found = ((name, _visible(name, user, shapes[name])) for name in sorted(names) if name in shapes)
    return tuple((name, text) for name, text in found if text)


def narrow(tree: exp.Expression, parts: Parts, known: frozenset[str]) -> exp.Expression:
    """The tree with each table replaced by its visible part. Refused where a table is not a fact table."""
    from sqlglot import exp

    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    if shadowed := own & known:
        raise ValueError(f"A table expression may not be called like a table: {sorted(shadowed)}")
    visible = dict(parts)
    for table in list(tree.find_all(exp.Table)):
        if table.name in own and not table.db:
            continue
        if table.name not in known or table.db:
            raise Refused(
                _("There is no table “%(name)s”. There are: %(names)s.")
                % {"name": table.sql("duckdb"), "names": ", ".join(sorted(known))}
            )
        if table.name in visible:
            part = exp.Subquery(this=parsed(visible[table.name]).copy())
            table.replace(exp.alias_(part, table.alias or table.name, table=True))
    return tree


def allowed(names: set[str], user: User | None) -> bool:
    """Whether the user's role sees any row of each of these tables."""
    from kehu.core import registry
    from kehu.core.access import sees

    return user is None or all(sees(user, registry.get(name)) for name in names)


def _visible(name: str, user: User, shape: Shape) -> str:
    """The user's part of a table; empty where that is all of it."""
    from kehu.core import registry
    from kehu.core.access import EVERYTHING, sees

    kind = registry.get(name)
    if not sees(user, kind):
        raise Forbidden(
            _("Your role does not see any “%s”, so it does not see this figure.") % kind.label_plural
        )
    scope = kind.policy.scope("view", user)
    closed = closed_columns(kind, shape, user)
    if scope == EVERYTHING and not closed:
        return ""
    columns = ", ".join(
        f'NULL AS "{column}"' if column in closed else f'"{column}"' for column in shape.names
    )
    return f'SELECT {columns} FROM "{name}" WHERE {scope.sql(user)}'


def closed_columns(kind: ObjectType, shape: Shape, user: User) -> set[str]:
    """The columns whose field the user may not read in full."""
    from kehu.core import registry

    closed = set()
    for column in shape.columns:
        path = column.path.replace("__", ".")
        # The path holds the database's name of a foreign key; policies use the field's own.
        head, dot, last = path.rpartition(".")
        field = kind.field(path)
        named = f"{head}{dot}{field.name if field is not None else last}"
        if registry.hides(kind, named, user) or registry.masks(kind, named, user):
            closed.add(column.name)
    return closed
