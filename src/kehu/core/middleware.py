"""What every request goes through: the user's language, the sign-in, refusals turned into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from kehu.core import clock
from kehu.core.api import limits, problems
from kehu.core.changes import origin
from kehu.core.database import collided
from kehu.core.errors import Collision, Refused

Answer = Callable[[HttpRequest], HttpResponse]
OPEN_PATHS = ("/accounts/", "/static/", "/api/", "/f/", "/language", "/health", "/favicon.ico")


class LanguageOfUser:
    """The language that the user has chosen; before the sign-in the cookie's, then the browser's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The person himself from here on: what Django puts there looks the user up again at every mention of him.
        request.user = get_user(request)  # type: ignore[assignment]
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(
            settings.LANGUAGE_COOKIE_NAME, ""
        )
        known = {code for code, _name in settings.LANGUAGES}
        language = chosen if chosen in known else translation.get_language_from_request(request)
        with translation.override(language), timezone.override(clock.zone()):
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SignInRequired:
    """No page without a right: whatever is not open to all asks for the sign-in first."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated or request.path.startswith(OPEN_PATHS):
            return kept_private(self.get_response(request))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": settings.LOGIN_REDIRECT_URL})
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def kept_private(response: HttpResponse) -> HttpResponse:
    """An address has a page and a part of it, different for each person: no proxy and no way back mixes them up."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    return response


class Origin:
    """Changes say from where they come; the API says more where it knows the token."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with origin.coming_from("api" if request.path.startswith("/api/") else "page"):
            return self.get_response(request)


class Refusals:
    """A refusal becomes a page, a fragment or JSON with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if collided(error):
            error = Collision()
        if not isinstance(error, Refused):
            return None
        if request.path.startswith("/api/") or request.headers.get("Accept") == "application/json":
            return problems.refusal(request, error)
        template = "core/refused_fragment.html" if request.headers.get("HX-Request") else "core/refused.html"
        context = {"sentence": str(error), "status": error.status, "heading": error.heading}
        return render(request, template, context, status=error.status)


class ApiAnswers:
    """Every answer of the API says how many calls are left, and every error is a problem (RFC 9457)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/api/"):
            return response
        response = problems.rewritten(request, response)
        limits.tell(request, response)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
