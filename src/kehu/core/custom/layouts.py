"""Layouts: where the fields of a page stand, for a role or for everyone. They arrange what the policy shows; they
never show more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kehu.core.custom import definitions

if TYPE_CHECKING:
    from kehu.core.models import Layout, User
    from kehu.core.registry import Column, ObjectType

Titled = tuple[Any, Sequence[str]]


def of(kind: ObjectType, page: str, user: User) -> Layout | None:
    """The layout of the user's role, else that of everyone, else none: then the declaration stands."""
    known = definitions.current().layouts
    if not known:
        return None
    return known.get((kind.key, page, user.role)) or known.get((kind.key, page, ""))


def arranged(kind: ObjectType, page: str, user: User, declared: Iterable[Titled]) -> list[Titled]:
    """The sections of a page in the order of its layout; fields that it does not know come last."""
    declared = list(declared)
    layout = of(kind, page, user)
    return declared if layout is None else placed(layout.sections, layout.hidden, declared)


def placed(
    sections: Sequence[dict[str, Any]], hidden: Iterable[str], declared: Sequence[Titled]
) -> list[Titled]:
    there = {path for _title, paths in declared for path in paths}
    titles = [title for title, _paths in declared]
    used = set(hidden)
    found: list[tuple[Any, list[str]]] = []
    for section in sections:
        of = section.get("of")
        own = titles[of] if isinstance(of, int) and 0 <= of < len(titles) else ""
        paths = [path for path in section["fields"] if path in there and path not in used]
        used.update(paths)
        found.append((section.get("title") or own, paths))
    for title, own_paths in declared:
        if left := [path for path in own_paths if path not in used]:
            place = next((one for one in found if str(one[0]) == str(title)), None)
            if place is not None:
                place[1].extend(left)
            else:
                found.append((title, left))
    return [(title, paths) for title, paths in found if paths]


def columns(kind: ObjectType, user: User) -> list[Column]:
    """The columns of a list; the first, which names the record, always comes first."""
    layout = of(kind, "list", user)
    if layout is None:
        return list(kind.column_list)
    by_path = {column.path: column for column in kind.column_list}
    first = kind.column_list[0].path
    paths = [
        path
        for _title, found in placed(layout.sections, layout.hidden, [("", list(by_path))])
        for path in found
    ]
    return [by_path[first], *(by_path[path] for path in paths if path != first)]


def left_out(kind: ObjectType, page: str, user: User) -> set[str]:
    """The paths that the layout of a page does not show."""
    layout = of(kind, page, user)
    return set(layout.hidden) if layout is not None else set()
