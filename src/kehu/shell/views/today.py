"""Today: what wants this person now, then what comes this week."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.core import clock


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    page: dict[str, Any] = {"title": greeting(str(request.user)), "day": clock.today(), "now": [], "week": []}
    return render(request, "shell/today.html", {"page": page})


def greeting(name: str) -> str:
    """By the company's hour."""
    hour = clock.now().hour
    if hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}
