"""The recycle bin: what was deleted, the way back, and the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.core import recycled
from kehu.core.actions import bin
from kehu.core.bulk import emptying, restoring
from kehu.core.bulk.picked import Picked, Preview
from kehu.core.errors import Merged, Refused
from kehu.core.models import User, Work
from kehu.core.reading import title
from kehu.core.timeline.reading import place_in, text_of_place
from kehu.core.views.base import go_to, is_fragment, kind_for, record_for
from kehu.core.views.list import count_label
from kehu.core.views.notices import done
from kehu.core.views.twice import written_once


@require_safe
def bin_page(request: HttpRequest) -> HttpResponse:
    """Deleted records that the user may restore, the newest first, narrowed by object type and text."""
    kinds = recycled.kinds(request.user)
    only = request.GET.get("kind", "")
    only = only if only in {kind.key for kind in kinds} else ""
    text = recycled.words(request.GET.get("q", ""))
    found, after = recycled.page(
        request.user, only=only, text=text, after=place_in(request.GET.get("after", ""))
    )
    here = reverse("bin")
    kept = urlencode({"kind": only, "q": text})
    context: dict[str, Any] = {
        "page": {"title": _("Recycle bin"), "subtitle": _kept()},
        "rows": [_row(gone, request) for gone in found],
        "more_url": f"{here}?{kept}&after={text_of_place(after)}" if after else "",
        "kinds": sorted(kinds, key=lambda kind: str(kind.label_plural)),
        "only": only,
        "text": text,
        "selecting": _selecting(kept, request.user),
    }
    page = (
        "core/components/bin_rows.html"
        if is_fragment(request) and "after" in request.GET
        else "core/pages/bin.html"
    )
    return render(request, page, context)


def _selecting(query: str, user: User) -> dict[str, Any]:
    """What the bin offers for selected rows."""
    actions: list[dict[str, Any]] = [
        {"key": "restore", "label": _("Restore"), "icon": "restore", "url": reverse("bin-restore-many")}
    ]
    if bin.may_empty(user):
        label, address = _("Delete for good"), reverse("bin-purge-many")
        actions.append({"key": "purge", "label": label, "icon": "trash-x", "url": address, "danger": True})
    return {"actions": actions, "query": query, "place": f"bin?{query}"}


@require_http_methods(["GET", "POST"])
@written_once
def restore_many(request: HttpRequest) -> HttpResponse:
    """First what would come back and what would not (GET), then the restoring (POST)."""

    def stays(count: int) -> str:
        return ngettext("%(n)s cannot come back", "%(n)s cannot come back", count) % {"n": f"{count:,}"}

    words = {"title": _("Restore"), "icon": "restore", "goes": _("Comes back")}
    return _many(request, restoring.preview, restoring.begin, words, stays)


@require_http_methods(["GET", "POST"])
@written_once
def purge_many(request: HttpRequest) -> HttpResponse:
    """First what would go for good and what would stay (GET), then the end of it (POST)."""
    words = {
        "title": _("Delete for good"),
        "icon": "trash-x",
        "goes": _("Goes for good"),
        "warning": _("Nothing brings back what is deleted for good: its values go from the history, too."),
    }

    def stays(count: int) -> str:
        return ngettext("%(n)s has to stay for now", "%(n)s have to stay for now", count) % {
            "n": f"{count:,}"
        }

    return _many(request, emptying.preview, emptying.begin, words, stays)


def _many(
    request: HttpRequest,
    preview: Callable[[Picked, User], Preview],
    begin: Callable[[Picked, User], Work],
    words: dict[str, str],
    stays: Callable[[int], str],
) -> HttpResponse:
    picked = Picked.read(request.POST if request.method == "POST" else request.GET)
    back = reverse("bin") + (f"?{picked.query}" if picked.query else "")
    if request.method == "POST":
        work = begin(picked, request.user)
        if work.is_open or work.file:
            return redirect("work", work.pk)
        undo = reverse("batch-undo", args=[work.batch_id]) if work.batch_id else ""
        messages.success(request, f"{work.label}. {work.outcome}", extra_tags=undo)
        return redirect(back)
    found = preview(picked, request.user)
    page = {
        **words,
        "stays": stays(found.refused) if found.refused else "",
        "subtitle": count_label(found.total, False),
        "preview": found,
        "more": found.total > found.tried,
        "possible": found.total > found.refused,
        "selection": picked.parameters,
        "back_url": back,
    }
    return render(request, "core/pages/bin_many.html", {"page": page})


def _kept() -> str:
    days = settings.BIN_DAYS
    if days <= 0:
        return _("What is deleted stays here until somebody deletes it for good.")
    told = ngettext(
        "What is deleted stays here for one day, then it is gone for good.",
        "What is deleted stays here for %(count)s days, then it is gone for good.",
        days,
    )
    return told % {"count": days}


def _row(gone: recycled.Gone, request: HttpRequest) -> dict[str, Any]:
    where = [gone.kind.key, gone.record.pk]
    return {
        "merge_url": reverse("batch-undo", args=[gone.merge]) if gone.merge else "",
        "gone": gone,
        "title": title(gone.record),
        "place": f"{gone.kind.key}.{gone.record.pk}",
        "url": reverse("record", args=where),
        "restore_url": reverse("bin-restore", args=where),
        "purge_url": reverse("bin-purge", args=where) if bin.may_purge(gone.kind, request.user) else "",
    }


def way_back(refusal: Refused) -> str:
    """The address that undoes what stands in the way of coming back, where a step does."""
    return reverse("batch-undo", args=[refusal.batch]) if isinstance(refusal, Merged) else ""


@require_POST
@written_once
def restore(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take a record out of the recycle bin, with `together` also what went there in the same step."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk, deleted=True)
    try:
        came = bin.restore(record=record, by=request.user, together="together" in request.POST)
    except Refused as refusal:
        messages.error(request, str(refusal), extra_tags=way_back(refusal))
        return go_to(request, reverse("bin"))
    if came > 1:
        done(
            request,
            _("“%(record)s” and %(others)s more are back.") % {"record": record, "others": came - 1},
            record,
        )
    else:
        done(request, _("“%(record)s” is back.") % {"record": record}, record)
    return go_to(request, reverse("record", args=[kind.key, record.pk]))


@require_POST
def purge(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Delete a record for good."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk, deleted=True)
    shown = title(record)
    try:
        bin.purge(record=record, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(record)s” is deleted for good.") % {"record": shown})
    return go_to(request, reverse("bin"))
