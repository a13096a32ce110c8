"""The toast that reports a change and takes it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from kehu.core import registry, verbs
from kehu.core.models import Change

MOST = 100


def done(request: HttpRequest, sentence: str, record: Any = None, *, since: int | None = None) -> None:
    """Say what was done, with the address that undoes it where there is one (kept in the message's tags).

    What was done is the user's last change of `record`; with `since` it is what the user has changed from there on.
    """
    undo = ""
    if record is not None:
        found = Change.objects.filter(actor=request.user).order_by("-id")
        if since is None:
            found = found.filter(object_type=registry.of(record).key, object_id=record.pk)
        else:
            found = found.filter(id__gt=since)
        undo = way_back(list(found[: 1 if since is None else MOST]), record)
    messages.success(request, sentence, extra_tags=undo)


def way_back(changes: list[Change], record: Any) -> str:
    """The address that undoes these changes, newest first: their batch, the record's own change, or the only one.

    A change of the record takes with it what hangs on it; any other part of the whole is not offered.
    """
    if not changes:
        return ""
    batches = {change.batch_id for change in changes}
    batch = changes[0].batch
    if len(batches) == 1 and batch is not None:
        return reverse("batch-undo", args=[batch.pk]) if verbs.get(batch.verb).undoable else ""
    own = [c for c in changes if (c.object_type, c.object_id) == (registry.of(record).key, record.pk)]
    if (own or len(changes) == 1) and verbs.get((own or changes)[0].verb).undoable:
        return reverse("change-undo", args=[(own or changes)[0].pk])
    return ""
