"""Warning while typing: what a form may be about already, asked for as its fields change."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kehu.core import access, duplicates
from kehu.core.duplicates.likely import readable
from kehu.core.errors import NotFound
from kehu.core.registry import ObjectType
from kehu.core.views.base import kind_for, record_for
from kehu.core.views.lookup import described

# So long nobody types.
PAUSE = "400ms"


@require_POST
def likely(request: HttpRequest, key: str, pk: int | None = None) -> HttpResponse:
    """The part of a form that names likely duplicates; empty where there is none. `pk` is the record being edited."""
    kind = kind_for(request, key)
    if kind.duplicates is None:
        raise NotFound(_("There is no such page."))
    if pk is None:
        access.require(request.user, "add", kind)
    else:
        access.require(request.user, "change", record_for(request, kind, pk))
    found = duplicates.likely(kind, request.POST, request.user, but=pk)
    told = described(kind, [one.record for one in found], request.user)
    rows = [
        {**row, "reasons": one.reasons, "url": reverse("record", args=[kind.key, one.record.pk])}
        for row, one in zip(told, found, strict=True)
    ]
    return render(request, "core/components/likely.html", {"found": rows})


def asking(kind: ObjectType, form: Any, request: HttpRequest, record: Any = None) -> dict[str, str] | None:
    """Where a form asks and when: once it is there, and when one of the compared fields has changed."""
    if not access.sees(request.user, kind):
        return None
    names = [name for part in readable(kind, request.user) for name in part.fields if name in form.fields]
    if not names:
        return None
    fields = [f"input delay:{PAUSE} from:#{form[name].id_for_label}" for name in names]
    place = ("record-likely", [kind.key, record.pk]) if record else ("record-likely-new", [kind.key])
    return {"url": reverse(place[0], args=place[1]), "trigger": ", ".join(["load", *fields])}
