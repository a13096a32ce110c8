"""Who calls: a bearer token, or the session of the browser."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer, SessionAuth

from kehu.core.actions.people import digest
from kehu.core.changes import origin
from kehu.core.models import ApiToken


class Token(HttpBearer):
    """`Authorization: Bearer kehu_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = ApiToken.objects.filter(digest=digest(token), revoked_at=None).select_related("user__team")
        given = found.first()
        if given is not None and given.expires_at is not None and given.expires_at <= timezone.now():
            return None
        if given is None or not given.user.is_active or given.user.deleted_at is not None:
            return None
        request.user = given.user
        origin.refine(f"api:{given.name}")
        return given.user


class Session(SessionAuth):
    """The signed-in browser; writes need its CSRF token."""
