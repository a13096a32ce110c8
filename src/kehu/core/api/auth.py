"""Who calls: a bearer token, or the session of the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer, SessionAuth

from kehu.core.actions.tokens import digest
from kehu.core.api import limits
from kehu.core.models import ApiToken

# A token's last use is written no more often than this.
USE_KNOWN_TO = timedelta(minutes=1)


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
        return given.user


def good_token(secret: str) -> ApiToken | None:
    """The token that somebody still at work may call with."""
    given = (
        ApiToken.objects.filter(digest=digest(secret), revoked_at=None).select_related("user__team").first()
    )
    if given is None or (given.expires_at is not None and given.expires_at <= timezone.now()):
        return None
    return given if given.user.is_active and given.user.deleted_at is None else None


class Session(SessionAuth):
    """The signed-in browser; writes need its CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        if user is not None:
            limits.take(request, f"user:{user.pk}")
        return user
