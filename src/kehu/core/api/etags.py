"""Versions of a record: the ETag that it is read with, and the conditions that a call names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from kehu.core.registry import ObjectType

ANY = "*"


def etag(kind: ObjectType, record: Any) -> str:
    """A strong tag that differs after every change of the record itself."""
    moment: datetime = record.updated_at
    return f'"{kind.key}-{record.pk}-{int(moment.timestamp() * 1_000_000):x}"'


def named(request: HttpRequest, header: str) -> set[str]:
    """The tags that a header names; `*` means any. A weak tag never equals a strong one."""
    return {tag.strip() for tag in request.headers.get(header, "").split(",") if tag.strip()}


def unchanged(request: HttpRequest, tag: str) -> bool:
    """Whether the caller has this version already."""
    known = named(request, "If-None-Match")
    return bool({tag.removeprefix("W/") for tag in known} & {tag}) or ANY in known


def expected(request: HttpRequest, kind: ObjectType) -> Any:
    """A check that the stored record is the version the caller knows; none where the call names no version."""
    wanted = named(request, "If-Match")
    if not wanted or ANY in wanted:
        return None
    return lambda record: etag(kind, record) in wanted
