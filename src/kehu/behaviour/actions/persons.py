"""Saying who a visitor is: what the browser did before joins the person from then on."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kehu.behaviour.models import Visitor
from kehu.core import access, changes, clock, registry
from kehu.core.errors import Conflict
from kehu.core.models import User

SALT = "kehu.behaviour"
# As long as a mail may lie before somebody opens it.
GOOD_FOR = 180 * 24 * 3600


def token_for(record: Any) -> str:
    """What a link to the company's site carries, so that the script there knows who came: signed, good for 180 days."""
    return signing.dumps([registry.of(record).key, record.pk], salt=SALT, compress=True)


def reads(token: str) -> tuple[str, int] | None:
    """The object type and id that a token names; nothing where it is not ours or too old."""
    try:
        key, pk = signing.loads(token[:500], salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (key, pk) if registry.known(key) else None


def identify(*, visitor: str, record: Any, by: User | None, how: str = "") -> Visitor:
    """Join a visitor's history, and what comes, to a record; again the same is nothing.

    Conflict where the visitor is somebody else already: one browser that two people use starts anew as another.
    """
    if by is not None:
        access.require(by, "change", record)
    kind = registry.of(record)
    known = Visitor.objects.filter(visitor=visitor).first()
    if known is None:
        known = Visitor(
            visitor=visitor, object_type=kind.key, object_id=record.pk, known_at=clock.now(), how=how
        )
        try:
            with transaction.atomic():
                changes.save(known, by=by, verb="create")
            return known
        except IntegrityError:
            known = Visitor.objects.get(visitor=visitor)
    if (known.object_type, known.object_id) != (kind.key, record.pk):
        raise Conflict(_("This visitor is known as somebody else already."))
    return known
