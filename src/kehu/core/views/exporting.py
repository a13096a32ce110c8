"""Taking out what a list shows: which format and columns, then long work; a small CSV file at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kehu.core import clock, exports, filters, listing
from kehu.core.asked import Asked
from kehu.core.errors import Refused
from kehu.core.exports import background
from kehu.core.views import saved
from kehu.core.views.base import go_to, kind_for
from kehu.core.views.list import count_label
from kehu.core.views.twice import written_once
from kehu.kit import paging
from kehu.kit.tables.sinks import CsvSink

MOST_AT_ONCE = 100_000
AT_ONCE = 1_000


@require_http_methods(["GET", "HEAD", "POST"])
@written_once
def export_page(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for format and columns of what the address asks for; then the export runs in the background."""
    kind = kind_for(request, key)
    if request.GET.get("all"):  # from the bar of a list's selected rows: all that the list asks for
        return redirect(f"{request.path}?{QueryDict(request.GET.get('list', '')).urlencode()}")
    if request.method == "POST":
        started = exports.start(
            kind=kind,
            query=request.GET.urlencode(),
            format=request.POST.get("format", ""),
            paths=request.POST.getlist("columns"),
            by=request.user,
        )
        return go_to(request, reverse("work", args=[started.pk]))
    view = saved.chosen(request, kind)
    picked = exports.default_paths(kind, request.user, listing.columns_of(kind, request.user, view))
    rest = [path for path in listing.offered(kind, request.user) if path not in picked]
    asked = Asked(request, kind)
    page: dict[str, Any] = {
        "title": _("Export: %(objects)s") % {"objects": kind.label_plural},
        "object": kind,
        "address": request.get_full_path(),
        "back": f"{reverse('list', args=[kind.key])}?{request.GET.urlencode()}",
        "count": count_label(*paging.capped_count(background.records_of(asked))),
        "chips": list(asked.chips()),
        "formats": [(name, text) for name, text in exports.FORMATS.items()],
        "picked": [(path, filters.label_of(kind, path)) for path in picked],
        "rest": [(path, filters.label_of(kind, path)) for path in rest],
    }
    return render(request, "core/pages/export.html", {"page": page})


@require_safe
def export(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """What the list shows, as a CSV file at once, as long as it is not too long for one answer."""
    kind = kind_for(request, key)
    asked = Asked(request, kind)
    count, _capped = paging.capped_count(background.records_of(asked), cap=MOST_AT_ONCE)
    if count > MOST_AT_ONCE:
        raise Refused(_("That is more than 100,000 rows. Narrow the list with a filter first."))
    paths = exports.default_paths(kind, request.user, listing.declared(kind, request.user))
    columns = exports.columns_for(kind, paths, request.user, format="csv")
    response = StreamingHttpResponse(_pieces(asked, columns), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind.key}.csv"'
    return response


def _pieces(asked: Asked, columns: exports.Columns) -> Iterator[bytes]:
    taken = io.BytesIO()
    file, ids = CsvSink(taken, columns.typed, clock.zone()), background.ids_of(asked)
    for at in range(0, max(len(ids), 1), AT_ONCE):
        file.write(columns.block(ids[at : at + AT_ONCE]))
        yield taken.getvalue()
        taken.seek(0)
        taken.truncate()
    background.note(asked.kind, format="csv", rows=len(ids), by=asked.user)
