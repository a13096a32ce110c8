"""The page of one record: facts, what belongs to it, what happened to it, what can be done with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.core import access, changes, registry, timeline
from kehu.core.actions import records
from kehu.core.custom import layouts, rules
from kehu.core.duplicates import pairs
from kehu.core.errors import Merged, NotFound, Refused
from kehu.core.inputs import limit_to_visible
from kehu.core.models import User
from kehu.core.reading import Reading, text_of, title
from kehu.core.registry import ObjectType, Panel, RecordAction
from kehu.core.views import files, lookup, together
from kehu.core.views import list as listing
from kehu.core.views.base import go_to, kind_for, record_for, show
from kehu.core.views.notices import done
from kehu.core.views.twice import written_once
from kehu.kit import paging

ROWS_IN_PANEL = 10
COUNTED = 1_000


@require_safe
def record_page(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Everything about one record that the user may see; htmx gets it without the frame, for the side panel."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk, deleted=True)
    stayed = pairs.merged_into(kind, record.pk) if record.deleted_at is not None else None
    # Who may not see that record is not told of it, and finds this one in the recycle bin.
    if stayed is not None and kind.model.everything.visible_to(request.user).filter(pk=stayed).exists():
        return go_to(request, reverse("record", args=[kind.key, stayed]))
    told = timeline.of_record(
        record, request.user, chip=request.GET.get("show", ""), after=request.GET.get("timeline", "")
    )
    if "timeline" in request.GET:
        here = reverse("record", args=[kind.key, record.pk])
        return render(request, "core/components/timeline.html", {"page": {"timeline": told, "url": here}})
    context = {
        "page": {
            "title": title(record),
            "object": kind,
            "record": record,
            "deleted": record.deleted_at is not None,
            "subtitle": kind.subtitle(record) if kind.subtitle else "",
            "state": kind.health([record], request.user)[0],
            "list_url": reverse("list", args=[kind.key]),
            "url": reverse("record", args=[kind.key, record.pk]),
            "actions": buttons(kind, record, request.user),
            "sections": sections(kind, record, request.user),
            "panels": [
                html for panel in registry.panels_of(kind) if (html := panel_html(request, panel, record))
            ],
            "files": files.card(kind, record, request.user),
            "strip": together.strip(kind, record, request.user),
            "timeline": told,
            "history_url": reverse("record-history", args=[kind.key, record.pk]),
        }
    }
    return show(request, "detail", context)


def sections(kind: ObjectType, record: Any, user: User) -> list[dict[str, Any]]:
    """What the columns show and the form does not, as that is where a record stands; then the form's own order."""
    reading = Reading(kind, [record], user)
    declared = [
        (_("Where it stands"), where_it_stands(kind)),
        *((s.title, s.fields) for s in kind.form if s.on_page),
    ]
    unseen = rules.hidden(rules.of(kind, user), rules.getter(kind, record))
    shown = [
        {
            "label": title,
            "facts": facts_of(kind, reading, record, [path for path in paths if path not in unseen]),
        }
        for title, paths in layouts.arranged(kind, "record", user, declared)
    ]
    return [section for section in shown if section["facts"]]


def where_it_stands(kind: ObjectType) -> list[str]:
    """The paths that the columns show and the form does not."""
    paths = (*(column.path for column in kind.column_list if column.on_page), *kind.extra)
    return list(dict.fromkeys(path for path in paths if path not in kind.form_fields))


def facts_of(kind: ObjectType, reading: Reading, record: Any, paths: Any) -> list[dict[str, Any]]:
    return [
        {"label": kind.label_of(path), "cell": reading.cell(record, path), "path": path}
        for path in reading.readable(paths)
    ]


def buttons(kind: ObjectType, record: Any, user: User) -> list[dict[str, Any]]:
    """What the user may do with the record now."""
    where = [kind.key, record.pk]
    if record.deleted_at is not None:
        may = access.can(user, "delete", record)
        restore = {
            "label": _("Restore"),
            "url": reverse("record-restore", args=where),
            "icon": "restore",
            "post": True,
        }
        return [{**restore, "primary": True}] if may else []
    found = [
        {
            "label": action.label,
            "url": reverse("record-action", args=[*where, action.key]),
            "icon": action.icon,
            "post": action.form is None,
            "primary": action.is_primary(record),
            "danger": action.danger,
        }
        for action in kind.actions
        if action.allowed(record, user)
    ]
    if pairs.may_merge(kind, user) and access.can(user, "change", record):
        merge = f"{reverse('object-merge', args=[kind.key])}?ids={record.pk}"
        found.append({"label": _("Merge with…"), "url": merge, "icon": "arrows-join"})
    found.append({"label": "PDF", "url": reverse("record-pdf", args=where), "icon": "printer"})
    if kind.form and access.can(user, "change", record):
        edit = {"label": _("Edit"), "url": reverse("record-edit", args=where), "icon": "pencil"}
        found.append({**edit, "mark": "data-edit-record"})
    if kind.deletable and access.can(user, "delete", record):
        delete = reverse("record-delete", args=where)
        along = _("Its notes, files and tags go with it into the recycle bin, and come back with it.")
        found.append(
            {
                "label": _("Delete"), "url": delete, "icon": "trash", "post": True, "danger": True,
                "question": _("Delete “%(record)s”?") % {"record": title(record)},
                "along": along if kind.carries else "",
            }
        )  # fmt: skip
    return found


