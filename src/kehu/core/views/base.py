"""What the generic pages share: finding the object type and the record that the user may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kehu.core import access, registry
from kehu.core.errors import NotFound
from kehu.core.registry import ObjectType


def kind_for(request: HttpRequest, key: str) -> ObjectType:
    """The object type of an address; none that the user's role does not reach."""
    kind = registry.get(key)
    if not access.sees(request.user, kind):
        raise NotFound(_("There is no such page."))
    return kind


def record_for(request: HttpRequest, kind: ObjectType, pk: int, *, deleted: bool = False) -> Any:
    """The record of an address, or the answer that says nothing about whether it exists."""
    records = kind.model.everything if deleted else kind.model.objects
    record = records.filter(pk=pk).filter(kind.policy.scope("view", request.user).q(request.user)).first()
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return record


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks: the same address then answers with the part of the page that changes."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def show(request: HttpRequest, page: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page, or for htmx its fragment of the same name."""
    template = f"core/pages/{page}_fragment.html" if is_fragment(request) else f"core/pages/{page}.html"
    return render(request, template, context, status=status)


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Go on after a write; htmx is told to load the page, as a plain redirect would land inside a fragment.

    A form with `stay` wants just that: the fragment of the page that it stands on.
    """
    target = request.POST.get("next") or url
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = url
    return redirect(target) if "stay" in request.POST else lead_to(request, target)


def lead_to(request: HttpRequest, url: str) -> HttpResponse:
    """Load another page of ours: htmx is told so, as it would put what a redirect leads to into the fragment."""
    if is_fragment(request):
        # A header takes no line break and no character beyond Latin; a plain redirect writes them the same way.
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(url)})
    return redirect(url)
