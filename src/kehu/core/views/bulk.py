"""Bulk actions in the browser: what to do, a preview of what would come of it, then the doing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kehu.core import bulk
from kehu.core.bulk import BulkAction
from kehu.core.custom import layouts
from kehu.core.errors import NotFound, Refused
from kehu.core.models import User, Work
from kehu.core.registry import ObjectType
from kehu.core.selection import Selection
from kehu.core.views import lookup
from kehu.core.views.base import kind_for
from kehu.core.views.twice import written_once

# Parameters of these pages themselves; everything else that is sent is a value.
OWN = ("ids", "all", "list", "confirmed", "csrfmiddlewaretoken", "next")


@require_http_methods(["GET", "POST"])
@written_once
def bulk_page(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """First what to do (GET), then a preview (POST), then the doing (POST with `confirmed`)."""
    kind = kind_for(request, key)
    action = next((one for one in bulk.offered(kind, request.user) if one.key == name), None)
    if action is None:
        raise NotFound(_("There is no such page."))
    given = request.POST if request.method == "POST" else request.GET
    selection = Selection.read(given)
    posted = request.method == "POST"
    form = bulk.form_of(action, kind, request.user, given, bound=posted)
    if form is not None:
        lookup.offer(form, request.user)
    if form is not None and not (posted and form.is_valid()):
        return _ask(request, action, kind, selection, form)
    values = bulk.values_of(form)
    data = sent(given)
    try:
        found = bulk.preview(action, kind, selection, values, request.user)
        if posted and given.get("confirmed"):
            work = bulk.begin(action, kind, selection, data, found.total, request.user)
            return _report(request, kind, work)
    except Refused as refusal:
        if form is None or refusal.status == 404:
            raise
        form.add_error(None, str(refusal))
        return _ask(request, action, kind, selection, form)
    return _preview(request, action, kind, selection, given, found)


def _ask(
    request: HttpRequest, action: BulkAction, kind: ObjectType, selection: Selection, form: Any
) -> HttpResponse:
    count = selection.records(kind, request.user).count()
    context = {
        "page": {
            **_frame(request, action, kind, selection, count),
            "chosen": [name for name in form.fields if name != "field"],
            "offers": _offers(action, kind, request.user, form),
            "url": request.path,
        },
        "form": form,
    }
    return render(request, "core/pages/bulk_ask.html", context, status=422 if form.errors else 200)


def _preview(
    request: HttpRequest,
    action: BulkAction,
    kind: ObjectType,
    selection: Selection,
    given: QueryDict,
    found: bulk.Preview,
) -> HttpResponse:
    hidden = [(name, one) for name, values in given.lists() if name not in OWN for one in values]
    context = {
        "page": {
            **_frame(request, action, kind, selection, found.total),
            "preview": found,
            "more": found.total - found.tried,
            "hidden": hidden,
            "url": request.path,
            "possible": found.total > found.tried or found.refused + found.unchanged < found.tried,
        },
    }
    return render(request, "core/pages/bulk_preview.html", context)


def _frame(
    request: HttpRequest, action: BulkAction, kind: ObjectType, selection: Selection, count: int
) -> dict[str, Any]:
    told = ngettext("%(count)s record", "%(count)s records", count) % {"count": f"{count:,}"}
    return {
        "title": _("%(label)s: %(value)s") % {"label": action.label, "value": kind.label_plural},
        "subtitle": told,
        "object": kind,
        "action": action,
        "selection": selection.parameters,
        "count": count,
        "back_url": back_to(kind, selection),
    }


def back_to(kind: ObjectType, selection: Selection) -> str:
    return reverse("list", args=[kind.key]) + (f"?{selection.query}" if selection.query else "")


def _report(request: HttpRequest, kind: ObjectType, work: Work) -> HttpResponse:
    """A few are done: back to the list with the way to undo. Many, or some that refused: to the work's own page."""
    if work.is_open or work.file:
        return redirect("work", work.pk)
    undo = reverse("batch-undo", args=[work.batch_id]) if work.batch_id else ""
    messages.success(request, f"{work.label}. {work.outcome}", extra_tags=undo)
    selection = Selection.read(work.parameters)
    return redirect(back_to(kind, selection))


def sent(given: QueryDict) -> str:
    """What the user has filled in, as it travels with the work."""
    kept = given.copy()
    for name in OWN:
        kept.pop(name, None)
    return kept.urlencode()


def _offers(action: BulkAction, kind: ObjectType, user: User, form: Any) -> list[tuple[str, Any]]:
    """The fields that may be added to the form."""
    if action.asks != "fields":
        return []
    left_out = layouts.left_out(kind, "form", user) | set(form.fields)
    return [(name, kind.label_of(name)) for name in bulk.editable(kind, user) if name not in left_out]
