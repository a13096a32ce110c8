"""Finding a page, an action or a record: the palette and the page of results."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.core import access, registry
from kehu.core.search import find
from kehu.kit import chinese
from kehu.shell.context import navigation

IN_PALETTE = 8
ON_PAGE = 100


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """What Ctrl K offers for `q`: pages, new records, records."""
    text = request.GET.get("q", "").strip()
    groups = [
        {"label": _("Pages"), "options": _matching(_pages(request), text)[: IN_PALETTE if text else 30]},
        {"label": _("New"), "options": _matching(_new(request), text)[: IN_PALETTE if text else 0]},
        {"label": _("Records"), "options": _records(request, text)},
    ]
    return render(
        request, "shell/palette.html", {"groups": [group for group in groups if group["options"]], "q": text}
    )


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Every record that holds the words, by kind."""
    text = request.GET.get("q", "").strip()
    hits = find(text, user=request.user, limit=ON_PAGE) if text else []  # type: ignore[arg-type]
    order = {kind.key: place for place, kind in enumerate(registry.all())}
    hits.sort(key=lambda hit: order[hit.kind.key])
    groups = [{"kind": kind, "hits": list(found)} for kind, found in groupby(hits, key=lambda hit: hit.kind)]
    page = {"title": _("Search"), "groups": groups, "count": len(hits), "more": len(hits) == ON_PAGE}
    return render(request, "shell/search.html", {"page": page, "search_text": text})


def _pages(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"label": str(item["label"]), "note": group["label"], "url": item["url"], "icon": item["icon"]}
        for group in navigation(request)
        for item in group["items"]
    ]


def _new(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "label": _("New: %(kind)s") % {"kind": kind.label},
            "note": "",
            "url": reverse("record-new", args=[kind.key]),
            "icon": "plus",
        }
        for kind in registry.all()
        if kind.form and kind.group and access.can(request.user, "add", kind)  # type: ignore[arg-type]
    ]


def _records(request: HttpRequest, text: str) -> list[dict[str, Any]]:
    if not text:
        return []
    return [
        {"label": hit.title, "note": hit.kind.label, "url": hit.url, "icon": hit.kind.icon}
        for hit in find(text, user=request.user, limit=IN_PALETTE)  # type: ignore[arg-type]
    ]


def _matching(options: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Options whose label holds the text, those that begin with it first; folded, so 簡體 finds 简体."""
    folded = chinese.fold(text)
    found = [(chinese.fold(option["label"]).find(folded), option) for option in options]
    return [option for place, option in sorted(found, key=lambda pair: pair[0]) if place >= 0]
