"""Pairs to review: those that a scan has found and those that somebody brought together by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import access
from kehu.core.models import Batch, DuplicatePair

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

# Two ids, how likely they are the same, and what agrees.
Told = tuple[int, int, float, Mapping[str, str]]
# Of the likeliest pairs so many are looked at for those that a user may decide about.
LOOKED_AT = 1_000
OPEN = Q(state=DuplicatePair.State.OPEN)
# A merge that was taken back has its pair open again.
TAKEN_BACK = Q(state=DuplicatePair.State.MERGED, batch__state=Batch.State.UNDONE)


def pair_of(kind: ObjectType, one: int, other: int) -> DuplicatePair:
    """The pair of two records, in whatever order; a new one, not stored yet, where there is none."""
    low, high = sorted((one, other))
    known = {"object_type": kind.key, "one": low, "other": high}
    return DuplicatePair.objects.filter(**known).first() or DuplicatePair(**known)


def decide(pair: DuplicatePair, *, by: User, **values: Any) -> DuplicatePair:
    """Keep what somebody has decided about two records; a scan may have found the pair at the same moment."""
    decided = {**values, "decided_by": by, "decided_at": timezone.now()}
    stored, _new = DuplicatePair.objects.update_or_create(
        object_type=pair.object_type, one=pair.one, other=pair.other, defaults=decided
    )
    return stored


def may_merge(kind: ObjectType, user: User) -> bool:
    """Whether the user may merge any two records of an object type."""
    return kind.mergeable and all(access.can(user, verb, kind) for verb in ("change", "delete"))


def may_decide(kind: ObjectType, user: User) -> bool:
    """The same, of those whose duplicates are searched for, so that pairs wait for a decision."""
    return kind.duplicates is not None and may_merge(kind, user)


def open_pairs(kind: ObjectType) -> QuerySet[DuplicatePair]:
    found = DuplicatePair.objects.filter(OPEN | TAKEN_BACK, object_type=kind.key)
    return found.order_by("-probability", "id")


def to_review(kind: ObjectType, user: User) -> list[tuple[DuplicatePair, Any, Any]]:
    """Open pairs with their records, likeliest first: those of which the user may see and change both.

    Pairs of which a record is in the recycle bin are left out. Looks at the likeliest thousand.
    """
    found = list(open_pairs(kind)[:LOOKED_AT])
    ids = {pk for pair in found for pk in (pair.one, pair.other)}
    mine = kind.model.objects.visible_to(user).filter(kind.policy.scope("change", user).q(user))
    there = mine.in_bulk(ids)
    return [
        (pair, there[pair.one], there[pair.other])
        for pair in found
        if pair.one in there and pair.other in there
    ]


def apart_from(kind: ObjectType, pk: int) -> set[int]:
    """The records of which somebody has said that they are not the same as this one."""
    said = DuplicatePair.objects.filter(object_type=kind.key, state=DuplicatePair.State.APART)
    both = said.filter(Q(one=pk) | Q(other=pk)).values_list("one", "other")
    return {found for pair in both for found in pair} - {pk}


def merged_into(kind: ObjectType, pk: int) -> int | None:
    """The record that another has become part of; nothing where it has not, or not any more."""
    went = DuplicatePair.objects.filter(Q(one=pk) | Q(other=pk), object_type=kind.key)
    went = went.filter(state=DuplicatePair.State.MERGED).exclude(batch__state=Batch.State.UNDONE)
    return went.exclude(survivor=pk).order_by("-decided_at").values_list("survivor", flat=True).first()


def merges_of(kind: ObjectType, pks: Iterable[int]) -> dict[int, int]:
    """Of these records those that stand merged into another, with the step that made them so.

    Not those whose other is gone for good: no step brings them apart any more.
    """
    wanted = set(pks)
    merged = DuplicatePair.objects.filter(object_type=kind.key, state=DuplicatePair.State.MERGED)
    merged = merged.exclude(batch__state=Batch.State.UNDONE).exclude(batch=None)
    found: dict[int, tuple[int, int]] = {}
    for pair in merged.filter(Q(one__in=wanted) | Q(other__in=wanted)).order_by("decided_at"):
        gone = pair.other if pair.survivor == pair.one else pair.one
        if gone in wanted and pair.survivor and pair.batch_id:
            found[gone] = (pair.survivor, pair.batch_id)
    stayed = kind.model.everything.filter(pk__in=[survivor for survivor, _batch in found.values()])
    there = set(stayed.values_list("pk", flat=True))
    return {pk: batch for pk, (survivor, batch) in found.items() if survivor in there}


def remember(kind: ObjectType, found: Iterable[Told]) -> list[tuple[int, int]]:
    """Keep what a scan has found (two ids, probability, what agrees); answers with the pairs that are new.

    A pair that somebody has decided about stays decided.
    """
    wanted = {(min(one, other), max(one, other)): (likely, why) for one, other, likely, why in found}
    known = DuplicatePair.objects.filter(object_type=kind.key, one__in=[one for one, _other in wanted])
    there = {(pair.one, pair.other): pair for pair in known}
    fresh = [
        DuplicatePair(object_type=kind.key, one=one, other=other, probability=likely, reasons=dict(why))
        for (one, other), (likely, why) in wanted.items()
        if (one, other) not in there
    ]
    DuplicatePair.objects.bulk_create(fresh, ignore_conflicts=True)
    changed = []
    for pair_key, pair in there.items():
        if pair_key in wanted and pair.state == DuplicatePair.State.OPEN:
            pair.probability, pair.reasons = wanted[pair_key][0], dict(wanted[pair_key][1])
            changed.append(pair)
    DuplicatePair.objects.bulk_update(changed, ["probability", "reasons"])
    return [(pair.one, pair.other) for pair in fresh]


def search_of(kind: ObjectType) -> str:
    """What the search through all records of a kind is called."""
    return _("Search for duplicates: %(kind)s") % {"kind": kind.label_plural}
