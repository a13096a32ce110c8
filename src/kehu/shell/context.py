"""What every page knows: the navigation, the person and the company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kehu.activities.queries import due_today, overdue
from kehu.core import access, registry
from kehu.core.models import Company, User
from kehu.leads.queries import unanswered

WAITING_SECONDS = 30
MOST = 99

GROUPS = (
    ("plan", pgettext_lazy("navigation", "Plan"), "compass"),
    ("market", gettext_lazy("Market"), "speakerphone"),
    ("sell", gettext_lazy("Sell"), "briefcase"),
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
    return {
        "nav": SimpleLazyObject(lambda: navigation(request)) if signed_in else [],
        "me": me if signed_in else None,
        "company": SimpleLazyObject(Company.current),
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Today first, then the groups of which the user sees anything."""
    waiting = what_waits(request.user)  # type: ignore[arg-type]
    today = _item(request, _("Today"), reverse("today"), "sun", exact=True)
    groups = [{"key": "today", "label": "", "icon": "sun", "items": [today], "active": today["active"]}]
    for key, label, icon in GROUPS:
        pages, lists = list(_pages(request, key)), list(_lists(request, key, waiting))
        items = lists + pages if key == "setup" else pages + lists
        if items:
            active = any(item["active"] for item in items)
            groups.append({"key": key, "label": label, "icon": icon, "items": items, "active": active})
    return groups


def _pages(request: HttpRequest, group: str) -> Iterator[dict[str, Any]]:
    for its_group, name, label, icon, roles in PAGES:
        if its_group != group or (roles and request.user.role not in roles):  # type: ignore[union-attr]
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        yield _item(request, label, url, icon)


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


def _lists(request: HttpRequest, group: str, waiting: dict[str, int]) -> Iterator[dict[str, Any]]:
    kinds = [kind for kind in registry.all() if kind.group == group]
    for kind in sorted(kinds, key=lambda kind: kind.rank):
        if access.sees(request.user, kind):  # type: ignore[arg-type]
            item = _item(request, kind.label_plural, reverse("list", args=[kind.key]), kind.icon)
            yield item | {"count": waiting.get(kind.key, 0)}


def _item(request: HttpRequest, label: Any, url: str, icon: str, *, exact: bool = False) -> dict[str, Any]:
    """An entry; `go` is the letter that leads there after a g."""
    here = request.path == url or (not exact and request.path.startswith(f"{url.rstrip('/')}/"))
    return {"label": label, "url": url, "icon": icon, "active": here, "count": 0, "go": GO.get(url, "")}
