"""What people do with a record beside its fields: tags, following, being told; and whom a text may name."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kehu.core import access, mentions, notices, registry, tags
from kehu.core.actions import following
from kehu.core.actions import tags as tagging
from kehu.core.errors import NotFound, Refused
from kehu.core.models import Follow, Tag, User
from kehu.core.registry import ObjectType
from kehu.core.views.base import go_to, is_fragment, kind_for, record_for
from kehu.core.views.notices import done


def strip(kind: ObjectType, record: Any, user: User) -> dict[str, Any] | None:
    """Tags and followers below the name of a record; nothing for what carries none."""
    if not kind.carries:
        return None
    where = [kind.key, record.pk]
    follows = Follow.objects.filter(object_type=kind.key, object_id=record.pk)
    people = list(User.objects.filter(pk__in=follows.values("user")).order_by("name")[:20])
    live = record.deleted_at is None
    return {
        "tags": list(tags.of_record(record)),
        "url": reverse("record-tags", args=where) if live and access.can(user, "change", record) else "",
        "offer_url": reverse("tags-offered"),
        "list_url": reverse("list", args=[kind.key]),
        "followers": people,
        "follows": any(person.pk == user.pk for person in people),
        "follow_url": reverse("record-follow", args=where) if live else "",
    }


def _answer(request: HttpRequest, kind: ObjectType, record: Any, problem: str = "") -> HttpResponse:
    if not is_fragment(request):
        return go_to(request, reverse("record", args=[kind.key, record.pk]))
    found = {"strip": strip(kind, record, request.user), "problem": problem}
    return render(request, "core/components/strip.html", found)


@require_POST
def change_tags(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Put a tag on a record (`name`, several with commas between) or take one off (`off`, its number)."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk)
    problem = ""
    try:
        if off := request.POST.get("off", ""):
            tag = Tag.objects.filter(pk=int(off)).first() if off.isdecimal() and len(off) < 19 else None
            if tag is not None:
                tagging.take_off(record=record, tag=tag, by=request.user)
        else:
            given = request.POST.get("name", "").replace("，", ",").replace("、", ",")
            names = [name for name in given.split(",") if name.strip()]
            tagging.put_on(record=record, names=names, by=request.user)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        problem = str(refusal)
    return _answer(request, kind, record, problem)


@require_safe
def offered_tags(request: HttpRequest) -> JsonResponse:
    """Tags that begin with what was typed."""
    found = tags.beginning_with(request.GET.get("q", "").replace("\x00", ""))
    return JsonResponse({"items": [{"value": tag.name, "label": tag.name} for tag in found]})


@require_POST
def follow(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Follow a record, or with `off` no longer."""
    kind = kind_for(request, key)
    record = record_for(request, kind, pk)
    (following.unfollow if "off" in request.POST else following.follow)(record=record, by=request.user)
    return _answer(request, kind, record)


@require_safe
def mentionable(request: HttpRequest) -> JsonResponse:
    """People who may be named in a text about a record: those who may see it. Nobody, where the asker may not."""
    key, pk = request.GET.get("object_type", ""), request.GET.get("object_id", "")
    if not registry.known(key) or not pk.isdecimal() or len(pk) > 18:
        raise NotFound(_("There is no such record, or you may not see it."))
    record = record_for(request, kind_for(request, key), int(pk))
    found = mentions.beginning_with(request.GET.get("q", ""), record)
    items = [
        {"value": f"@{person.username} ", "label": str(person), "hint": person.username} for person in found
    ]
    return JsonResponse({"items": items})


@require_safe
def notices_page(request: HttpRequest) -> HttpResponse:
    """What the user was told, the newest first."""
    before = request.GET.get("before", "")
    told, more = notices.of_user(
        request.user, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    context = {
        "page": {
            "title": _("Notices"),
            "subtitle": _("What others did with records that you follow, and who named you."),
        },
        "notices": told,
        "more_url": f"{reverse('notices')}?before={more}" if more else "",
    }
    part = is_fragment(request) and before
    return render(request, "core/components/notices.html" if part else "core/pages/notices.html", context)


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell with the number of unread notices; the page asks for it now and then."""
    return render(request, "core/components/bell.html", {"unread": notices.unread(request.user)})


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice as read and go to its record, or all of them."""
    pk = request.POST.get("notice", "")
    following.mark_read(by=request.user, notice=int(pk) if pk.isdecimal() and len(pk) < 19 else None)
    if not pk:
        done(request, _("All notices are marked as read."))
    return go_to(request, reverse("notices"))
