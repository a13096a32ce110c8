"""What the columns of a file are called: each its own name, the same whichever columns stand beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kehu.core import filters, listing, registry
from kehu.core.imports import words
from kehu.core.models.values import code_of

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType


def names_of(kind: ObjectType, paths: Sequence[str], user: User) -> list[str]:
    """The names of the columns in a file, no two alike: the label, else the path's, else the label with its code.

    An import tells fields by their names, so a label that several fields of the object have names none of them,
    even where only one is taken out; a declared field that shares it with added ones alone keeps it.
    """
    every = list(dict.fromkeys((*listing.offered(kind, user), *paths)))
    names = {path: filters.label_of(kind, path) for path in every}
    for path in _shared(names):
        if "." in path and not code_of(path):
            names[path] = label_of_path(kind, path)
    for path in _shared(names):
        names[path] = words.told_apart(names[path], path)
    return _numbered([names[path] for path in paths])


def label_of_path(kind: ObjectType, path: str) -> str:
    """The names of all that a path leads over."""
    return " › ".join(str(here.label_of(part)) for here, part in registry.steps(kind, path))


def _shared(names: dict[str, str]) -> Iterable[str]:
    """The paths whose name is another's, too, but for the one declared field among them."""
    alike: dict[str, list[str]] = defaultdict(list)
    for path, name in names.items():
        alike[words.key(name)].append(path)
    for paths in alike.values():
        own = [path for path in paths if "." not in path]
        if len(paths) > 1:
            yield from (path for path in paths if [path] != own)


def _numbered(names: list[str]) -> list[str]:
    """A last resort: an administrator may call a field what another is called here."""
    seen: set[str] = set()
    for place, name in enumerate(names):
        number, found = 2, name
        while words.key(found) in seen:
            found, number = f"{name} {number}", number + 1
        seen.add(words.key(found))
        names[place] = found
    return names
