"""Files of a record: the card on its page, adding, saving to disk, and looking at what is safe to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from kehu.core import access, files, registry
from kehu.core.actions import files as actions
from kehu.core.errors import NotFound, Refused
from kehu.core.models import File, User
from kehu.core.registry import ObjectType, Panel
from kehu.core.views.base import go_to, is_fragment, kind_for, record_for
from kehu.core.views.notices import done

SHOWN = 30
# A content is a stranger in the house: it runs nothing, asks for nothing, and only our own pages frame it.
SANDBOX = "default-src 'none'; frame-ancestors 'self'; sandbox"
# Browsers draw no PDF inside a sandbox; their own viewer is one.
PDF_ONLY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def card(kind: ObjectType, record: Any, user: User) -> dict[str, Any] | None:
    """What the page of a record says about its files; nothing where it can hold none."""
    if not kind.carries:
        return None
    found = list(files.of_record(record)[: SHOWN + 1])
    may = record.deleted_at is None and access.can(user, "change", record)
    return {
        "files": [{"file": file, "shows": files.way_to_show(file)} for file in found[:SHOWN]],
        "more_url": f"{reverse('list', args=['file'])}" if len(found) > SHOWN else "",
        "add_url": reverse("record-files", args=[kind.key, record.pk]) if may else "",
        "back_url": reverse("record", args=[kind.key, record.pk]),
        "most": settings.FILE_MB,
    }


@require_http_methods(["GET", "POST"])
def of_record(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The card of a record's files; a POST adds some, each by itself: one that is refused keeps no other away."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk)
    if request.method == "POST":
        access.require(request.user, "change", record)
        added = _add(request, record)
        if added and not is_fragment(request):  # the card that comes back shows it
            told = ngettext("One file added.", "%(count)s files added.", added) % {"count": added}
            done(request, told)
        if not is_fragment(request):
            return go_to(request, reverse("record", args=[kind.key, record.pk]))
    if not kind.carries:
        raise NotFound(_("There is no such page."))
    return render(request, "core/components/files.html", {"files_card": card(kind, record, request.user)})


def _add(request: HttpRequest, record: Any) -> int:
    given = request.FILES.getlist("file")
    if not given:
        messages.error(request, _("Choose a file first."))
    added = 0
    for content in given:
        try:
            actions.add(record=record, name=content.name or "", content=content, by=request.user)
            added += 1
        except Refused as refusal:
            messages.error(request, _("%(file)s: %(reason)s") % {"file": content.name, "reason": refusal})
    return added


def file_for(request: HttpRequest, pk: int) -> File:
    """The file of an address; where the user does not see its record there is none."""
    return record_for(request, kind_for(request, "file"), pk)


def content_of(file: File) -> Any:
    try:
        return files.opened(file)
    except FileNotFoundError:
        raise NotFound(
            _("The content of this file is lost. Ask your administrator for the backup.")
        ) from None


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The content to be saved, never to be opened in the browser."""
    file = file_for(request, pk)
    return handed_out(file)


def handed_out(file: File) -> FileResponse:
    response = FileResponse(
        content_of(file), as_attachment=True, filename=file.name, content_type=files.UNKNOWN
    )
    return _guarded(response, SANDBOX)


@require_safe
@xframe_options_sameorigin
def content(request: HttpRequest, pk: int) -> FileResponse:
    """The content of a picture or a PDF inside our own pages; of nothing else."""
    file = file_for(request, pk)
    shows = files.way_to_show(file)
    if shows not in ("picture", "pdf"):
        raise NotFound(_("There is no such page."))
    response = FileResponse(content_of(file), filename=file.name, content_type=file.content_type)
    return _guarded(response, PDF_ONLY if shows == "pdf" else SANDBOX)


def _guarded(response: FileResponse, policy: str) -> FileResponse:
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that shows a file: a picture, a PDF, the beginning of a table or of a text."""
    file = file_for(request, pk)
    target = files.record_of(file)
    shows = files.way_to_show(file)
    context: dict[str, Any] = {"file": file, "shows": shows, "about": _link(target)}
    if shows in ("table", "text"):
        content_of(file).close()
    if shows == "table" and (table := files.table_in(file)) is not None:
        context |= {"header": table[0], "rows": table[1], "cut": len(table[1]) == files.SHOWN_ROWS}
    elif shows in ("table", "text"):
        context["shows"] = "text"
        context["text"], context["cut"] = files.text_in(file)
    return render(request, "core/pages/file.html", {**context, "page": {"title": file.name}})


def _link(target: Any) -> dict[str, Any]:
    kind = registry.of(target)
    return {"kind": kind.label, "title": str(target), "url": reverse("record", args=[kind.key, target.pk])}


def _about(file: File, user: User) -> Mapping[str, Any]:
    target = files.record_of(file)
    seen = target is not None and access.can(user, "view", target)
    return {"about": _link(target) if seen else None, "shows": files.way_to_show(file)}


ABOUT_FILE = Panel(title=gettext_lazy("About"), template="core/components/file_about.html", context=_about)
