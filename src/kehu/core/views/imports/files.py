"""From a file to an import: upload, mapping, preview."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.core import registry, uploads
from kehu.core.errors import Refused
from kehu.core.imports import drafts, fields
from kehu.core.imports.preview import Outcome, preview
from kehu.core.models import ImportDraft
from kehu.core.views.base import go_to, is_fragment
from kehu.core.views.imports.mapping import MappingTable
from kehu.core.views.twice import written_once
from kehu.core.views.work import card

ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5", "cp1252", "shift_jis")
DELIMITERS = (
    (",", gettext_lazy("Comma")),
    (";", gettext_lazy("Semicolon")),
    ("\t", gettext_lazy("Tab")),
    ("|", gettext_lazy("Vertical bar")),
)
KINDS = {
    "csv": gettext_lazy("Text file"),
    "xlsx": gettext_lazy("Spreadsheet"),
    "parquet": gettext_lazy("Parquet"),
    "vcard": gettext_lazy("Address cards"),
}
LOOKS = {
    "create": ("good", pgettext_lazy("row of an import", "create")),
    "update": ("info", pgettext_lazy("row of an import", "update")),
    "skip": ("", pgettext_lazy("row of an import", "no change")),
    "reject": ("bad", pgettext_lazy("row of an import", "reject")),
}
SHOWN_LENGTH = 60
REASONS = 6


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Choose a file; posted, it is recognised and kept for the next step."""
    kind = registry.get(key)
    fields.require_importable(kind, request.user)
    problem = ""
    if request.method == "POST":
        try:
            draft = drafts.keep(kind=kind, upload=uploads.given(request), by=request.user)
            return go_to(request, reverse("import-file", args=[draft.pk]))
        except Refused as refusal:
            problem = str(refusal)
    page = {
        "title": _("Import: %(kind)s") % {"kind": kind.label_plural},
        "object": kind,
        "step": 1,
        "problem": problem,
        "back_url": reverse("list", args=[kind.key]),
        "fields": fields.targets(kind, request.user),
        "drafts": ImportDraft.objects.filter(actor=request.user, object_type=kind.key)[:5],
    }
    return render(request, "core/imports/upload.html", {"page": page}, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Which field takes which column. `draw` only draws the table anew, for what a choice brings with it."""
    draft = drafts.find(pk, request.user)
    kind = registry.get(draft.object_type)
    fields.require_importable(kind, request.user)
    table = MappingTable(draft, kind, request.user)
    problem = ""
    if request.method == "POST":
        table.mapping = table.read(request.POST)
        if "draw" not in request.POST:
            try:
                drafts.choose(draft=draft, mapping=table.mapping, by=request.user)
                return go_to(request, reverse("import-preview", args=[pk]))
            except Refused as refusal:
                problem = str(refusal)
    template = "mapping_fragment" if is_fragment(request) else "mapping"
    page = mapping_page(draft, table, problem)
    return render(request, f"core/imports/{template}.html", {"page": page}, status=422 if problem else 200)


def mapping_page(draft: ImportDraft, table: MappingTable, problem: str) -> dict[str, Any]:
    reading = draft.reading
    return {
        "title": _("Import: %(kind)s") % {"kind": table.kind.label_plural},
        "object": table.kind,
        "step": 2,
        "problem": problem,
        "draft": draft,
        "kind": KINDS.get(reading["kind"], reading["kind"]),
        "reading": reading,
        "encodings": known(ENCODINGS, reading.get("encoding", "")),
        "delimiters": DELIMITERS,
        "saved": parse_datetime(reading["saved"]) if reading.get("saved") else None,
        "columns": table.columns(),
        "targets": list(table.targets.values()),
        "fixed": table.fixed(),
        "free": table.free(),
        "missing": ", ".join(table.missing()),
        "keys": table.keys(),
        "key": table.mapping.get("key", ""),
        "back_url": reverse("list", args=[table.kind.key]),
    }


def known(codes: tuple[str, ...], chosen: str) -> list[str]:
    return list(codes) if not chosen or chosen in codes else [chosen, *codes]


@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file another way; the columns are proposed anew."""
    draft = drafts.find(pk, request.user)
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in ("encoding", "delimiter", "sheet")}
    row = request.POST.get("header_row", "").strip()
    if row:
        if not (row.isascii() and row.isdecimal() and 0 < int(row[:9]) < 1_000_000):
            messages.error(request, _("The row of the column names is a number, such as 1."))
            return go_to(request, reverse("import-file", args=[pk]))
        given["header_row"] = int(row)
    try:
        drafts.read_again(draft=draft, reading=given, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return go_to(request, reverse("import-file", args=[pk]))


@require_safe
def preview_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The first rows with what would become of each; nothing is written."""
    draft = drafts.find(pk, request.user)
    kind = registry.get(draft.object_type)
    fields.require_importable(kind, request.user)
    if not draft.mapping.get("fields"):
        return go_to(request, reverse("import-file", args=[pk]))
    checked = drafts.checked(draft, kind, draft.mapping, request.user)
    outcomes = preview(kind, checked, drafts.table_of(draft), request.user)
    counts = {what: sum(outcome.what == what for outcome in outcomes) for what in LOOKS}
    places = [place for place, name in enumerate(draft.header) if name in checked.columns]
    page = {
        "title": _("Import: %(kind)s") % {"kind": kind.label_plural},
        "object": kind,
        "step": 3,
        "draft": draft,
        "columns": [draft.header[place] for place in places],
        "rows": [row_of(outcome, places) for outcome in outcomes],
        "counts": [
            {"label": LOOKS[what][1], "look": LOOKS[what][0], "count": counts[what]} for what in LOOKS
        ],
        "good": len(outcomes) - counts["reject"],
        "reasons": Counter(outcome.problem for outcome in outcomes if outcome.problem).most_common(REASONS),
        "more": max(draft.estimate, len(outcomes)) > len(outcomes),
        "work": card(draft.trial) if draft.trial else None,
        "back_url": reverse("import-file", args=[pk]),
    }
    return render(request, "core/imports/preview.html", {"page": page})


def row_of(outcome: Outcome, places: list[int]) -> dict[str, Any]:
    cells = [" ".join(outcome.cells[place].split()) if place < len(outcome.cells) else "" for place in places]
    return {
        "number": outcome.number,
        "look": LOOKS[outcome.what][0],
        "what": LOOKS[outcome.what][1],
        "problem": outcome.problem,
        "cells": [cell if len(cell) <= SHOWN_LENGTH else f"{cell[:SHOWN_LENGTH]}…" for cell in cells],
    }


@require_POST
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    drafts.try_all(draft=drafts.find(pk, request.user), by=request.user)
    return go_to(request, reverse("import-preview", args=[pk]))


@require_POST
@written_once
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    run = drafts.begin(draft=drafts.find(pk, request.user), by=request.user)
    return go_to(request, reverse("import-run", args=[run.pk]))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    draft = drafts.find(pk, request.user)
    key = draft.object_type
    drafts.discard(draft=draft, by=request.user)
    messages.success(request, _("The file is thrown away. Nothing was imported."))
    return go_to(request, reverse("list", args=[key]))
