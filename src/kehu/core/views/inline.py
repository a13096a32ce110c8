"""One cell of a list, changed where it stands: its control, then the row as it is afterwards."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kehu.core import access, listing, table
from kehu.core.custom import layouts
from kehu.core.errors import Forbidden
from kehu.core.inputs import settable
from kehu.core.models import User
from kehu.core.registry import ObjectType
from kehu.core.views import form as forms_of
from kehu.core.views import meanwhile
from kehu.core.views.base import kind_for, record_for
from kehu.core.views.notices import done


def editable(kind: ObjectType, user: User) -> frozenset[str]:
    """The paths that a user may change in a list: those of the form; which records, each cell says when it is asked."""
    if not kind.form or not access.can(user, "change", kind):
        return frozenset()
    left_out = layouts.left_out(kind, "form", user)
    return frozenset(settable(kind, user)) - left_out


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, key: str, pk: int, path: str) -> HttpResponse:
    """GET answers with the control, POST with the fresh row, or with the control and a sentence that says why not.

    `shown` is the mark of the value that the user has seen: another one that is stored meanwhile is not written over.
    `list` in the address holds the parameters of the list, which say what its columns are.
    """
    kind = forms_of.written_by_hand(request, key)
    record = record_for(request, kind, pk)
    access.require(request.user, "change", record)
    whole = forms_of.build(kind, request, record) if path in editable(kind, request.user) else None
    if whole is None or path not in whole.fields:
        raise Forbidden(_("This field cannot be changed here."))
    form = _only(whole, path)
    if request.method != "POST":
        return _control(request, form, path, meanwhile.marks_of(record, [path])[path])
    shown = request.POST.get("shown", "")
    if not form.is_valid():
        return _control(request, form, path, shown, status=422)
    told = {path: shown}
    saved = forms_of.attempt(form, lambda: meanwhile.save(form, record, told, by=request.user))
    if told[path] != shown:
        return _control(request, form, path, told[path], status=409)
    if saved is None:
        return _control(request, form, path, shown, status=422)
    if form.has_changed():
        done(request, _("“%(record)s” is saved.") % {"record": saved}, saved)
    return _row(request, kind, saved.pk)


@require_safe
def row(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The row of a record as it is now, with the columns of the list that `list` in the address describes.

    Empty where there is none that the user may see: the list that asks takes it away.
    """
    return _row(request, kind_for(request, key), pk)


def _only(form: Any, path: str) -> Any:
    """The object's own form for this record and user with one field left, which it checks as ever.

    What it would say of other fields is left to the action, as they stay as they are.
    """
    form.fields = {path: form.fields[path]}
    form.fields[path].help_text = ""
    form.auto_id = "cell_%s"
    add = form.add_error

    def add_error(field: str | None, error: Any) -> None:
        told = getattr(error, "error_dict", None) or {field: error}
        for name, one in told.items():
            if name in (None, NON_FIELD_ERRORS, path):
                add(None if name == NON_FIELD_ERRORS else name, one)

    form.add_error = add_error
    return form


def _control(request: HttpRequest, form: Any, path: str, shown: str, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "field": form[path], "shown": shown}
    return render(request, "core/lists/cell.html", context, status=status)


def _row(request: HttpRequest, kind: ObjectType, pk: int) -> HttpResponse:
    """The row with the columns of the list; none where the user may no longer see the record."""
    query = request.GET.get("list", "")
    view = listing.one(kind, request.user, QueryDict(query).get("view", ""))
    fresh = kind.model.objects.visible_to(request.user).filter(pk=pk)
    paths = listing.columns_of(kind, request.user, view)
    pick = "pick" in request.GET
    address = reverse("list", args=[kind.key])
    context = {
        "body": table.body(kind, list(fresh), paths, request.user, pick=pick),
        "back_to": f"{address}?{query}" if query else address,
    }
    return render(request, "core/lists/row.html", context)
