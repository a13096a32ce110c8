"""Finding a page, an action or a record: the palette and the page of results."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.core import access, registry
from kehu.core.reading import Reading
from kehu.core.registry import ObjectType
from kehu.core.search import Hit, find, find_similar
from kehu.core.views.list import with_references
from kehu.kit import chinese
from kehu.shell.context import navigation

IN_PALETTE = 8
OF_A_KIND = 10
TELLING = frozenset({"text", "choice", "meter", "pill", "record", "person"})
MOST_TOLD = 4


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """What Ctrl K offers for `q`: pages, new records, records.

    Without words come all pages and commands: the browser keeps them and finds among them while it waits for the
    records; a command marked `typed` is shown once something is typed.
    """
    text = request.GET.get("q", "").strip()
    most = IN_PALETTE if text else None
    groups = [
        {"label": _("Pages"), "options": _matching(_pages(request), text)[:most]},
        {"label": _("New"), "options": _matching(_new(request), text)[:most]},
        {"label": _("Records"), "options": _records(request, text)},
    ]
    return render(
        request, "shell/palette.html", {"groups": [group for group in groups if group["options"]], "q": text}
    )


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """The records that hold the words by kind, each with what tells it from its namesakes."""
    text = request.GET.get("q", "").strip()
    groups, meant = _groups(request, text), ""
    if text and not groups:
        meant, _hits = find_similar(text, user=request.user, limit=1)  # type: ignore[arg-type]
        groups = _groups(request, meant)
    page = {
        "title": _("Search"),
        "groups": groups,
        "count": sum(len(group["hits"]) for group in groups),
        "more": any(group["more_url"] for group in groups),
        "meant": meant,
    }
    return render(request, "shell/search.html", {"page": page, "search_text": text})


def _groups(request: HttpRequest, text: str) -> list[dict[str, Any]]:
    """What holds the text, by kind."""
    groups: list[dict[str, Any]] = []
    for kind in registry.all() if text else ():
        hits = find(text, user=request.user, limit=OF_A_KIND + 1, object_types=(kind.key,))  # type: ignore[arg-type]
        if not hits:
            continue
        more = len(hits) > OF_A_KIND
        told = _told(hits[:OF_A_KIND], request, named=False)
        groups.append(
            {
                "kind": kind,
                "hits": [
                    {"title": hit.title, "url": hit.url, "note": told[hit.id]} for hit in hits[:OF_A_KIND]
                ],
                "more_url": f"{reverse('list', args=[kind.key])}?{urlencode({'q': text})}" if more else "",
            }
        )
    return groups


def _told(hits: Sequence[Hit], request: HttpRequest, *, named: bool = True) -> dict[int, str]:
    """Of hits of one kind: where each record stands, as far as the user may read it, after what kind it is.

    `named` is false under a heading that says the kind already.
    """
    kind, user = hits[0].kind, request.user
    rows = kind.model.objects.filter(pk__in=[hit.id for hit in hits])
    records = list(with_references(kind, rows, user))  # type: ignore[arg-type]
    reading = Reading(kind, records, user)  # type: ignore[arg-type]
    paths = reading.readable(_telling(kind))
    first = [str(kind.label)] if named else []
    told = {hit.id: " · ".join(first) for hit in hits}
    for record in records:
        texts = (cell.text for cell in reading.cells(record, paths) if cell.text)
        told[record.pk] = " · ".join([*first, *islice(texts, MOST_TOLD)])
    return told


def _telling(kind: ObjectType) -> list[str]:
    return [column.path for column in kind.column_list[1:] if kind.kind_of(column.path) in TELLING]


def _pages(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "label": str(item["label"]),
            "words": chinese.fold(str(item["label"])),
            "note": group["label"],
            "url": item["url"],
            "icon": item["icon"],
        }
        for group in navigation(request)
        for item in group["items"]
    ]


def _new(request: HttpRequest) -> list[dict[str, Any]]:
    found = []
    for kind in registry.all():
        if kind.form and kind.group and access.can(request.user, "add", kind):  # type: ignore[arg-type]
            label = _("New: %(kind)s") % {"kind": kind.label}
            url = reverse("record-new", args=[kind.key])
            words = chinese.fold(label)
            found.append(
                {"label": label, "words": words, "typed": True, "note": "", "url": url, "icon": "plus"}
            )
    return found


def _records(request: HttpRequest, text: str) -> list[dict[str, Any]]:
    if not text:
        return []
    hits = find(text, user=request.user, limit=IN_PALETTE)  # type: ignore[arg-type]
    if not hits:
        hits = find_similar(text, user=request.user, limit=IN_PALETTE)[1]  # type: ignore[arg-type]
    notes: dict[tuple[str, int], str] = {}
    for key, of_a_kind in groupby(sorted(hits, key=lambda hit: hit.kind.key), key=lambda hit: hit.kind.key):
        notes |= {(key, pk): note for pk, note in _told(list(of_a_kind), request).items()}
    return [
        {"label": hit.title, "note": notes[hit.kind.key, hit.id], "url": hit.url, "icon": hit.kind.icon}
        for hit in hits
    ]


def _matching(options: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Options whose label holds the text, those that begin with it first; folded, so 簡體 finds 简体."""
    folded = chinese.fold(text)
    found = [(option["words"].find(folded), option) for option in options]
    return [option for place, option in sorted(found, key=lambda pair: pair[0]) if place >= 0]
