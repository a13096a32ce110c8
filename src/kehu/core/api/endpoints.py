"""The API put together: one router per declared object, and how it says no."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kehu import __version__
from kehu.core.api import batches, imports, problems, work
from kehu.core.api.auth import Session, Token
from kehu.core.api.bodies import Bodies
from kehu.core.api.buttons import add_buttons
from kehu.core.api.current import Current
from kehu.core.api.description import ABOUT, DescribedApi
from kehu.core.api.files import add_files
from kehu.core.api.objects import router_for
from kehu.core.errors import Refused
from kehu.core.registry import ObjectType


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The description of the API is for people who may use it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and Token()(request) is None:
            return problems.problem(request, 401)
        return view(request, *args, **kwargs)

    return guarded


api = DescribedApi(
    title="Kehu",
    version=__version__,
    description=ABOUT,
    auth=[Token(), Session()],
    parser=Bodies(),
    docs_url="/docs",
    docs_decorator=signed_in,
    urls_namespace="api",
)


# The description is written once, in English, whoever asks first.
def _router_of(kind: ObjectType) -> Router:
    with translation.override("en"):
        router = router_for(kind)
        add_buttons(router, kind)
        add_files(router, kind)
    return router


api.add_router("", imports.router, tags=["import"])
api.add_router("/batches", batches.router, tags=["batches"])
api.add_router("/work", work.router, tags=["work"])
addresses = (Current(api, _router_of), "ninja", "api")


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """A refusal as problem details (RFC 9457)."""
    return problems.refusal(request, error)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.invalid(request, error.errors)


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = problems.problem(request, 401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.problem(request, 404)


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problems.problem(request, 413)


@api.exception_handler(HttpError)
def refused_by_framework(request: HttpRequest, error: HttpError) -> HttpResponse:
    forged = error.status_code == 403
    sentence = _("This form is no longer good. Load the page again.") if forged else error.message
    return problems.problem(request, error.status_code, sentence)


@csrf_exempt
def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever is not in the API; a program that posts there is told so too, as nothing is written."""
    return problems.problem(request, 404)
