"""Problem details (RFC 9457): the one form of every error of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy

from kehu.core.errors import Refused

MEDIA = "application/problem+json"
# By status: the name in `type`, the title, and the sentence where nothing more is known.
KINDS: dict[int, tuple[str, Any, Any]] = {
    400: ("unreadable", gettext_lazy("Unreadable request"), gettext_lazy("The request cannot be read.")),
    401: ("signed-out", gettext_lazy("Not signed in"), gettext_lazy("Sign in, or send a token.")),
    403: ("forbidden", gettext_lazy("Not allowed"), gettext_lazy("Your role does not allow this.")),
    404: ("not-found", gettext_lazy("Not found"), gettext_lazy("There is no such page.")),
    405: ("method", gettext_lazy("Method not allowed"), gettext_lazy("This address does not take that method.")),
    409: ("conflict", gettext_lazy("Conflict"), gettext_lazy("Something else happened meanwhile.")),
    412: ("changed", gettext_lazy("Changed meanwhile"), gettext_lazy("The record was changed meanwhile.")),
    413: ("too-large", gettext_lazy("Too large"), gettext_lazy("The request is too large. Send it in parts.")),
    422: ("invalid", gettext_lazy("Invalid values"), gettext_lazy("A value makes no sense.")),
    429: ("too-many", gettext_lazy("Too many requests"), gettext_lazy("Too many requests. Wait a moment.")),
    500: ("failure", gettext_lazy("Failure"), gettext_lazy("Something failed here. The administrator can see it.")),
}  # fmt: skip
UNKNOWN = ("problem", gettext_lazy("Problem"), gettext_lazy("The request was not answered."))

# Where a call may hold a value: the first step of what ninja says of a place.
KINDS_OF_PLACE = frozenset({"body", "query", "path", "header", "cookie", "form", "file"})
# What pydantic finds wrong, in the words that forms have for it: Django translates them.
SENTENCES: dict[str, Any] = {
    "int": forms.IntegerField.default_error_messages["invalid"],
    "decimal": forms.DecimalField.default_error_messages["invalid"],
    "float": forms.FloatField.default_error_messages["invalid"],
    "finite": forms.FloatField.default_error_messages["invalid"],
    "date": forms.DateField.default_error_messages["invalid"],
    "datetime": forms.DateTimeField.default_error_messages["invalid"],
    "missing": forms.Field.default_error_messages["required"],
}


def content(
    request: HttpRequest, status: int, detail: str = "", fields: Mapping[str, str] | None = None
) -> Any:
    """The members of a problem. `fields` says by field what is wrong with it."""
    name, title, usual = KINDS.get(status, UNKNOWN)
    return {
        "type": f"urn:kehu:problem:{name}",
        "title": str(title),
        "status": status,
        "detail": detail or str(usual),
        "instance": request.get_full_path()[:2000],
        "fields": {name: str(text) for name, text in (fields or {}).items()},
    }


def problem(
    request: HttpRequest, status: int, detail: str = "", fields: Mapping[str, str] | None = None
) -> HttpResponse:
    return JsonResponse(content(request, status, detail, fields), status=status, content_type=MEDIA)


def refusal(request: HttpRequest, error: Refused) -> HttpResponse:
    """A refusal of an action, in the words that a page would show."""
    answer = problem(request, error.status, str(error), error.fields)
    for name, value in error.headers.items():
        answer[name] = value
    return answer


def rewritten(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """An error that something below the API answered, such as a method that is not there, as a problem."""
    if answer.status_code < 400 or answer.streaming or answer.headers.get("Content-Type") == MEDIA:
        return answer
    fresh = problem(request, answer.status_code)
    answer.content, answer["Content-Type"] = fresh.content, MEDIA
    if answer.has_header("Content-Length"):
        answer["Content-Length"] = str(len(fresh.content))
    return answer


def invalid(request: HttpRequest, errors: list[dict[str, Any]]) -> HttpResponse:
    """What pydantic says of a body or of parameters, by field."""
    fields = by_field(errors)
    return problem(request, 422, "; ".join(f"{name}: {text}" for name, text in fields.items()), fields)


def by_field(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The first thing wrong with each field, in the words of forms."""
    fields: dict[str, str] = {}
    for item in errors:
        place = item["loc"]
        # A value that may be of several types is refused once for each; the third place is the field of a body.
        name = str(place[0] if place[0] not in KINDS_OF_PLACE else place[2] if _in_body(place) else place[-1])
        known = SENTENCES.get(item["type"].partition("_")[0])
        fields.setdefault(name, str(known or item["msg"]))
    return fields


def _in_body(place: Sequence[Any]) -> bool:
    return place[0] == "body" and len(place) > 2
