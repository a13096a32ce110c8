"""Searching all records for duplicates: when somebody asks for it, and by itself at night; who is told of new pairs.

The search is long work whose step the warehouse declares.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation

from kehu.core import changes, clock, registry, work
from kehu.core.access import roles
from kehu.core.duplicates import pairs
from kehu.core.models import Change, Company, Notice, User, Work
from kehu.core.models.company import OFF, WEEKLY

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kehu.core.registry import ObjectType

SEARCH = "duplicates"
# The hours of the company's night. Where the machine sleeps then, a day later it is made up for at any hour.
NIGHT = range(1, 5)
DAY = timedelta(days=1)
# A little less than whole days, as no night begins at the same second.
SLACK = timedelta(hours=4)
CHUNK = 500


def searches(kind: ObjectType, user: User) -> QuerySet[Work]:
    """The searches of an object type that a person has begun, the newest first."""
    return work.visible_to(user).filter(name=SEARCH, parameters__kind=kind.key).order_by("-pk")


def begin(kind: ObjectType, *, by: User, alone: bool = False) -> Work:
    """Compare all records that the person may see, in the background; the search that runs already, where one does.

    `alone`: nobody has asked for it, so that those whom it concerns are told of what is new.
    """
    running = next((one for one in searches(kind, by) if one.is_open), None)
    if running is not None:
        return running
    label = pairs.search_of(kind)
    told = {"kind": kind.key, "alone": alone, "newest": changes.newest()}
    return work.start(SEARCH, label=label, by=by, parameters=told)


def begin_due(now: datetime | None = None) -> list[Work]:
    """Begin the searches whose time has come, with the rights of the first administrator."""
    company = Company.current()
    by = User.objects.filter(role=roles.ADMINISTRATOR, is_active=True).order_by("id").first()
    if company.duplicate_search == OFF or by is None:
        return []
    every = 7 * DAY if company.duplicate_search == WEEKLY else DAY
    with translation.override(by.language or company.language):
        kinds = [kind for kind in registry.all() if kind.duplicates is not None]
        due = [kind for kind in kinds if _is_due(kind, every, now or timezone.now())]
        return [begin(kind, by=by, alone=True) for kind in due]


def _is_due(kind: ObjectType, every: timedelta, now: datetime) -> bool:
    known = Work.objects.filter(name=SEARCH, parameters__kind=kind.key, parameters__alone=True)
    last = known.order_by("-pk").first()
    passed = now - last.created_at if last is not None else 2 * every
    at_night = now.astimezone(clock.zone()).hour in NIGHT
    if passed < every - SLACK or not (at_night or passed >= every + DAY):
        return False
    seen = int(last.parameters.get("newest", 0)) if last is not None and last.state == Work.State.DONE else 0
    return Change.objects.filter(id__gt=seen, object_type=kind.key).exists()


def announce(kind: ObjectType, new: Sequence[tuple[int, int]]) -> None:
    """Tell administrators and the owners of the records how many new pairs wait that they can decide about."""
    ids = sorted({pk for pair in new for pk in pair})
    people = set(User.objects.filter(role=roles.ADMINISTRATOR).values_list("pk", flat=True))
    if kind.field("owner") is not None:
        for at in range(0, len(ids), CHUNK):
            rows: Any = kind.model.objects.filter(pk__in=ids[at : at + CHUNK])
            people |= set(rows.values_list("owner", flat=True))
    told = []
    for user in User.objects.filter(pk__in=people - {None}, is_active=True):
        if count := _decidable(kind, new, ids, user):
            told.append(Notice(user=user, kind=Notice.Kind.DUPLICATES, object_type=kind.key, object_id=count))
    Notice.objects.bulk_create(told)


def _decidable(kind: ObjectType, new: Sequence[tuple[int, int]], ids: Sequence[int], user: User) -> int:
    if not pairs.may_decide(kind, user):
        return 0
    mine: set[int] = set()
    changeable = kind.model.objects.visible_to(user).filter(kind.policy.scope("change", user).q(user))
    for at in range(0, len(ids), CHUNK):
        mine |= set(changeable.filter(pk__in=ids[at : at + CHUNK]).values_list("pk", flat=True))
    return sum(one in mine and other in mine for one, other in new)
