"""The whole history of a record: narrowed by field and person, one field set back, the record as it stood on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kehu.core import access, clock, history, registry
from kehu.core.actions import past
from kehu.core.errors import Conflict, NotFound, Refused
from kehu.core.models import Change, User
from kehu.core.reading import title
from kehu.core.registry import ObjectType
from kehu.core.views.base import go_to, is_fragment, kind_for, record_for
from kehu.core.views.notices import done


@require_safe
def history_page(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Every change of a record, newest first; with `day` also what differed at the end of that day."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk, deleted=True)
    fields = fields_of(kind, request.user)
    field = request.GET.get("field", "")
    field = field if field in fields else ""
    person = _number(request.GET.get("person", ""))
    timeline = history.of_record(
        record, request.user, before=_number(request.GET.get("before", "")), field=field, person=person
    )
    here = reverse("record-history", args=[kind.key, record.pk])
    kept = {"field": field, "person": person or ""}
    may = record.deleted_at is None and bool(kind.form) and access.can(request.user, "change", record)
    context: dict[str, Any] = {
        # The log keeps real time; people ask for days of the company's.
        "entries": [replace(entry, when=entry.when + clock.offset()) for entry in timeline.entries],
        "more_url": f"{here}?{urlencode({**kept, 'before': timeline.entries[-1].id})}"
        if timeline.more_url
        else "",
        "back": {
            "pk": record.pk,
            "title": title(record),
            "url": reverse("record", args=[kind.key, record.pk]),
        },
        "settable": settable(kind, request.user) if may else (),
        "page": {"title": _("History"), "subtitle": title(record), "object": kind, "url": here},
    }
    if is_fragment(request) and "before" in request.GET:
        return render(request, "core/components/history_entries.html", context)
    context |= {
        "here": here,
        "fields": [(name, kind.label_of(name)) for name in fields],
        "people": history.people(record),
        "field": field,
        "person": person,
        "day": _day(request.GET.get("day", "")),
        "today": clock.today(),
        "may": may,
    }
    if context["day"]:
        context |= _that_day(kind, record, context["day"], request.user)
    return render(request, "core/pages/history.html", context)


def _that_day(kind: ObjectType, record: Any, day: date, user: User) -> dict[str, Any]:
    try:
        then = history.values_on(record, day)
    except Conflict as refusal:
        return {"day_problem": str(refusal)}
    rows = []
    for name, raw in history.differing(record, then).items():
        if kind.policy.hides(name, user) or name not in fields_of(kind, user):
            continue
        field: Any = kind.field(name)
        now = history.plain(getattr(record, field.attname))
        rows.append(
            {
                "label": kind.label_of(name),
                "then": history.value_text(kind, field, raw, user),
                "now": history.value_text(kind, field, now, user),
                "settable": name in settable(kind, user),
            }
        )
    return {"differing": rows, "any_settable": any(row["settable"] for row in rows)}


def fields_of(kind: ObjectType, user: User) -> list[str]:
    """The fields whose history the user may read, at least masked."""
    skipped = {"id", "created_at", "updated_at", "deleted_at", "password", "path"}
    names = [field.name for field in kind.model._meta.concrete_fields if field.name not in skipped]
    return [name for name in names if not kind.policy.hides(name, user)]


def settable(kind: ObjectType, user: User) -> frozenset[str]:
    return frozenset(name for name in kind.form_fields if not kind.policy.fixes(name, user))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and 1900 < found.year < 9000 else None


@require_POST
def restore_field(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Set one field back to what stood there before a change."""
    change = Change.objects.filter(pk=pk).first() if pk < 2**63 else None
    if change is None or not registry.known(change.object_type):
        raise NotFound(_("There is no such record, or you may not see it."))
    kind = kind_for(request, change.object_type)
    record = record_for(request, kind, change.object_id)
    try:
        fresh = past.restore_field(change=change, name=name, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done(request, _("“%(field)s” is as it was.") % {"field": kind.label_of(name)}, fresh)
    return go_to(request, reverse("record-history", args=[kind.key, record.pk]))


@require_POST
def restore_day(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Set a record back to how it stood at the end of a day."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk)
    day = _day(request.POST.get("day", ""))
    try:
        if day is None:
            raise Refused(_("Choose a day first."))
        past.restore_day(record=record, day=day, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done(request, _("“%(record)s” is as it was on %(day)s.") % {"record": record, "day": day}, record)
    return go_to(request, reverse("record-history", args=[kind.key, record.pk]))
