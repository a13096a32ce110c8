"""Two records side by side, made one; and the pairs that wait to be looked at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.core import access, clock, registry
from kehu.core.actions import merge as actions
from kehu.core.duplicates import pairs, searching
from kehu.core.duplicates.likely import reason
from kehu.core.errors import NotFound, Refused
from kehu.core.models import DuplicatePair, User
from kehu.core.reading import Reading, title
from kehu.core.registry import ObjectType
from kehu.core.views import lookup
from kehu.core.views.base import go_to, kind_for, record_for
from kehu.core.views.twice import written_once
from kehu.core.views.work import card as work_card
from kehu.kit.text import whole_number

SHOWN = 50


def mergeable(request: HttpRequest, key: str) -> ObjectType:
    """The object type of an address; none whose records the user may not merge."""
    kind = kind_for(request, key)
    if not pairs.may_merge(kind, request.user):
        raise NotFound(_("There is no such page."))
    return kind


def searched(request: HttpRequest, key: str) -> ObjectType:
    """The same, of those that a rule finds duplicates of."""
    kind = mergeable(request, key)
    if kind.duplicates is None:
        raise NotFound(_("There is no such page."))
    return kind


def all_searched(user: User) -> list[ObjectType]:
    return [kind for kind in registry.all() if pairs.may_decide(kind, user)]


@require_http_methods(["GET", "POST"])
@written_once
def merge_page(request: HttpRequest, key: str) -> HttpResponse:
    """`ids` names two records; of one alone, asks for the other. POST makes one of them."""
    kind = mergeable(request, key)
    given = request.POST if request.method == "POST" else request.GET
    sent = (whole_number(part) for part in ",".join(given.getlist("ids")).split(","))
    ids = list(dict.fromkeys(number for number in sent if number is not None))
    if request.method == "GET" and "ids" not in request.GET and kind.duplicates is not None:
        return redirect("duplicates-of", kind.key)
    if not ids or len(ids) > 2:
        raise Refused(_("Choose two records to merge."))
    found = [record_for(request, kind, pk) for pk in ids]
    for record in found:
        access.require(request.user, "change", record)
    if len(found) == 1:
        return _ask(request, kind, found[0])
    problem = ""
    if request.method == "POST":
        staying = whole_number(given.get("survivor", "")) or ids[0]
        survivor, other = found if found[0].pk == staying else found[::-1]
        try:
            batch = actions.merge(survivor=survivor, other=other, take=taken(given), by=request.user)
        except Refused as refusal:
            if refusal.status == 404:
                raise
            problem = str(refusal)
        else:
            undo = reverse("batch-undo", args=[batch.pk])
            told = _("“%(other)s” is part of “%(survivor)s” now.") % {"other": other, "survivor": survivor}
            messages.success(request, told, extra_tags=undo)
            here = reverse("record", args=[kind.key, survivor.pk])
            return go_to(request, after(kind, given, ids, request.user) or here)
    return _side_by_side(request, kind, found, problem)


def compare_url(kind: ObjectType, one: int, other: int) -> str:
    """Where two records of the queue stand side by side; what is decided there leads on to the next pair."""
    return f"{reverse('object-merge', args=[kind.key])}?ids={one},{other}&queue=1"


def after(kind: ObjectType, given: Any, ids: list[int], user: User) -> str:
    """Of whoever goes through the queue: the pair that follows, else the first, else the queue; else nothing."""
    if not given.get("queue"):
        return ""
    decided = pairs.pair_of(kind, *ids[:2])
    waiting = [pair for pair, _one, _other in pairs.to_review(kind, user)]
    place = (-decided.probability, decided.pk or 0)
    following = [pair for pair in waiting if (-pair.probability, pair.pk) > place]
    if not waiting:
        return reverse("duplicates-of", args=[kind.key])
    pair = (following or waiting)[0]
    return compare_url(kind, pair.one, pair.other)


def taken(given: QueryDict) -> list[str]:
    """The fields whose value is taken from the record that goes: of each field one of two is chosen."""
    return [str(value) for name, value in given.items() if name.startswith("of.") and value]


def _ask(request: HttpRequest, kind: ObjectType, record: Any) -> HttpResponse:
    form = forms.Form()
    visible = kind.model.objects.visible_to(request.user).exclude(pk=record.pk)
    form.fields["ids"] = forms.ModelChoiceField(visible, label=_("The other record"))
    lookup.offer(form, request.user)
    back = reverse("record", args=[kind.key, record.pk])
    page = {"title": _("Merge with another"), "subtitle": title(record), "object": kind, "back_url": back}
    return render(request, "core/pages/merge_ask.html", {"page": {**page, "record": record}, "form": form})


def _side_by_side(
    request: HttpRequest, kind: ObjectType, found: list[Any], problem: str = ""
) -> HttpResponse:
    """Both records by field; the older one is offered to stay, what it lacks to come from the other."""
    user = request.user
    pair = pairs.pair_of(kind, found[0].pk, found[1].pk)
    queued = bool((request.POST if request.method == "POST" else request.GET).get("queue"))
    survivor, other = sorted(found, key=lambda record: (record.created_at, record.pk))
    if whole_number(request.GET.get("survivor", "")) == other.pk:
        survivor, other = other, survivor
    reading = Reading(kind, [survivor, other], user)
    chosen = set(taken(request.POST)) if request.method == "POST" else None
    rows = []
    for path in reading.readable(kind.form_fields):
        cells = [reading.cell(record, path) for record in (survivor, other)]
        if not any(cell.text for cell in cells):
            continue
        differs = cells[0].text != cells[1].text
        takes = path in actions.choices(kind, user) and differs
        wanted_of_other = takes and (path in chosen if chosen is not None else not cells[0].text)
        rows.append(
            {
                "path": path,
                "label": kind.label_of(path),
                "cells": cells,
                "differs": differs,
                "takes": takes,
                "other": wanted_of_other,
            }
        )
    context = {
        "page": {
            "title": _("Merge: %(kind)s") % {"kind": kind.label_plural},
            "subtitle": "",
            "object": kind,
            "survivor": survivor,
            "other": other,
            "swap_url": f"{request.path}?ids={survivor.pk},{other.pk}&survivor={other.pk}"
            + ("&queue=1" if queued else ""),
            "queued": queued,
            "rows": rows,
            "moving": list(moving(kind, other, user)),
            "problem": problem,
            "pair": pair if pair.pk and pair.state != DuplicatePair.State.APART else None,
            "apart_url": reverse("pair-apart", args=[kind.key]) if kind.duplicates is not None else "",
            "back_url": reverse("list" if kind.duplicates is None else "duplicates-of", args=[kind.key]),
        }
    }
    return render(request, "core/pages/merge.html", context, status=422 if problem else 200)


def moving(kind: ObjectType, other: Any, user: User) -> Any:
    """What belongs to the record that goes, as far as the user may see it: how many of each object type."""
    stays = kind.duplicates.stays if kind.duplicates else ()
    counts: dict[str, int] = {}
    for source, rows, _aim in actions.referring(kind, other):
        if source.key not in stays and access.sees(user, source):
            ids = [row.pk for row in rows]
            seen = source.model.objects.visible_to(user).filter(pk__in=ids).count() if ids else 0
            counts[source.key] = counts.get(source.key, 0) + seen
    for key, count in counts.items():
        if count:
            yield registry.get(key).label_plural, count


@require_safe
def queue_list(request: HttpRequest) -> HttpResponse:
    """The object types whose duplicates the user may review."""
    kinds = all_searched(request.user)
    if not kinds:
        raise NotFound(_("There is no such page."))
    return redirect("duplicates-of", kinds[0].key)


@require_safe
def queue(request: HttpRequest, key: str) -> HttpResponse:
    """The pairs of an object type that the user may decide about, likeliest first."""
    kind = searched(request, key)
    user = request.user
    waiting = pairs.to_review(kind, user)
    shown = []
    for pair, one, other in waiting[:SHOWN]:
        reading = Reading(kind, [one, other], user)
        paths = reading.readable([column.path for column in kind.column_list[1:5] if not column.values])
        shown.append(
            {
                "pair": pair,
                # Likely, never certain.
                "percent": min(pair.probability, 0.99),
                "records": [
                    {
                        "record": record,
                        "title": title(record),
                        "notes": " · ".join(t for p in paths if (t := reading.cell(record, p).text)),
                    }
                    for record in (one, other)
                ],
                "reasons": [
                    reason(kind.label_of(path), level)
                    for path, level in pair.reasons.items()
                    if kind.policy.reads(path, user)
                ],
                "url": compare_url(kind, one.pk, other.pk),
            }
        )
    running = searching.searches(kind, user).select_related("batch").first()
    kinds = all_searched(user)
    context = {
        "page": {
            "title": _("Duplicates"),
            "object": kind,
            "pairs": shown,
            "count": len(waiting),
            "more": len(waiting) - len(shown),
            "tabs": [
                {
                    "label": one.label_plural,
                    "url": reverse("duplicates-of", args=[one.key]),
                    "active": one.key == kind.key,
                    "icon": one.icon,
                }
                for one in kinds
            ],
            "scan_url": reverse("duplicates-scan", args=[kind.key]),
            "apart_url": reverse("pair-apart", args=[kind.key]),
            "scan": work_card(running) if running is not None else None,
            "scanned_at": running.finished_at + clock.offset() if running and running.finished_at else None,
        }
    }
    return render(request, "core/pages/duplicates.html", context)


@require_POST
def scan(request: HttpRequest, key: str) -> HttpResponse:
    """Compare all records that the user may see, in the background."""
    kind = searched(request, key)
    searching.begin(kind, by=request.user)
    return go_to(request, reverse("duplicates-of", args=[kind.key]))


@require_POST
def apart(request: HttpRequest, key: str) -> HttpResponse:
    """Say that two records are about different things."""
    kind = searched(request, key)
    found = [whole_number(part) for part in request.POST.get("ids", "").split(",")]
    ids = [number for number in found if number is not None]
    if len(ids) != 2:
        raise Refused(_("Choose two records to merge."))
    actions.keep_apart(pair=pairs.pair_of(kind, *ids), by=request.user)
    messages.success(request, _("These two are kept apart from now on."))
    queued = after(kind, request.POST, ids, request.user)
    return go_to(request, queued or reverse("duplicates-of", args=[kind.key]))
