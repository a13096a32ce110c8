"""Creating and editing a record: one form from the declaration, one call into an action."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehu.core import access, registry
from kehu.core.actions import records
from kehu.core.custom import layouts, rules
from kehu.core.errors import NotFound, Refused
from kehu.core.inputs import add_custom, form_class, limit_to_visible
from kehu.core.models import User
from kehu.core.models.values import code_of
from kehu.core.reading import Reading, title
from kehu.core.registry import ObjectType
from kehu.core.views import likely, lookup, meanwhile
from kehu.core.views.base import go_to, kind_for, record_for, show
from kehu.core.views.notices import done
from kehu.core.views.twice import written_once


def build(kind: ObjectType, request: HttpRequest, record: Any = None) -> Any:
    """The form, bound when the request posts; references offer what the user may see."""
    initial = dict(kind.preset(request.user)) if kind.preset is not None and record is None else {}
    initial |= {name: value for name, value in request.GET.items() if name in kind.form_fields}
    data = request.POST if request.method == "POST" else None
    form: Any = form_class(kind, request.user)(data, instance=record, initial=initial)
    add_custom(form, kind, request.user, record)
    for path in layouts.left_out(kind, "form", request.user) & set(form.fields):
        del form.fields[path]
    limit_to_visible(form, request.user)
    if record is not None and kind.pointer and not Reading(kind, [record], request.user).sees_pointed(record):
        for name in kind.pointer:
            form.fields.pop(name, None)
    for name, field in list(form.fields.items()):
        queryset = getattr(field, "queryset", None)
        if queryset is not None and refers_to_hidden(record, name, queryset):
            # It can neither be offered nor taken for empty: the form leaves it as it is.
            del form.fields[name]
    lookup.offer(form, request.user)
    return form


def refers_to_hidden(record: Any, name: str, visible: Any) -> bool:
    """Whether a record points at one that is not among the visible ones."""
    if record is None or kind_of_reference(record, name) is None:
        return False
    code = code_of(name)
    pointed_at = (record.custom or {}).get(code) if code else getattr(record, f"{name}_id")
    return pointed_at is not None and not visible.filter(pk=pointed_at).exists()


def kind_of_reference(record: Any, name: str) -> Any:
    """The model that a field of a record refers to; nothing for an input that is no such field."""
    found = registry.of(record).field(name)
    return found.related_model if found is not None and found.is_relation else None


def sections(kind: ObjectType, form: Any, user: User) -> list[dict[str, Any]]:
    declared = [(section.title, section.fields) for section in kind.form]
    return [
        {"label": title, "fields": shown}
        for title, paths in layouts.arranged(kind, "form", user, declared)
        if (shown := [form[n] for n in paths if n in form.fields and not form[n].is_hidden])
    ]


def written_by_hand(request: HttpRequest, key: str) -> ObjectType:
    """The object type of an address; rows that only actions write have no form."""
    kind = kind_for(request, key)
    if not kind.form:
        raise NotFound(_("There is no such page."))
    return kind


@require_http_methods(["GET", "POST"])
@written_once
def create_page(request: HttpRequest, key: str) -> HttpResponse:
    kind = written_by_hand(request, key)
    access.require(request.user, "add", kind)
    form = build(kind, request)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        record = attempt(form, lambda: records.create(kind.model, values, by=request.user))
        if record is not None:
            done(request, _("“%(record)s” is saved.") % {"record": record}, record)
            return go_to(request, reverse("record", args=[kind.key, record.pk]))
    heading = _("New: %(kind)s") % {"kind": kind.label}
    asks = likely.asking(kind, form, request)
    return page(request, kind, form, heading, "", reverse("list", args=[kind.key]), asks=asks)


@require_http_methods(["GET", "POST"])
def edit_page(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    kind = written_by_hand(request, key)
    record = record_for(request, kind, pk)
    access.require(request.user, "change", record)
    form = build(kind, request, record)
    back = reverse("record", args=[kind.key, record.pk])
    heading = title(record)  # before the form writes into it
    shown = meanwhile.from_text(request.POST.get("shown", ""))
    if request.method != "POST":
        shown = meanwhile.marks_of(record, form.fields)
    elif form.is_valid():
        saved = attempt(form, lambda: meanwhile.save(form, record, shown, by=request.user))
        if saved is not None:
            done(request, _("“%(record)s” is saved.") % {"record": saved}, saved)
            return go_to(request, back)
    asks = likely.asking(kind, form, request, record)
    return page(request, kind, form, _("Edit"), heading, back, asks=asks, shown=meanwhile.as_text(shown))


def attempt(form: Any, write: Any) -> Any:
    """The result of a write; a refusal goes to the field that it is about."""
    try:
        return write()
    except Refused as refusal:
        blamed = {name: text for name, text in refusal.fields.items() if name in form.fields and text}
        for name, text in blamed.items():
            form.add_error(name, text)
        if not blamed:
            form.add_error(None, str(refusal))
        return None


def page(
    request: HttpRequest,
    kind: ObjectType,
    form: Any,
    heading: str,
    subtitle: str,
    back_url: str,
    *,
    asks: dict[str, str] | None = None,
    shown: str = "",
) -> HttpResponse:
    context = {
        "page": {
            "title": heading,
            "subtitle": subtitle,
            "object": kind,
            "sections": sections(kind, form, request.user),
            "rules": json.dumps(rules.described(kind, request.user)),
            "back_url": back_url,
            "asks": asks,
            "shown": shown,
        },
        "form": form,
        "submit": _("Save"),
    }
    return show(request, "form", context, status=422 if form.errors else 200)
