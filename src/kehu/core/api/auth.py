"""Who calls: a bearer token, or the session of the browser."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer, SessionAuth

from kehu.core.actions.tokens import digest
from kehu.core.api import limits
from kehu.core.changes import origin
from kehu.core.models import ApiToken

# A token's last use is written no more often than this.
USE_KNOWN_TO = timedelta(minutes=1)
# Whatever of a token, its person and the person's team may change what the token may do.
STANDS = """
SELECT token.id, token.revoked_at, token.expires_at, token.used_at, token.scopes, person.updated_at, person.role,
       person.is_active, person.deleted_at, team.id, team.path, team.updated_at
FROM core_apitoken AS token JOIN core_user AS person ON person.id = token.user_id
LEFT JOIN core_team AS team ON team.id = person.team_id
WHERE token.digest = %s
"""
MOST_KEPT = 1000
_kept: dict[str, tuple[tuple[Any, ...], ApiToken]] = {}


class Token(HttpBearer):
    """`Authorization: Bearer kehu_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        given = good_token(token)
        if given is None:
            return None
        request.user = given.user
        request.token = given  # type: ignore[attr-defined]
        limits.take(request, f"token:{given.pk}")
        now = timezone.now()
        if given.used_at is None or now - given.used_at > USE_KNOWN_TO:
            ApiToken.objects.filter(pk=given.pk).update(used_at=now)
        origin.refine(f"api:{given.name}")
        return given.user


def good_token(secret: str) -> ApiToken | None:
    """The token that somebody still at work may call with."""
    given = _held(digest(secret))
    if given is None or given.revoked_at is not None:
        return None
    if given.expires_at is not None and given.expires_at <= timezone.now():
        return None
    return given if given.user.is_active and given.user.deleted_at is None else None


def _held(key: str) -> ApiToken | None:
    """A token with its person, made of one small question: whether what this process read of them still stands."""
    with connection.cursor() as cursor:
        cursor.execute(STANDS, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    kept = _kept.get(key)
    if kept is None or kept[0] != row:
        found = ApiToken.objects.filter(digest=key).select_related("user__team").first()
        if found is None:
            return None
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        kept = _kept[key] = row, found
    given = copy(kept[1])
    given.user = copy(given.user)  # what one request keeps on its user is not for the next
    return given


class Session(SessionAuth):
    """The signed-in browser; writes need its CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        if user is not None:
            limits.take(request, f"user:{user.pk}")
        return user
