"""The JSON API: the same objects, rights and actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kehu import __version__
from kehu.core import registry
from kehu.core.api.auth import Session, Token
from kehu.core.api.objects import router_for
from kehu.core.errors import Refused


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
for _kind in registry.all():
    api.add_router(f"/{_kind.key}", router_for(_kind), tags=[str(_kind.key)])


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """A refusal as problem details (RFC 9457)."""
    return problem(str(error), error.status, error.fields)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {str(item["loc"][-1]): str(item["msg"]) for item in error.errors}
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


def no_such_address(request: HttpRequest, rest: str) -> HttpResponse:
    """Whatever is not in the API."""
    return problem(_("There is no such page."), 404, {})


def problem(title: str, status: int, fields: dict[str, str]) -> HttpResponse:
    body = {"title": title, "status": status, "fields": fields}
    return JsonResponse(body, status=status, content_type="application/problem+json")
