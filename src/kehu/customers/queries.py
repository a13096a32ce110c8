"""The inner structure of a customer: who reports to whom, and which accounts belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kehu.core import access, registry
from kehu.core.registry import Panel
from kehu.customers.models import Account, Contact

if TYPE_CHECKING:
    from kehu.core.models import User

MOST_PEOPLE = 300
MOST_BRANCHES = 300
DEEPEST = 12


@dataclass
class Node:
    """One place in a chart, with what hangs below it."""

    title: str
    url: str
    note: str = ""
    here: bool = False
    below: list[Node] = field(default_factory=list)


def people_of(account: Account, user: User) -> list[Node]:
    """The people of an account whom the user may see, those on top first.

    Somebody whose superior the user may not see stands on top: nothing tells that there is one.
    """
    if not access.sees(user, registry.of(Contact)):
        return []
    seen = Contact.objects.visible_to(user).filter(account=account).order_by("name", "id")[:MOST_PEOPLE]
    above = {person.pk: person.reports_to_id for person in seen}
    nodes = {
        person.pk: Node(str(person), reverse("record", args=["contact", person.pk]), person.title)
        for person in seen
    }
    return _tree(nodes, above)


def family_of(account: Account, user: User) -> list[Node]:
    """The accounts that an account belongs to and all that belong to those, as far as the user may see them."""
    visible = Account.objects.visible_to(user)
    found = {account.pk: account}
    top = account
    for _step in range(DEEPEST):
        parent = visible.filter(pk=top.parent_id).first() if top.parent_id else None
        if parent is None or parent.pk in found:
            break
        found[parent.pk] = top = parent
    level, drawn = [top.pk], {top.pk}
    for _step in range(DEEPEST):
        below = list(visible.filter(parent__in=level).order_by("name", "id")[:MOST_BRANCHES])
        found.update({branch.pk: branch for branch in below})
        level = [branch.pk for branch in below if branch.pk not in drawn]
        drawn.update(level)
        if not level or len(found) > MOST_BRANCHES:
            break
    if len(found) == 1:
        return []
    nodes = {
        pk: Node(
            str(one),
            reverse("record", args=["account", pk]),
            str(one.get_status_display()),
            here=pk == account.pk,
        )
        for pk, one in sorted(found.items(), key=lambda item: (item[1].name, item[0]))
    }
    return _tree(nodes, {pk: one.parent_id for pk, one in found.items()})


def _tree(nodes: Mapping[int, Node], above: Mapping[int, int | None]) -> list[Node]:
    """Nodes hung below each other. A circle, which nothing should have let in, is opened at its first member."""
    tops = []
    for pk, node in nodes.items():
        superior = above[pk]
        if superior is not None and superior in nodes and not _leads_back(pk, above):
            nodes[superior].below.append(node)
        else:
            tops.append(node)
    return tops


def _leads_back(pk: int, above: Mapping[int, int | None]) -> bool:
    seen: set[int] = set()
    here: int | None = above[pk]
    while here is not None and here in above and here not in seen:
        if here == pk:
            return True
        seen.add(here)
        here = above[here]
    return False


def _charts(account: Account, user: User) -> Mapping[str, Any] | None:
    people, family = people_of(account, user), family_of(account, user)
    lines: Iterable[Node] = (person for person in people if person.below)
    shown = people if any(lines) else []
    return {"people": shown, "family": family} if shown or family else None


CHART = Panel(title=_("Organisation chart"), template="customers/chart.html", context=_charts)
