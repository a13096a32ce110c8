"""Writes that may be asked for twice, by a program that lost the answer or by a double click: done once.

The key is inserted in the transaction of the write, so both are there or neither. Who sends the same key while the
first call still runs waits for it: on SQLite for the write lock, on PostgreSQL for the row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from kehu.core.models import IdempotencyKey, User

KEPT = timedelta(hours=24)
HEADERS = ("Content-Type", "ETag", "Location", "HX-Redirect")


def answer_once(
    user: User,
    key: str,
    asked: str,
    write: Callable[[], HttpResponse],
    *,
    keeps: Callable[[HttpResponse], bool],
) -> HttpResponse | IdempotencyKey:
    """The answer of a write, or what is kept of the call that had this key before.

    `asked` is the digest of what is asked for. An answer that `keeps` refuses is of a call that wrote nothing.
    """
    with transaction.atomic():
        held = _hold(user, key, asked)
        if held is None:
            return IdempotencyKey.objects.get(user_id=user.pk, key=key)
        answer = write()
        if not keeps(answer):
            held.delete()
            return answer
        held.status, held.answer = answer.status_code, answer.content.decode()
        held.headers = {name: answer[name] for name in HEADERS if answer.has_header(name)}
        held.save(update_fields=["status", "answer", "headers"])
    return answer


def again(kept: IdempotencyKey) -> HttpResponse:
    """The answer that was given."""
    return HttpResponse(kept.answer, status=kept.status, headers=kept.headers)


def digest(*parts: str, body: bytes = b"") -> str:
    return hashlib.sha256("\n".join(parts).encode(errors="replace") + b"\n" + body).hexdigest()


def forget_old() -> int:
    """Forget answers older than a day; how many."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _hold(user: User, key: str, asked: str) -> IdempotencyKey | None:
    """A row of our own for the key; nothing where another call has answered it."""
    mine = IdempotencyKey.objects.filter(user_id=user.pk, key=key)
    mine.filter(created_at__lt=timezone.now() - KEPT).delete()
    table = IdempotencyKey._meta.db_table
    empty = "'{}'::jsonb" if connection.vendor == "postgresql" else "'{}'"
    now = IdempotencyKey._meta.get_field("created_at").get_db_prep_save(timezone.now(), connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (user_id, key, request, status, headers, answer, created_at) "
            f"VALUES (%s, %s, %s, 0, {empty}, '', %s) ON CONFLICT (user_id, key) DO NOTHING",
            [user.pk, key, asked, now],
        )
        inserted = cursor.rowcount == 1
    return mine.get() if inserted else None
