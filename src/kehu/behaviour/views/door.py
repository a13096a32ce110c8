"""The door for events: answered before sessions, sign-in and language, as it is asked thousands of times a second."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kehu.behaviour import queries
from kehu.behaviour.actions import intake
from kehu.core import access, registry
from kehu.core.access import tokens
from kehu.core.api.auth import good_token
from kehu.core.changes import origin
from kehu.core.errors import Forbidden, NotFound, Refused

BROWSERS, SERVERS, SCRIPT = "/e", "/api/events", "/kehu.js"
# A browser sends at most 64 kB as it leaves a page; a server sends a thousand events.
LARGEST = {BROWSERS: 256 << 10, SERVERS: 4 << 20}
SCRIPT_KEPT = 3600
AHEAD = frozenset({"prefetch", "prerender", "preview"})


class Door:
    """Middleware that answers the addresses of the intake itself and lets all others through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == BROWSERS:
            return from_browser(request)
        if request.path_info == SERVERS:
            return from_server(request)
        if request.path_info == SCRIPT:
            return script(request)
        return self.get_response(request)


def from_browser(request: HttpRequest) -> HttpResponse:
    """POST /e: an envelope with the site's key, from a page of one of the site's origins."""
    given = request.headers.get("Origin", "")
    if request.method == "OPTIONS":
        allowed = any(given in site.origins for site in queries.doors().values())
        return _shared(HttpResponse(status=204 if allowed else 403), given if allowed else "")
    try:
        envelope = intake.envelope_of(_body(request, BROWSERS))
        site = _site(envelope.get("site"))
        if given not in site.origins:
            raise Forbidden(_("Pages of this origin may not send events to this site."))
        taken = _take(request, site, envelope, trusted=False)
    except Refused as refusal:
        return _shared(_refused(refusal), given)
    return _shared(_told(taken), given)


def from_server(request: HttpRequest) -> HttpResponse:
    """POST /api/events: the same from a program, with a token that may write events."""
    try:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        token = good_token(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            answer = _refused(Refused(_("Sign in, or send a token.")), 401)
            answer["WWW-Authenticate"] = "Bearer"
            return answer
        if not tokens.allows(token.scopes, "event", tokens.WRITE):
            raise Forbidden(
                _("This token may not do that: it needs the scope “%(scope)s”.") % {"scope": "event:write"}
            )
        envelope = intake.envelope_of(_body(request, SERVERS))
        site = _site(envelope.get("site") or request.GET.get("site"))
        access.require(token.user, "change", registry.get("site"))
        with origin.coming_from(f"api:{token.name}"):
            return _told(_take(request, site, envelope, trusted=True))
    except Refused as refusal:
        return _refused(refusal)


def script(request: HttpRequest) -> HttpResponse:
    """GET /kehu.js: what a site's pages load, at an address that stays."""
    path = finders.find("kehu/site.js")
    if path is None or request.method not in ("GET", "HEAD"):
        return HttpResponse(status=404 if path is None else 405)
    with open(path, "rb") as file:
        answer = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={SCRIPT_KEPT}"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _body(request: HttpRequest, address: str) -> bytes:
    if request.method != "POST":
        raise WrongMethod(_("Events are sent with POST."))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST[address]:
        raise TooLarge(_("The request is too large. Send it in parts."))
    raw = request.read()
    if not raw:
        raise Refused(_("There is nothing in the call."))
    return raw


class TooLarge(Refused):
    status = 413


class WrongMethod(Refused):
    status = 405


def _site(key: Any) -> queries.Door:
    site = queries.doors().get(key) if type(key) is str else None
    if site is None:
        raise NotFound(_("There is no site with this key."))
    if not site.active:
        raise Forbidden(_("This site takes no events at present."))
    return site


def _take(
    request: HttpRequest, site: queries.Door, envelope: Mapping[str, Any], *, trusted: bool
) -> intake.Taken:
    headers = request.headers
    purpose = headers.get("Sec-Purpose") or headers.get("Purpose") or headers.get("X-Moz", "")
    return intake.take(
        site=site,
        envelope=envelope,
        agent=headers.get("User-Agent", ""),
        trusted=trusted,
        ahead=bool(AHEAD & set(purpose.lower().replace(";", " ").split())),
    )


def _told(taken: intake.Taken) -> HttpResponse:
    refused = [{"position": position, "reason": reason} for position, reason in taken.refused]
    status = 422 if refused and not taken.accepted else 202
    return _json({"accepted": taken.accepted, "refused": refused}, status)


def _refused(refusal: Refused, status: int = 0) -> HttpResponse:
    return _json({"detail": str(refusal), "status": status or refusal.status}, status or refusal.status)


def _json(value: Any, status: int) -> HttpResponse:
    answer = HttpResponse(
        json.dumps(value, ensure_ascii=False), status=status, content_type="application/json"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _shared(answer: HttpResponse, given: str) -> HttpResponse:
    """Other origins may call and read the answer; without cookies, so nothing of a person goes along."""
    if given:
        answer["Access-Control-Allow-Origin"] = given
        answer["Access-Control-Allow-Methods"] = "POST"
        answer["Access-Control-Allow-Headers"] = "Content-Type"
        answer["Access-Control-Max-Age"] = "86400"
    answer["Vary"] = "Origin"
    return answer
