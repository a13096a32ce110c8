"""What every page knows: the navigation, the person and the company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from kehu.activities.queries import due_today, overdue
from kehu.core import access, registry
from kehu.core.custom import definitions
from kehu.core.models import Company, User
from kehu.leads.queries import unanswered

WAITING_SECONDS = 30
MOST = 99

GROUPS = (
    ("plan", pgettext_lazy("navigation", "Plan"), "compass"),
    ("market", gettext_lazy("Market"), "speakerphone"),
    ("sell", gettext_lazy("Sell"), "briefcase"),
    ("capture", gettext_lazy("Sites and forms"), "world"),
    ("serve", gettext_lazy("Serve"), "lifebuoy"),
    ("understand", gettext_lazy("Understand"), "chart-line"),
    ("setup", gettext_lazy("Set up"), "settings"),
)
STEERING = frozenset(
    {access.roles.GENERAL_MANAGER, *access.roles.MARKETING, access.roles.ANALYST, access.roles.SALES_HEAD,
     access.roles.ADMINISTRATOR}
)  # fmt: skip
# By address: the letter that leads there after a g.
GO = {
    "/": "t", "/state": "s", "/o/campaign": "m", "/o/lead": "l", "/o/opportunity": "o", "/o/order": "r",
    "/o/account": "a", "/o/contact": "c", "/o/task": "k",
}  # fmt: skip
# Who may delete what they may change, so that one of two records can go.
MERGING = frozenset(
    {access.roles.MARKETING_HEAD, access.roles.CAMPAIGN_MANAGER, access.roles.PRIVACY_MANAGER,
     access.roles.SALES_HEAD, access.roles.ADMINISTRATOR}
)  # fmt: skip
# Pages that are not lists of an object: group, name of the address, label, icon, who sees it (empty: everyone).
PAGES: tuple[tuple[str, str, Any, str, frozenset[str]], ...] = (
    ("plan", "campaign-state", gettext_lazy("Campaign state"), "gauge", STEERING),
    ("setup", "tokens", gettext_lazy("API tokens"), "key", frozenset()),
    ("setup", "bin", gettext_lazy("Recycle bin"), "trash", frozenset()),
    ("setup", "imports", gettext_lazy("Imports"), "upload", frozenset()),
    ("setup", "duplicates", gettext_lazy("Duplicates"), "copy", MERGING),
    (
        "setup",
        "company",
        gettext_lazy("Company"),
        "building",
        frozenset({access.roles.ADMINISTRATOR}),
    ),
    (
        "setup",
        "tailoring",
        gettext_lazy("Fields and layouts"),
        "forms",
        frozenset({access.roles.ADMINISTRATOR}),
    ),
    (
        "setup",
        "jobs",
        gettext_lazy("Jobs and system state"),
        "progress",
        frozenset({access.roles.ADMINISTRATOR}),
    ),
    (
        "setup",
        "gallery",
        gettext_lazy("Component gallery"),
        "components",
        frozenset({access.roles.ADMINISTRATOR}),
    ),
)


def chrome(request: HttpRequest) -> dict[str, Any]:
    """`nav` (groups with items), `me` and `company`; worked out only where a template asks."""
    me = getattr(request, "user", None)
    signed_in = me is not None and me.is_authenticated
    company: Any = SimpleLazyObject(Company.current)
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)) if signed_in else [],
        "me": me if signed_in else None,
        "company": company,
        "frame": Frame(request, me, company) if me is not None and signed_in else None,
    }


@dataclass(frozen=True)
class Frame:
    """What the frame of a page shows beside the page itself: the person, the language, the company, the navigation."""

    request: HttpRequest
    me: User
    company: Company

    @property
    def key(self) -> tuple[Any, ...]:
        """The same for two pages whose frames look the same; see core/templatetags/frame.py."""
        me, path = self.me, self.request.path
        place = tuple(url for url in _addresses(me) if _leads_to(url, path))
        waiting = sorted(what_waits(me).items())
        person = (me.pk, str(me), me.role, me.theme)
        return (get_language(), self.company.name, definitions.current().token, place, *person, *waiting)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Today first, then the groups of which the user sees anything."""
    user: User = request.user  # type: ignore[assignment]
    waiting = what_waits(user)
    return [
        {**group, "items": items, "active": any(item["active"] for item in items)}
        for group in _menu(user)
        if (items := [
            {**item, "active": _leads_to(item["url"], request.path), "count": waiting.get(item["kind"], 0)}
            for item in group["items"]
        ])
    ]  # fmt: skip


def _leads_to(url: str, path: str) -> bool:
    """Whether a page stands at or below an entry's address."""
    return path == url or (url != "/" and path.startswith(f"{url.rstrip('/')}/"))


def _menu(user: User) -> Iterator[dict[str, Any]]:
    """Groups and entries as a role has them, wherever the user is."""
    yield {"key": "today", "label": "", "icon": "sun", "items": [_item(_("Today"), reverse("today"), "sun")]}
    for key, label, icon in GROUPS:
        pages, lists = list(_pages(user, key)), list(_lists(user, key))
        items = lists + pages if key == "setup" else pages + lists
        yield {"key": key, "label": label, "icon": icon, "items": items}


def _addresses(user: User) -> list[str]:
    """Where the entries of a role lead to; looked up again when an administrator has added something."""
    token = definitions.current().token
    kept = _known.get(user.role)
    if kept is None or kept[0] != token:
        kept = _known[user.role] = (token, [item["url"] for group in _menu(user) for item in group["items"]])
    return kept[1]


_known: dict[str, tuple[definitions.Token, list[str]]] = {}


def _pages(user: User, group: str) -> Iterator[dict[str, Any]]:
    for its_group, name, label, icon, roles in PAGES:
        if its_group != group or (roles and user.role not in roles):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        yield _item(label, url, icon)


def what_waits(user: User) -> dict[str, int]:
    """How many of each kind wait for the user; kept for half a minute, as every page shows it."""
    process = caches["process"]
    return process.get_or_set(f"waiting-{user.pk}", lambda: _count(user), WAITING_SECONDS)  # type: ignore[return-value]


def _count(user: User) -> dict[str, int]:
    sources = {
        "task": lambda: overdue(user)[:MOST].count() + due_today(user)[:MOST].count(),
        "lead": lambda: unanswered(user).order_by()[:MOST].count(),
    }
    return {
        key: count()
        for key, count in sources.items()
        if registry.known(key) and access.sees(user, registry.get(key))
    }


def _lists(user: User, group: str) -> Iterator[dict[str, Any]]:
    kinds = [kind for kind in registry.all() if kind.group == group]
    for kind in sorted(kinds, key=lambda kind: kind.rank):
        if access.sees(user, kind):
            yield _item(kind.label_plural, reverse("list", args=[kind.key]), kind.icon, kind.key)


def _item(label: Any, url: str, icon: str, kind: str = "") -> dict[str, Any]:
    """An entry; `go` is the letter that leads there after a g."""
    return {"label": label, "url": url, "icon": icon, "kind": kind, "go": GO.get(url, "")}
