"""Taking a change or a batch back; what cannot be taken back is said where the user was."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kehu.core import changes, registry
from kehu.core.changes import large
from kehu.core.changes.undo import refuse_batch
from kehu.core.errors import NotFound, Refused
from kehu.core.models import Batch, Change
from kehu.core.periodic import take_back
from kehu.core.views.base import go_to, kind_for, record_for
from kehu.core.views.notices import done
from kehu.core.views.twice import written_once


@require_POST
def undo_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one change of a record that the user may see."""
    change = Change.objects.filter(pk=pk).first()
    if change is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    kind = kind_for(request, change.object_type)
    record = record_for(request, kind, change.object_id, deleted=True)
    try:
        changes.undo_change(change=change, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return go_to(request, reverse("record", args=[kind.key, record.pk]))
    fresh = kind.model.everything.get(pk=record.pk)
    done(request, _("Taken back."), fresh)
    target = (
        reverse("list", args=[kind.key]) if fresh.deleted_at else reverse("record", args=[kind.key, fresh.pk])
    )
    return go_to(request, target)


@require_POST
@written_once
def undo_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a batch; the action refuses whoever did not run it."""
    batch = Batch.objects.filter(pk=pk).first()
    if batch is None or (
        batch.actor_id != request.user.pk and not registry.get("user").policy.may_add(request.user)
    ):
        raise NotFound(_("There is no such record, or you may not see it."))
    try:
        if large.is_large(batch):
            refuse_batch(batch, request.user)
            take_back.later(batch=batch.pk, by=request.user.pk)
            messages.info(request, _("This is much. It is being taken back in the background."))
            return go_to(request, reverse("today"))
        changes.undo(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done(request, _("Taken back."))
    return go_to(request, reverse("today"))
