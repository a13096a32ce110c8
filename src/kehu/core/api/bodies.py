"""Reading the body of a call: JSON as the standard has it, and nothing that no database can keep."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.parser import Parser


class Bodies(Parser):
    """JSON without NaN, Infinity and halves of characters (a lone \\ud800), all of which Python would take."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            found = json.loads(request.body, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise Unreadable(_("The body is no JSON: %(why)s") % {"why": _short(error)}) from error
        if b"\\u" in request.body and not _is_text(found):
            raise Unreadable(_("The body holds half a character (a lone surrogate). Send whole ones."))
        return found


class Unreadable(HttpError):
    def __init__(self, sentence: str) -> None:
        super().__init__(400, sentence)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _short(error: Exception) -> str:
    return "too deep" if isinstance(error, RecursionError) else str(error).splitlines()[0][:200]


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True
