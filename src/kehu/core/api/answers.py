"""What endpoints share: finding the object type and the record, and the answer with its headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kehu.core import access
from kehu.core.access import tokens
from kehu.core.api.etags import etag, unchanged
from kehu.core.api.values import as_json, selected
from kehu.core.errors import NotFound
from kehu.core.registry import ObjectType

JSON = "application/json; charset=utf-8"


def enter(kind: ObjectType, request: HttpRequest, verb: str) -> None:
    """The token reaches the object type, and so does the role."""
    tokens.require(request, kind.key, verb)
    if not access.sees(request.user, kind):
        raise NotFound(_("There is no such page."))


def find(
    kind: ObjectType, request: HttpRequest, pk: int, *, verb: str = tokens.READ, deleted: bool = False
) -> Any:
    """A record that the caller may see; one that may not be seen answers like one that does not exist."""
    enter(kind, request, verb)
    source = kind.model.everything if deleted else kind.model.objects
    record = source.visible_to(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return record


def answered(content: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False), status=status, content_type=JSON)


def record_answered(
    kind: ObjectType,
    record: Any,
    request: HttpRequest,
    *,
    status: int = 200,
    fields: str = "",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A record with its version and `more`; 304 without a body where the caller has that version already."""
    tag = etag(kind, record)
    if request.method == "GET" and unchanged(request, tag):
        answer = HttpResponse(status=304)
        answer.headers.pop("Content-Type", None)
    else:
        paths = selected(kind, fields, request)
        answer = answered({**as_json(kind, [record], request.user, paths)[0], **(more or {})}, status)
    answer["ETag"] = tag
    if status == 201:
        answer["Location"] = f"/api/{kind.key}/{record.pk}"
    return answer
