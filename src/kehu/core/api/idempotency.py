"""Writes that a program may send again: the second call gets the answer of the first."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.core.models import IdempotencyKey
from kehu.core.once import again, answer_once, digest

LONGEST = 200
HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Replayed"


def once(request: HttpRequest, write: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of a write, made once for each key of a person; without a key simply made."""
    key = request.headers.get(HEADER, "")
    if not key:
        return write()
    if len(key) > LONGEST or not key.isprintable():
        raise Refused(_("A key has at most 200 printable characters."), fields={HEADER: ""})
    asked = fingerprint(request)
    answer = answer_once(request.user, key, asked, write, keeps=lambda answer: True)
    if not isinstance(answer, IdempotencyKey):
        return answer
    if answer.request != asked:
        sentence = _("This key was sent with another request. Take a new key for a new request.")
        raise Refused(sentence, fields={HEADER: sentence})
    repeated = again(answer)
    repeated[REPEATED] = "true"
    return repeated


def fingerprint(request: HttpRequest) -> str:
    """What was asked: the same key with another body or address is a mistake of the caller."""
    parts = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    return digest(*parts, body=request.body)
