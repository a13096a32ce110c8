"""The JSON API: the same objects, rights and actions as the pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from kehu import __version__
from kehu.core import registry
from kehu.core.api.auth import Session, Token
from kehu.core.api.objects import router_for
from kehu.core.errors import Refused

api = NinjaAPI(
    title="Kehu", version=__version__, auth=[Token(), Session()], docs_url="/docs", urls_namespace="api"
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


def problem(title: str, status: int, fields: dict[str, str]) -> HttpResponse:
    body = {"title": title, "status": status, "fields": fields}
    return JsonResponse(body, status=status, content_type="application/problem+json")
