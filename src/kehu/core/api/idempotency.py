"""Writes that a program may send again: the second call gets the answer of the first.

The key is inserted in the transaction of the write, so both are there or neither. Who sends the same key while the
first call still runs waits for it: on SQLite for the write lock, on PostgreSQL for the row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.core.models import IdempotencyKey

KEPT = timedelta(hours=24)
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
    with transaction.atomic():
        held = _hold(request, key, asked)
        if held is None:
            return _replayed(request, key, asked)
        answer = write()
        held.status, held.answer = answer.status_code, answer.content.decode()
        held.headers = {name: answer[name] for name in ("ETag", "Location") if answer.has_header(name)}
        held.save(update_fields=["status", "answer", "headers"])
    return answer


def fingerprint(request: HttpRequest) -> str:
    """What was asked: the same key with another body or address is a mistake of the caller."""
    parts = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    return hashlib.sha256("\n".join(parts).encode(errors="replace") + b"\n" + request.body).hexdigest()


def forget_old() -> int:
    """Forget answers older than a day; how many."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _hold(request: HttpRequest, key: str, asked: str) -> IdempotencyKey | None:
    """A row of our own for the key; nothing where another call has answered it."""
    mine = IdempotencyKey.objects.filter(user_id=request.user.pk, key=key)
    mine.filter(created_at__lt=timezone.now() - KEPT).delete()
    table = IdempotencyKey._meta.db_table
    empty = "'{}'::jsonb" if connection.vendor == "postgresql" else "'{}'"
    now = IdempotencyKey._meta.get_field("created_at").get_db_prep_save(timezone.now(), connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (user_id, key, request, status, headers, answer, created_at) "
            f"VALUES (%s, %s, %s, 0, {empty}, '', %s) ON CONFLICT (user_id, key) DO NOTHING",
            [request.user.pk, key, asked, now],
        )
        inserted = cursor.rowcount == 1
    return mine.get() if inserted else None


def _replayed(request: HttpRequest, key: str, asked: str) -> HttpResponse:
    found = IdempotencyKey.objects.get(user_id=request.user.pk, key=key)
    if found.request != asked:
        sentence = _("This key was sent with another request. Take a new key for a new request.")
        raise Refused(sentence, fields={HEADER: sentence})
    answer = HttpResponse(found.answer, status=found.status, content_type="application/json; charset=utf-8")
    for name, value in found.headers.items():
        answer[name] = value
    answer[REPEATED] = "true"
    return answer
