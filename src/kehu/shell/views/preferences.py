"""Language and look: kept with the person, so that the server renders them at once."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from kehu.core.actions import people
from kehu.core.errors import Refused
from kehu.core.models import User

THEMES = frozenset({"light", "dark", "auto"})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language; before the sign-in only the cookie remembers it."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Refused(_("Kehu does not speak that language."))
    if request.user.is_authenticated:
        people.set_preferences(user=_me(request), language=chosen)
    response = redirect(_back(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark or what the device says."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        raise Refused(_("There is no such look."))
    people.set_preferences(user=_me(request), theme=chosen)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(_back(request))


def _me(request: HttpRequest) -> User:
    """The person's row itself, as request.user is only a wrapper around it."""
    return User.objects.get(pk=request.user.pk)


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else "/"


@require_safe
@cache_control(public=True, max_age=86_400)
def icon(request: HttpRequest) -> HttpResponse:
    """Pages carry their icon; for a bare file the browser asks here, and there is none."""
    return HttpResponse(status=204)
