"""Today: what wants this person now, then what comes this week; for the heads first how the campaign stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.core import access, clock, registry
from kehu.core.models import User
from kehu.core.views.base import is_fragment
from kehu.planning.dashboard.summary import summary
from kehu.sales.models import Target
from kehu.sales.queries import attainments, running
from kehu.shell import agenda
from kehu.shell.context import STEERING

MOST_TARGETS = 8


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    if is_fragment(request):
        return now_only(request)
    page: dict[str, Any] = {
        "title": greeting(str(request.user)),
        "day": clock.today(),
        "now": agenda.now(request.user),
        "week": agenda.week(request.user),
    }
    if request.user.role in STEERING:
        page |= campaign(request.user)
    page["targets"] = targets(request.user)
    return render(request, "shell/today.html", {"page": page})


def now_only(request: HttpRequest) -> HttpResponse:
    """What waits, without the rest of the page: htmx asks for it after something there was done."""
    page = {"now": agenda.now(request.user)}
    return render(request, "shell/today_now.html", {"page": page, "part": True})


def campaign(user: User) -> dict[str, Any]:
    """Five figures and three sentences of the campaign that matters now, with the way to its page."""
    found = summary(user)
    if found is None:
        return {}
    look = {"good": "good", "watch": "warn", "bad": "bad", "plain": ""}
    return {
        "figures": found.cards,
        "sentences": [{"text": line.text, "look": look[line.tone]} for line in found.sentences[:3]],
        "campaign": found.campaign,
        "as_of": found.as_of,
        "campaign_url": found.url,
    }


def targets(user: User) -> list[dict[str, Any]]:
    """The running targets that the user may see, as they stand: the company's, the teams', the own."""
    if not access.sees(user, registry.of(Target)):
        return []
    mine = running(user).exclude(scope=Target.Scope.PERSON) | running(user).filter(person=user)
    found = list(mine[:MOST_TARGETS])
    return [
        {
            "name": standing.target.whom,
            "campaign": standing.target.campaign,
            "url": reverse("record", args=["target", standing.target.pk]),
            "wanted": getattr(standing.target, standing.measure),
            "actual": standing.actual.get(standing.measure),
            "actual_url": standing.urls.get(standing.measure, ""),
            "reached": standing.reached,
            "due": standing.due,
            "state": standing.state,
            "look": standing.look,
        }
        for standing in attainments(found, user)
        if standing.reached is not None
    ]


def greeting(name: str) -> str:
    """By the company's hour."""
    hour = clock.now().hour
    if hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}
