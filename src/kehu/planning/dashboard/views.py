"""The pages of a campaign's state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.campaigns.models import Campaign
from kehu.core import access, clock, registry
from kehu.core.errors import NotFound, Refused
from kehu.core.models import User
from kehu.core.views.base import is_fragment
from kehu.planning.dashboard import figures
from kehu.planning.dashboard.drawing import Drawing
from kehu.planning.dashboard.sentences import sentences
from kehu.planning.dashboard.summary import campaigns_of, current_campaign, opening_day
from kehu.warehouse import feed

# A campaign's weeks are reckoned up to the day that is asked for.
YEARS = range(1900, 2200)


@require_safe
def dashboard(request: HttpRequest, pk: int) -> HttpResponse:
    """A campaign as of a day: the address says which, else the company's opening day, else today."""
    campaign = visible_campaign(request.user, pk)
    as_of = day_of(request)
    state = figures.state(campaign, as_of=as_of, user=request.user)
    drawing = Drawing(state)
    context = {
        "page": {"title": campaign.name, "subtitle": subtitle(campaign, state)},
        "campaign": campaign,
        "campaigns": campaigns_of(request.user),
        "state": state,
        "days": days(as_of, campaign),
        "plan_url": plan_url(state),
        "cursor": feed.version(),
        "sentences": sentences(state),
        "cards": drawing.cards(),
        "funnel": drawing.funnel(),
        "sources": drawing.sources(),
        "costs": any(row["costs"] for row in drawing.sources()),
        "months": drawing.months(),
        "tables": [
            {"title": _("Test drives booked by week and region"), **drawing.table(state.bookings, "region")},
            {"title": _("Showroom visits by week and region"), **drawing.table(state.visits, "region")},
            {"title": _("Spend by medium and week"), **drawing.table(state.media, "medium"), "money": True},
        ],
        "sql": state.sql,
    }
    template = "planning/dashboard/body.html" if is_fragment(request) else "planning/dashboard/page.html"
    return render(request, template, context)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard of the campaign that matters now."""
    campaign = current_campaign(request.user)
    if campaign is None:
        return render(request, "planning/dashboard/none.html", {"page": {"title": _("Campaign state")}})
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("campaign-dashboard", args=[campaign.pk]) + query)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Whether figures may have changed since the cursor: 204 when not. One indexed row, asked each second."""
    version = feed.version()
    if request.GET.get("cursor") == str(version):
        return HttpResponse(status=204)
    return JsonResponse({"cursor": version})


def visible_campaign(user: User, pk: int) -> Campaign:
    """A campaign whose state the user may look at: whoever sees campaigns, and the money spent on them."""
    if not access.sees(user, registry.get("spend_line")):
        raise NotFound(_("There is no such page."))
    return get_object_or_404(Campaign.objects.visible_to(user), pk=pk)


def day_of(request: HttpRequest) -> date:
    text = request.GET.get("as_of", "")
    if text == "now":
        return clock.today()
    if not text:
        return opening_day()
    try:
        day = date.fromisoformat(text)
        if day.year not in YEARS:
            raise ValueError(text)
    except ValueError:
        raise Refused(_("“%(text)s” is not a day. Write it like 2010-08-31.") % {"text": text}) from None
    return day


def days(as_of: date, campaign: Campaign) -> dict[str, Any]:
    """The day shown and the steps to others: a day, a week, now."""
    url = reverse("campaign-dashboard", args=[campaign.pk])

    def at(day: date) -> str:
        return f"{url}?as_of={day.isoformat()}"

    return {
        "as_of": as_of,
        "today": as_of == clock.today(),
        "now_url": f"{url}?as_of=now",
        "week_back": at(as_of - timedelta(days=7)),
        "week_on": at(as_of + timedelta(days=7)),
        "url": url,
        "here": at(as_of),
    }


def plan_url(state: figures.State) -> str:
    version = state.planned.version
    return reverse("plan-version", args=[version.plan_id, version.number]) if version else ""


def subtitle(campaign: Campaign, state: figures.State) -> str:
    if campaign.ends_on and state.as_of > campaign.ends_on:
        return _("Ended on %(day)s") % {"day": campaign.ends_on.isoformat()}
    if state.days is None:
        return _("Not started yet")
    return _("Day %(day)s of the campaign") % {"day": state.days}
