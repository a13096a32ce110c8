"""Views of lists in the browser: the menu of views, saving and sharing them, choosing columns."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.core import filters, listing
from kehu.core.actions import views as actions
from kehu.core.errors import NotFound
from kehu.core.models import SavedView
from kehu.core.registry import ObjectType
from kehu.core.views.base import is_fragment, kind_for

NONE = "0"


def address(view: SavedView) -> str:
    query = f"{view.query}&" if view.query else ""
    return f"{reverse(view.look, args=[view.object_type])}?{query}view={view.pk}"


def opening(
    request: HttpRequest, kind: ObjectType, habits: listing.Habits | None = None
) -> HttpResponse | None:
    """Where a list without any parameters leads to: the view that opens first for the user."""
    if request.GET:
        return None
    view = listing.first_of(kind, request.user, habits)
    return redirect(address(view)) if view is not None else None


def chosen(request: HttpRequest, kind: ObjectType) -> SavedView | None:
    """The view that the address names; one that the user may not open is as if it were not named."""
    return listing.one(kind, request.user, request.GET.get("view", ""))


@require_safe
def menu(request: HttpRequest, key: str) -> HttpResponse:
    """The views of a list and the form that saves the present one: a fragment for a menu that is opened."""
    kind = kind_for(request, key)
    current = chosen(request, kind)
    user = request.user
    entries = [
        {"url": address(view), "name": view.name, "active": current is not None and view.pk == current.pk,
         "owner": "" if view.owner_id == user.pk else str(view.owner)}
        for view in listing.all_of(kind, user)
    ]  # fmt: skip
    query = request.GET.copy()
    look = query.pop("look", ["list"])[-1]
    sharing = [(code, label) for code, label in SavedView.Shared.choices if actions.may_share(user, code)]
    context = {
        "object": kind,
        "entries": entries,
        "all_url": f"{reverse('list', args=[kind.key])}?view={NONE}",
        "current": current,
        "may_change": current is not None and actions.may_change(current, user),
        "sharing": sharing,
        "may_open_for_all": actions.may_share(user, SavedView.Shared.EVERYONE),
        "query": query.urlencode(),
        "look": look,
    }
    return render(request, "core/lists/view_menu.html", context)


@require_POST
def save(request: HttpRequest, key: str) -> HttpResponse:
    """Save the list as it is shown: a new view, or the present one anew."""
    kind = kind_for(request, key)
    given = request.POST
    view = _named(request, kind) if given.get("view") and given.get("anew") != "1" else None
    saved = actions.save_view(
        kind=kind,
        by=request.user,
        name=given.get("name", ""),
        query=given.get("query", ""),
        look=given.get("look", "list"),
        shared=given.get("shared", SavedView.Shared.PRIVATE),
        opens=given.get("opens") == "1",
        view=view,
    )
    return _go(request, address(saved))


@require_POST
def delete(request: HttpRequest, key: str) -> HttpResponse:
    kind = kind_for(request, key)
    actions.delete_view(view=_named(request, kind), by=request.user)
    return _go(request, f"{reverse('list', args=[kind.key])}?view={NONE}")


@require_POST
def first(request: HttpRequest, key: str) -> HttpResponse:
    """Open the user's list with this view from now on."""
    kind = kind_for(request, key)
    view = _named(request, kind) if request.POST.get("view") else None
    actions.open_first(kind=kind, by=request.user, view=view)
    return _go(request, address(view) if view else f"{reverse('list', args=[kind.key])}?view={NONE}")


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, key: str) -> HttpResponse:
    """Which columns the list shows and in which order. Its buttons move one; `save` keeps them for the user."""
    kind = kind_for(request, key)
    given = request.POST if request.method == "POST" else request.GET
    view = listing.one(kind, request.user, given.get("view", ""))
    do = request.POST.get("do", "")
    picked = request.POST.getlist("columns") if do else listing.columns_of(kind, request.user, view)
    picked = listing.readable(kind, request.user, list(dict.fromkeys(picked)))
    if do in {"save", "reset"}:
        wanted = picked if do == "save" else []
        actions.choose_columns(kind=kind, by=request.user, columns=wanted, view=view)
        query = given.get("query", "")
        return _go(
            request,
            f"{reverse('list', args=[kind.key])}?{query}" if query else reverse("list", args=[kind.key]),
        )
    picked = _moved(picked, do)
    rest = [path for path in listing.offered(kind, request.user) if path not in picked]
    context: dict[str, Any] = {
        "object": kind,
        "picked": [(path, filters.label_of(kind, path)) for path in picked],
        "rest": [(path, filters.label_of(kind, path)) for path in rest],
        "view": given.get("view", ""),
        "query": given.get("query", "") if do else request.GET.urlencode(),
    }
    return render(request, "core/lists/columns.html", context)


def _moved(paths: list[str], do: str) -> list[str]:
    what, _colon, path = do.partition(":")
    found = list(paths)
    if what == "add" and path not in found:
        return [*found, path]
    if path in found:
        at = found.index(path)
        found.remove(path)
        if what == "up":
            found.insert(max(at - 1, 0), path)
        elif what == "down":
            found.insert(at + 1, path)
    return found


def _named(request: HttpRequest, kind: ObjectType) -> SavedView:
    view = listing.one(kind, request.user, request.POST.get("view", ""))
    if view is None:
        raise NotFound(_("There is no such view, or it is not shared with you."))
    return view


def _go(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if is_fragment(request) else redirect(url)
