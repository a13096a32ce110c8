"""Making and revoking the keys of programs."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import access
from kehu.core.access import roles
from kehu.core.access import tokens as scopes_of_tokens
from kehu.core.errors import Forbidden, NotFound, Refused
from kehu.core.models import ApiToken, User

SHOWN = 10
MOST_DAYS = 3650


@transaction.atomic
def issue_token(
    *, user: User, name: str, days: int = 365, scopes: Iterable[str] = ("admin",), by: User | None = None
) -> str:
    """A new token of a person; the answer is the only time that it can be read.

    People make tokens for themselves; `by` is empty on the command line, where whoever may run it is the
    administrator. `days` is how long it is good for.
    """
    if by is not None and by.pk != user.pk:
        raise Forbidden(_("Everyone makes tokens for themselves only."))
    if not user.is_active:
        raise Refused(_("%(name)s no longer works here. Choose somebody else.") % {"name": user})
    name = name.strip()
    if not name or len(name) > 100 or "\x00" in name:
        sentence = _("Give the token a name of at most 100 characters, such as the program's.")
        raise Refused(sentence, fields={"name": sentence})
    if not 1 <= days <= MOST_DAYS:
        sentence = _("A token is good for 1 to 3,650 days.")
        raise Refused(sentence, fields={"days": sentence})
    secret = "kehu_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest(secret),
        hint=secret[:SHOWN],
        scopes=scopes_of_tokens.checked(scopes),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User | None) -> None:
    """End a token at once; its person, an administrator or the command line may. Twice is once."""
    if by is not None and by.pk != token.user_id and by.role != roles.ADMINISTRATOR:
        raise NotFound(_("There is no such record, or you may not see it."))
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def tokens_for(user: User) -> list[ApiToken]:
    """The tokens that a person sees: the own ones, for an administrator everybody's; the newest first."""
    found = ApiToken.objects.select_related("user").order_by("-id")
    if user.role != access.roles.ADMINISTRATOR:
        found = found.filter(user=user)
    return list(found[:500])


def digest(secret: str) -> str:
    """What is kept of a token. Tokens are long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
