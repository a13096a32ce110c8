"""The JSON API: the same objects, rights and actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kehu import __version__
from kehu.core.api.auth import Session, Token
from kehu.core.api.buttons import add_buttons
from kehu.core.api.current import Current
from kehu.core.api.objects import router_for
from kehu.core.errors import Refused
from kehu.core.registry import ObjectType


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description of the API is for people who may use it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and Token()(request) is None:
            return problem(_("Sign in, or send a token."), 401, {})
        return view(request, *args, **kwargs)

    return guarded


api = NinjaAPI(
    title="Kehu",
    version=__version__,
    auth=[Token(), Session()],
    docs_url="/docs",
    docs_decorator=signed_in,
    urls_namespace="api",
)


def _router_of(kind: ObjectType) -> Router:
    router = router_for(kind)
    add_buttons(router, kind)
    return router


addresses = (Current(api, _router_of), "ninja", "api")


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """A refusal as problem details (RFC 9457)."""
    return problem(str(error), error.status, error.fields)


# What pydantic finds wrong, in the words that forms have for it: Django translates them.
SENTENCES: dict[str, Any] = {
    "int": forms.IntegerField.default_error_messages["invalid"],
    "decimal": forms.DecimalField.default_error_messages["invalid"],
    "float": forms.FloatField.default_error_messages["invalid"],
    "date": forms.DateField.default_error_messages["invalid"],
    "datetime": forms.DateTimeField.default_error_messages["invalid"],
    "missing": forms.Field.default_error_messages["required"],
}


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, str] = {}
    for item in error.errors:
        place = item["loc"]
        # A value that may be of several types is refused once for each; the third place is the field of a body.
        name = str(place[2] if place[0] == "body" and len(place) > 2 else place[-1])
        known = SENTENCES.get(item["type"].partition("_")[0])
        fields.setdefault(name, str(known or item["msg"]))
    return problem("; ".join(f"{name}: {text}" for name, text in fields.items()), 422, fields)


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(_("Sign in, or send a token."), 401, {})


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(_("There is no such page."), 404, {})


@api.exception_handler(HttpError)
def refused_by_framework(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.message, error.status_code, {})


@csrf_exempt
def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever is not in the API; a program that posts there is told so too, as nothing is written."""
    return problem(_("There is no such page."), 404, {})


def problem(title: str, status: int, fields: dict[str, str]) -> HttpResponse:
    body = {"title": title, "status": status, "fields": fields}
    return JsonResponse(body, status=status, content_type="application/problem+json")