def panel_html(request: HttpRequest, panel: Panel, record: Any) -> dict[str, Any] | None:
    """One panel, or nothing where the user's role does not reach what it shows."""
    if panel.template:
        context = panel.context(record, request.user) if panel.context else {}
        if context is None:
            return None
        return {
            "label": panel.title,
            "html": render_to_string(panel.template, {**context, "record": record}, request),
        }
    kind = registry.get(panel.object_type)
    if not access.sees(request.user, kind):
        return None
    related = kind.model.objects.visible_to(request.user).filter(**{panel.field: record})
    related = listing.with_references(kind, related, request.user).order_by(*kind.ordering)
    found = list(related[: ROWS_IN_PANEL + 1])
    context = {
        "object": kind,
        "columns": [column for column in listing.columns(kind, request) if column["key"] != panel.field],
        "rows": _rows_without(kind, found[:ROWS_IN_PANEL], panel.field, request.user),
        "more_url": f"{reverse('list', args=[kind.key])}?{panel.field}={record.pk}"
        if len(found) > ROWS_IN_PANEL and panel.field in kind.filters
        else "",
        "create_url": _create_url(kind, panel, record, request.user),
    }
    count, capped = (
        (len(found), False) if len(found) <= ROWS_IN_PANEL else paging.capped_count(related, COUNTED)
    )
    return {
        "label": panel.title or kind.label_plural,
        "count": f"{count:,}{'+' if capped else ''}" if count else "",
        "html": render_to_string("core/components/related.html", context, request),
    }


def _rows_without(kind: ObjectType, found: list[Any], path: str, user: User) -> list[dict[str, Any]]:
    reading = Reading(kind, found, user)
    shown = [column.path for column in layouts.columns(kind, user)]
    paths = [p for p in reading.readable(shown) if p != path]
    return [
        {
            "id": record.pk,
            "url": reverse("record", args=[kind.key, record.pk]),
            "title": str(record),
            "cells": reading.cells(record, paths),
            "state": state,
        }
        for record, state in zip(found, kind.health(found, user), strict=True)
    ]


def _create_url(kind: ObjectType, panel: Panel, record: Any, user: User) -> str:
    if not access.can(user, "add", kind) or panel.field not in kind.form_fields:
        return ""
    return f"{reverse('record-new', args=[kind.key])}?{panel.field}={record.pk}"


@require_POST
@written_once
def delete(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    kind = kind_for(request, key)
    record = record_for(request, kind, pk)
    records.delete(record=record, by=request.user)
    done(request, _("“%(record)s” is in the recycle bin.") % {"record": record}, record)
    if "stay" in request.POST:  # beside its list the record stays, with the way back
        return go_to(request, reverse("record", args=[kind.key, pk]))
    return go_to(request, reverse("list", args=[kind.key]))


@require_POST
@written_once
def restore(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    kind = kind_for(request, key)
    record = record_for(request, kind, pk, deleted=True)
    try:
        records.restore(record=record, by=request.user)
    except Merged as refusal:
        messages.error(request, str(refusal), extra_tags=reverse("batch-undo", args=[refusal.batch]))
        return go_to(request, reverse("record", args=[kind.key, record.pk]))
    done(request, _("“%(record)s” is back.") % {"record": record}, record)
    return go_to(request, reverse("record", args=[kind.key, record.pk]))


@require_http_methods(["GET", "POST"])
@written_once
def run_action(request: HttpRequest, key: str, pk: int, name: str) -> HttpResponse:
    """A button of the record's page; one that needs more than a click asks for it first."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk)
    action = next((action for action in kind.actions if action.key == name), None)
    if action is None:
        raise NotFound(_("There is no such page."))
    if not action.allowed(record, request.user):
        access.require(
            request.user, "change", record
        )  # with that right the action itself says what is in the way
    values: dict[str, Any] = {}
    if action.form is not None:
        known = action.initial(record, request.user) if action.initial is not None else {}
        form = action.form(request.POST if request.method == "POST" else None, initial=dict(known))
        limit_to_visible(form, request.user)
        lookup.offer(form, request.user)
        if request.method != "POST" or not form.is_valid():
            return ask(request, kind, record, action, form)
        values = form.cleaned_data
    elif request.method != "POST":
        return go_to(request, reverse("record", args=[kind.key, pk]))
    since = changes.newest()
    try:
        result = records.press(action, record=record, by=request.user, **values)
    except Refused as refusal:
        if action.form is None:
            raise
        form.add_error(None, str(refusal))
        return ask(request, kind, record, action, form, status=refusal.status)
    done(request, report(action, record, values), record, since=since)
    target = result if registry.declares(result) else record
    return go_to(request, reverse("record", args=[registry.of(target).key, target.pk]))


def report(action: RecordAction, record: Any, values: dict[str, Any]) -> str:
    """The sentence that says what a button has done."""
    if not action.done:
        return _("%(action)s: “%(record)s”") % {"action": action.label, "record": record}
    given = {
        name: text_of(value, "money" if isinstance(value, Decimal) else "", record)
        for name, value in values.items()
    }
    return str(action.done) % {**given, "record": record}


def ask(
    request: HttpRequest, kind: ObjectType, record: Any, action: RecordAction, form: Any, *, status: int = 200
) -> HttpResponse:
    back = reverse("record", args=[kind.key, record.pk])
    context = {
        "page": {"title": action.label, "subtitle": title(record), "object": kind, "back_url": back},
        "form": form,
        "submit": action.label,
    }
    return show(request, "form", context, status=status)
