"""People named in a text as `@name-to-sign-in-with`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from kehu.core import access
from kehu.core.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

OFFERED = 8
TRIED = 60
# Not inside a word: an e-mail address names nobody. What follows may run on without a space, as in Chinese.
AT = re.compile(r"(?<![\w.])@([\w.+-]{1,60})")


def named_in(text: str) -> list[User]:
    """The people whom a text names, the longest name that fits each place."""
    places = [match.group(1).lower() for match in AT.finditer(text)]
    wanted = {place[:length] for place in places for length in range(1, len(place) + 1)}
    if not wanted:
        return []
    known = {
        person.username.lower(): person
        for person in User.objects.filter(is_active=True).filter(_any_of("username__iexact", wanted))
    }
    found: dict[int, User] = {}
    for place in places:
        fitting = [place[:length] for length in range(len(place), 0, -1) if place[:length] in known]
        if fitting:
            found[known[fitting[0]].pk] = known[fitting[0]]
    return list(found.values())


def _any_of(name: str, values: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for value in list(values)[:500]:
        found |= Q(**{name: value})
    return found


def beginning_with(text: str, record: Any) -> list[User]:
    """Active people who may see a record and whose name, or a part of it, begins like the text."""
    wanted = text.replace("\x00", "").strip()[:60]
    people = User.objects.filter(is_active=True).select_related("team").order_by("name")
    if wanted:
        people = people.filter(Q(name__icontains=wanted) | Q(username__istartswith=wanted))
    found: list[User] = []
    for person in people[:TRIED]:
        if access.can(person, "view", record):
            found.append(person)
        if len(found) == OFFERED:
            break
    return found
