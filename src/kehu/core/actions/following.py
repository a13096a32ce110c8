"""Following a record, and reading what one was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import access, changes, registry
from kehu.core.errors import Forbidden
from kehu.core.models import Follow, Notice

if TYPE_CHECKING:
    from kehu.core.models import Record, User


@transaction.atomic
def follow(*, record: Record, by: User) -> None:
    """Be told when somebody else changes a record that one may see. Twice is once."""
    access.require(by, "view", record)
    kind = registry.of(record)
    if not kind.carries:
        raise Forbidden(_("This kind of record cannot be followed."))
    follow, _new = Follow.objects.get_or_create(
        user=by, object_type=kind.key, object_id=record.pk, defaults={"since": changes.newest()}
    )
    if follow.came_with_id is not None:  # from now on of one's own will
        Follow.objects.filter(pk=follow.pk).update(came_with=None)


@transaction.atomic
def unfollow(*, record: Record, by: User) -> None:
    """Hear no more of a record."""
    Follow.objects.filter(user=by, object_type=registry.of(record).key, object_id=record.pk).delete()


@transaction.atomic
def mark_read(*, by: User, notice: int | None = None) -> None:
    """Mark one of the own notices, or all of them, as read."""
    own = Notice.objects.filter(user=by, read_at=None)
    (own if notice is None else own.filter(pk=notice)).update(read_at=timezone.now())
