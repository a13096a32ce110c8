"""Duplicates: the pairs to review, what is said of them, and one record made of two.

No postponed annotations here: the schemas are made in the function that declares the endpoints.
"""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from kehu.core.access import tokens
from kehu.core.actions import merge as actions
from kehu.core.api.answers import answered, enter, find
from kehu.core.api.idempotency import once
from kehu.core.api.schemas import Reference, Strict
from kehu.core.api.work import WorkOut, told
from kehu.core.duplicates import pairs, searching
from kehu.core.errors import Forbidden, Refused
from kehu.core.models import DuplicatePair
from kehu.core.reading import title
from kehu.core.registry import ObjectType

PAGE, MOST = 50, 500
LISTED = (
    "Pairs that a scan has found and nobody has decided about, likeliest first, of records that you may see and "
    "change both. Looks at the likeliest 1,000."
)
SCANNED = (
    "In the background, among the records that you may see: ask `url` how far it is, then list the pairs. A search "
    "of yours that runs already is answered instead of a second one. It also runs by itself, at night."
)
MERGED = (
    "Everything that belongs to `other` belongs to `survivor` from now on, and `other` goes to the recycle bin. "
    "Needs the right to change and to delete. One batch, which `POST /api/batches/{id}/undo` takes back."
)


class Agreement(Schema):
    """A field in which the two agree."""

    field: str
    likeness: Literal["same", "near"]


class PairOut(Schema):
    """Two records that are likely about the same."""

    one: Reference
    other: Reference
    probability: float = Field(ge=0, le=1)
    reasons: list[Agreement] = Field(description="Only fields that you read in full.")


class PairsOut(Schema):
    """The pairs to review."""

    items: list[PairOut]
    count: int = Field(description="How many wait for you, counted among the likeliest 1,000.")


class PairIn(Strict):
    """Two records, in any order."""

    ids: list[int] = Field(min_length=2, max_length=2)


class ApartOut(Schema):
    """What is remembered of the two."""

    ids: list[int] = Field(description="The lower one first.")
    state: str


class MergeIn(Strict):
    """Which record stays, and what it takes from the other."""

    survivor: int
    other: int
    take: list[str] = Field([], max_length=500, description="Fields whose value comes from `other`.")


class MergeOut(Schema):
    """What was done."""

    survivor: Reference
    batch: int = Field(description="Undo it with /api/batches/{id}/undo.")


def add_duplicates(router: Router, kind: ObjectType) -> None:
    """The endpoints of an object type that has a rule for duplicates."""
    name = kind.key

    @router.get(
        "/duplicates", response=PairsOut, operation_id=f"{name}_duplicates",
        summary=f"List likely duplicates among {name} records", description=LISTED,
    )  # fmt: skip
    def list_pairs(
        request: HttpRequest,
        size: int = Query(PAGE, ge=1, le=MOST, description="How many pairs at most."),
    ) -> Any:
        _enter(kind, request, tokens.READ)
        found = pairs.to_review(kind, request.user)
        return answered({"items": [_told(kind, pair, request) for pair in found[:size]], "count": len(found)})

    @router.post(
        "/duplicates/scan", response={202: WorkOut}, operation_id=f"{name}_duplicates_scan",
        summary=f"Search all {name} records for duplicates", description=SCANNED,
    )  # fmt: skip
    def scan(request: HttpRequest) -> Any:
        _enter(kind, request, tokens.WRITE)
        return once(request, lambda: _begun(kind, request))

    @router.post(
        "/duplicates/apart", response=ApartOut, operation_id=f"{name}_duplicates_apart",
        summary=f"Say that two {name} records are no duplicates",
        description="Remembered for good: no later scan and no warning brings the two together again.",
    )  # fmt: skip
    def apart(request: HttpRequest, payload: PairIn) -> Any:
        _enter(kind, request, tokens.WRITE)
        return once(request, lambda: _kept_apart(kind, payload, request))

    @router.post(
        "/merge", response=MergeOut, operation_id=f"{name}_merge",
        summary=f"Make one {name} of two", description=MERGED,
    )  # fmt: skip
    def merge(request: HttpRequest, payload: MergeIn) -> Any:
        _enter(kind, request, tokens.WRITE)
        return once(request, lambda: _merged(kind, payload, request))


def _enter(kind: ObjectType, request: HttpRequest, verb: str) -> None:
    enter(kind, request, verb)
    if not pairs.may_merge(kind, request.user):
        raise Forbidden(_("Your role does not allow this. Ask your administrator if you need it."))


def _begun(kind: ObjectType, request: HttpRequest) -> HttpResponse:
    running = searching.begin(kind, by=request.user)
    answer = answered(told(running), 202)
    answer["Location"] = f"/api/work/{running.pk}"
    return answer


def _reference(record: Any) -> dict[str, Any]:
    return {"id": record.pk, "title": title(record)}


def _told(kind: ObjectType, found: tuple[DuplicatePair, Any, Any], request: HttpRequest) -> dict[str, Any]:
    pair, one, other = found
    reasons = [
        {"field": path, "likeness": level}
        for path, level in pair.reasons.items()
        if kind.policy.reads(path, request.user)
    ]
    both = {"one": _reference(one), "other": _reference(other)}
    return {**both, "probability": pair.probability, "reasons": reasons}


def _kept_apart(kind: ObjectType, given: PairIn, request: HttpRequest) -> HttpResponse:
    one, other = (find(kind, request, pk, verb=tokens.WRITE) for pk in given.ids)
    pair = actions.keep_apart(pair=pairs.pair_of(kind, one.pk, other.pk), by=request.user)
    return answered({"ids": [pair.one, pair.other], "state": str(pair.state)})


def _merged(kind: ObjectType, given: MergeIn, request: HttpRequest) -> HttpResponse:
    survivor, other = (find(kind, request, pk, verb=tokens.WRITE) for pk in (given.survivor, given.other))
    for path in given.take:
        if path not in actions.choices(kind, request.user):
            sentence = _("The field “%(field)s” cannot be set here.") % {"field": path}
            raise Refused(sentence, fields={"take": sentence})
    batch = actions.merge(survivor=survivor, other=other, take=given.take, by=request.user)
    survivor.refresh_from_db()
    return answered({"survivor": _reference(survivor), "batch": batch.pk})
