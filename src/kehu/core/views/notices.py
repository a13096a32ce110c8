"""The toast that reports a change and takes it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from kehu.core import registry
from kehu.core.models import Change


def done(request: HttpRequest, sentence: str, record: Any = None) -> None:
    """Say what was done, with the address that undoes it where there is one (kept in the message's tags)."""
    undo = ""
    if record is not None:
        kind = registry.of(record)
        last = Change.objects.filter(object_type=kind.key, object_id=record.pk, actor=request.user).order_by(
            "-id"
        )
        if change := last.first():
            undo = (
                reverse("batch-undo", args=[change.batch_id])
                if change.batch_id
                else reverse("change-undo", args=[change.pk])
            )
    messages.success(request, sentence, extra_tags=undo)
