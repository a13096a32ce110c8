"""What stands above the records however they are shown: filters in words, views, the looks, what can be made."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kehu.core import access, grouping, listing
from kehu.core.asked import Asked
from kehu.core.imports import importable
from kehu.core.models import SavedView, User
from kehu.core.registry import ObjectType
from kehu.core.views import filtering


def bar(asked: Asked, look: str, view: SavedView | None = None) -> dict[str, Any]:
    """What stands above the records however they are shown: filters in words, the looks, what can be made."""
    kind, request = asked.kind, asked.request
    query = asked.query()
    address = f"{'&' if query else ''}look={look}"
    return {
        "title": kind.label_plural,
        "object": kind,
        "look": look,
        "filters": asked.form,
        "search": asked.form.words,
        "kept": [(name, value) for name, value in request.GET.items() if name not in {"q", "page"}],
        "chips": list(asked.chips()),
        "problems": asked.problems(),
        "create_url": create_url(kind, asked.user),
        "import_url": import_url(kind, asked.user),
        "export_url": f"{reverse('object-export', args=[kind.key])}?{query}",
        "clear_url": f"{request.path}?view=0" if asked.active else "",
        "view": view,
        "quick": list(filtering.quick(kind, asked)),
        "editor_url": f"{reverse('list-filter', args=[kind.key])}?{query}{address}",
        "views_url": f"{reverse('list-views', args=[kind.key])}?{query}{address}",
        "columns_url": f"{reverse('list-columns', args=[kind.key])}?{query}",
        "tabs": tabs(asked, look),
    }


def create_url(kind: ObjectType, user: User) -> str:
    may = bool(kind.form) and access.can(user, "add", kind)
    return reverse("record-new", args=[kind.key]) if may else ""


def import_url(kind: ObjectType, user: User) -> str:
    return reverse("import-new", args=[kind.key]) if importable(kind, user) else ""


def tabs(asked: Asked, active: str) -> list[dict[str, Any]]:
    """The looks that an object has, all driven by the same address."""
    kind, query = asked.kind, asked.query(sort=asked.request.GET.get("sort"))
    looks = [
        ("list", _("List"), "list", True),
        ("board", _("Board"), "layout-kanban", kind.board is not None),
        ("calendar", _("Calendar"), "calendar", any(listing.dates_of(kind, asked.user))),
        ("chart", _("Chart"), "chart-bar", bool(grouping.offered(kind, asked.user))),
    ]
    found = [
        {
            "label": label,
            "url": f"{reverse(name, args=[kind.key])}{'?' + query if query else ''}",
            "active": active == name,
            "icon": icon,
        }
        for name, label, icon, has in looks
        if has
    ]
    return found if len(found) > 1 else []
