"""The keys of programs: everyone makes and ends the own ones, an administrator sees all."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kehu.core import registry
from kehu.core.access import roles
from kehu.core.actions import tokens
from kehu.core.errors import NotFound, Refused
from kehu.core.forms import TokenForm, objects
from kehu.core.models import ApiToken, User
from kehu.core.views.base import go_to
from kehu.core.views.notices import done


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: HttpRequest) -> HttpResponse:
    """The list and the form of a new token; the answer to the form is the only page that shows it."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            secret = tokens.issue_token(
                user=request.user,
                by=request.user,
                name=given["name"],
                days=given["days"],
                scopes=form.scopes(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            form = TokenForm()
    context = {
        "page": {"title": _("API tokens")},
        "form": form,
        "objects": _objects(form),
        "secret": secret,
        "rows": [row(token) for token in tokens.tokens_for(request.user)],
        "everybody": request.user.role == roles.ADMINISTRATOR,
        "address": request.build_absolute_uri("/api/"),
    }
    status = 422 if form.errors else 200
    return render(request, "core/pages/tokens.html", context, status=status)


def _objects(form: TokenForm) -> list[dict[str, Any]]:
    """Each object once, with what is chosen for it."""
    reads, writes = form["reads"].value() or (), form["writes"].value() or ()
    return [
        {"key": key, "label": label, "reads": key in reads, "writes": key in writes}
        for key, label in objects()
    ]


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token."""
    token = ApiToken.objects.filter(pk=pk).first()
    if token is None or not visible(token, request.user):
        raise NotFound(_("There is no such record, or you may not see it."))
    tokens.revoke_token(token=token, by=request.user)
    done(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return go_to(request, reverse("tokens"))


def visible(token: ApiToken, user: User) -> bool:
    return token.user_id == user.pk or user.role == roles.ADMINISTRATOR


def row(token: ApiToken) -> dict[str, Any]:
    """One token as the page shows it."""
    if token.revoked_at is not None:
        state, look = _("revoked"), "bad"
    elif token.expires_at is not None and token.expires_at <= timezone.now():
        state, look = _("expired"), "warn"
    else:
        state, look = _("in force"), "good"
    return {
        "token": token,
        "state": state,
        "look": look,
        "may": ", ".join(words(scope) for scope in token.scopes),
        "revoke_url": reverse("token-revoke", args=[token.pk]) if token.revoked_at is None else "",
    }


def words(scope: str) -> str:
    """A scope as people read it."""
    key, _colon, verb = scope.rpartition(":")
    what = {"read": _("read"), "write": _("read and write"), "admin": _("everything")}.get(verb, verb)
    if not key:
        return what
    label = registry.get(key).label_plural if registry.known(key) else key
    return _("%(object)s: %(what)s") % {"object": label, "what": what}
