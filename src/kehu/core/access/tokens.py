"""What a token may do of what its person may.

`read` and `write` hold for every object, `lead:read` for one; who may write may read. `admin` is everything the person
may do, people, teams and webhooks with it. A browser's session has no scopes: it is the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kehu.core.errors import Forbidden, Refused

if TYPE_CHECKING:
    from kehu.core.models import ApiToken
    from kehu.core.registry import ObjectType

READ, WRITE, ADMIN = "read", "write", "admin"
# What steers the installation: writing it takes the scope of an administrator.
STEERING = frozenset({"user", "team", "webhook"})
FORM = re.compile(r"(?:[a-z_]+:)?(?:read|write)|admin")


def checked(scopes: Iterable[str]) -> list[str]:
    """Scopes without repetition; refuses one that there is not."""
    from kehu.core import registry

    found = list(dict.fromkeys(scope.strip() for scope in scopes if scope.strip()))
    for scope in found:
        key = scope.partition(":")[0] if ":" in scope else ""
        if not FORM.fullmatch(scope) or (key and not registry.known(key)):
            sentence = _("There is no scope “%(scope)s”. Write read, write, admin, or as in lead:read.")
            raise Refused(sentence % {"scope": scope}, fields={"scopes": sentence % {"scope": scope}})
    if not found:
        sentence = _("Say what the token may do.")
        raise Refused(sentence, fields={"scopes": sentence})
    return found


def allows(scopes: Iterable[str], key: str, verb: str) -> bool:
    """Whether scopes allow to `read` or `write` an object type."""
    held = set(scopes)
    if ADMIN in held:
        return True
    if verb == WRITE:
        return key not in STEERING and bool(held & {WRITE, f"{key}:{WRITE}"})
    return bool(held & {READ, WRITE, f"{key}:{READ}", f"{key}:{WRITE}"})


def reaches(request: HttpRequest, key: str, verb: str) -> bool:
    """Whether the scopes of the request's token go this far; those of a browser's session do."""
    token: ApiToken | None = getattr(request, "token", None)
    return token is None or allows(token.scopes, key, verb)


def require_paths(request: HttpRequest, kind: ObjectType, paths: Iterable[str]) -> None:
    """Refuse a token paths into records that its scopes do not reach: what a reference is called is no such path."""
    from kehu.core import registry

    for path in paths:
        for target in registry.passed(kind, path.rpartition(".")[0]):
            require(request, target.key, READ)


def require(request: HttpRequest, key: str, verb: str) -> None:
    """Refuse a token whose scopes do not reach this far."""
    if reaches(request, key, verb):
        return
    needed = ADMIN if verb == WRITE and key in STEERING else f"{key}:{verb}"
    raise Forbidden(_("This token may not do that: it needs the scope “%(scope)s”.") % {"scope": needed})


def require_general(request: HttpRequest, verb: str) -> None:
    """Refuse a token that may `read` or `write` some objects only: what is asked for belongs to none."""
    token: ApiToken | None = getattr(request, "token", None)
    if token is None or set(token.scopes) & {ADMIN, WRITE, verb}:
        return
    raise Forbidden(_("This token may not do that: it needs the scope “%(scope)s”.") % {"scope": verb})
