"""Which views of a list a user has, and the columns that a list shows to a user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from kehu.core import filters, registry
from kehu.core.custom import layouts
from kehu.core.errors import Refused
from kehu.core.models import ListHabit, SavedView, User
from kehu.core.registry import ObjectType


def shared_with(user: User) -> Q:
    """Views of the user, of the user's team and those above it, and of everyone."""
    condition = Q(owner=user) | Q(shared=SavedView.Shared.EVERYONE)
    parts = [part for part in user.team_path.split("/") if part]
    return condition | Q(shared=SavedView.Shared.TEAM, team__in=parts) if parts else condition


def may_see(view: SavedView, user: User) -> bool:
    return SavedView.objects.filter(shared_with(user), pk=view.pk).exists()


def all_of(kind: ObjectType, user: User) -> list[SavedView]:
    """The views that the user may open. One that asks for what the user may not ask is not among them."""
    found = SavedView.objects.filter(shared_with(user), object_type=kind.key).select_related("owner")
    return [view for view in found if opens_for(view, kind, user)]


def one(kind: ObjectType, user: User, pk: str) -> SavedView | None:
    """The view of a number in an address, if the user may open it."""
    if not (pk.isascii() and pk.isdecimal() and 0 < len(pk) < 19):
        return None
    found = SavedView.objects.filter(shared_with(user), object_type=kind.key, pk=int(pk)).first()
    return found if found is not None and opens_for(found, kind, user) else None


def opens_for(view: SavedView, kind: ObjectType, user: User) -> bool:
    """Whether every condition of a view may be asked by this user."""
    query = QueryDict(view.query)
    form = filters.form_for(kind, user, query)
    try:
        filters.parse(kind, user, query.get("where", ""))
    except Refused:
        return False
    known = set(form.fields)
    simple = {name for name in query if name.partition("-")[0] in kind.filters}
    list(form.leaves(kind, user))
    return simple <= known and not form.errors


Habits = Sequence[ListHabit]


def habits_of(kind: ObjectType, user: User) -> Habits:
    """What a user has set for a list and for its views: a page asks once and hands it on."""
    return list(ListHabit.objects.filter(user=user, object_type=kind.key).select_related("view"))


def first_of(kind: ObjectType, user: User, habits: Habits | None = None) -> SavedView | None:
    """The view that the list opens with: the user's choice, else the one set for everyone."""
    known = habits_of(kind, user) if habits is None else habits
    if opening := next((habit for habit in known if habit.opens), None):
        view = opening.view
        return view if view is not None and one(kind, user, str(view.pk)) else None
    view = SavedView.objects.filter(
        object_type=kind.key, opens=True, shared=SavedView.Shared.EVERYONE
    ).first()
    return view if view is not None and opens_for(view, kind, user) else None


def columns_of(
    kind: ObjectType, user: User, view: SavedView | None, habits: Habits | None = None
) -> list[str]:
    """What the list shows, in order: the user's own choice, the view's, the object's; readable paths only."""
    known = habits_of(kind, user) if habits is None else habits
    habit = next((habit for habit in known if habit.view_id == (view.pk if view else None)), None)
    for chosen in (habit.columns if habit else [], view.columns if view else []):
        if found := readable(kind, user, chosen):
            return found
    return declared(kind, user)


def declared(kind: ObjectType, user: User) -> list[str]:
    """The columns that an object starts with, as far as the user may see them."""
    return kind.readable(user, [column.path for column in layouts.columns(kind, user)])


def readable(kind: ObjectType, user: User, paths: Any) -> list[str]:
    if not isinstance(paths, list) or not paths:
        return []
    able = set(offered(kind, user))
    return [path for path in paths if path in able]


def offered(kind: ObjectType, user: User) -> list[str]:
    """Every path that may be a column: the object's own, then those of what it refers to."""
    own = kind.readable(user)
    own += [path for path in filters.RECORDED if path not in own]
    own += kind.readable(user, [registry.TAGS]) if kind.tagged else []
    further: list[str] = []
    for path in own:
        field: Any = kind.field(path)
        if (
            "." in path
            or field is None
            or not field.is_relation
            or not registry.declares_model(field.related_model)
        ):
            continue
        target = registry.of(field.related_model)
        further += [f"{path}.{name}" for name in target.paths if "." not in name and _is_plain(target, name)]
    return own + kind.readable(user, [path for path in further if path not in own])


def _is_plain(target: ObjectType, name: str) -> bool:
    return target.field(name) is not None and not any(
        column.path == name and column.value for column in target.column_list
    )


def dates_of(kind: ObjectType, user: User) -> Iterator[filters.Named]:
    """The dates by which a calendar may show records; the declared one first, then those of the columns."""
    paths = [kind.calendar, *(column.path for column in kind.column_list), *kind.filters, *kind.paths]
    for path in dict.fromkeys(path for path in paths if path and "." not in path):
        field = filters.named(kind, path, user)
        if field is not None and field.what in {"date", "time"}:
            yield field
