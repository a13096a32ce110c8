"""Batches: what an import, a bulk call or an undo wrote, and taking it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from kehu.core import changes
from kehu.core.access import roles, tokens
from kehu.core.api.answers import answered
from kehu.core.api.idempotency import once
from kehu.core.api.values import moment
from kehu.core.errors import NotFound
from kehu.core.models import Batch

GREATEST = 2**63 - 1
router = Router()


class BatchOut(Schema):
    """Changes that are taken back together."""

    id: int
    verb: str
    label: str
    state: str = Field(description="running, done, stopped or undone")
    started_at: str
    finished_at: str | None
    changes: int = Field(description="How many changes it holds, counted up to 10,000.")
    undoes: int | None = Field(description="The batch that this one took back.")


@router.get("/{int:pk}", response=BatchOut, operation_id="batch_get", summary="Read one batch of changes")
def get_batch(request: HttpRequest, pk: int) -> Any:
    return answered(told(own(request, pk, tokens.READ)))


@router.post(
    "/{int:pk}/undo",
    response=BatchOut,
    operation_id="batch_undo",
    summary="Take a whole batch back",
    description="All of it or nothing: refused where a later change touched the same fields. Answers the batch of "
    "the undo, which can itself be taken back.",
)
def undo_batch(request: HttpRequest, pk: int) -> Any:
    tokens.require_general(request, tokens.WRITE)

    def write() -> HttpResponse:
        return answered(told(changes.undo(batch=own(request, pk, tokens.WRITE), by=request.user)))

    return once(request, write)


def own(request: HttpRequest, pk: int, verb: str) -> Batch:
    """A batch of the caller, or any for an administrator; others are not there."""
    tokens.require_general(request, verb)
    found = Batch.objects.filter(pk=pk).first() if pk <= GREATEST else None
    if found is None or (found.actor_id != request.user.pk and request.user.role != roles.ADMINISTRATOR):
        raise NotFound(_("There is no such record, or you may not see it."))
    return found


def told(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.pk,
        "verb": batch.verb,
        "label": batch.label,
        "state": str(batch.state),
        "started_at": moment(batch.started_at),
        "finished_at": moment(batch.finished_at) if batch.finished_at else None,
        "changes": batch.changes.all()[:10_000].count(),
        "undoes": batch.undoes_id,
    }
