"""The page of one channel in a campaign."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehu.campaigns.models import Campaign, Channel
from kehu.core.models import User
from kehu.core.views.base import is_fragment
from kehu.planning.dashboard.channel.drawing import ChannelDrawing
from kehu.planning.dashboard.channel.figures import ChannelState, channel_state
from kehu.planning.dashboard.channel.sentences import sentences
from kehu.planning.dashboard.views import day_of, days, plan_url, subtitle, visible_campaign
from kehu.warehouse import feed


@require_safe
def channel_page(request: HttpRequest, pk: int, channel: int) -> HttpResponse:
    """A channel against the plan and why it is behind, as of the day of the address, as the campaign's page has it."""
    campaign = visible_campaign(request.user, pk)
    found = get_object_or_404(Channel.objects.visible_to(request.user), pk=channel)
    as_of = day_of(request)
    state = channel_state(campaign, found, as_of=as_of, user=request.user)
    here = reverse("campaign-channel", args=[pk, channel])
    context = {
        "page": {
            "title": _("%(channel)s in %(campaign)s") % {"channel": found, "campaign": campaign},
            "subtitle": subtitle(campaign, as_of),
            "back": campaign.name,
            "back_url": f"{reverse('campaign-dashboard', args=[pk])}?as_of={as_of.isoformat()}",
        },
        "state": state,
        "others": others(campaign, state, request.user),
        "days": days(as_of, here),
        "plan_url": plan_url(state.version),
        "cursor": feed.version(),
        **drawn(state),
    }
    template = (
        "planning/dashboard/channel/body.html"
        if is_fragment(request)
        else "planning/dashboard/channel/page.html"
    )
    return render(request, template, context)


def drawn(state: ChannelState) -> dict[str, Any]:
    drawing = ChannelDrawing(state)
    places = {
        "medium": (_("By medium"), state.media),
        "region": (_("By region"), state.regions),
    }
    return {
        "sentences": sentences(state),
        "stages": drawing.stages(),
        "reasons": drawing.reasons(),
        "pictures": [found for metric in ("leads", "sales") if (found := drawing.picture(metric))],
        "week_columns": drawing.week_columns(),
        "weeks": drawing.weeks(),
        "places": [
            {"title": title, **drawing.places(dimension, rows)} for dimension, (title, rows) in places.items()
        ],
        "sql": state.sql,
    }


def others(campaign: Campaign, state: ChannelState, user: User) -> list[dict[str, Any]]:
    """The channels that the plan reckons with, to go on to; all in use where there is no plan."""
    channels = Channel.objects.visible_to(user)
    if state.version:
        codes = [row.code for row in state.version.grid.rows]
        channels = channels.filter(code__in=[*codes, state.channel.code])
    else:
        channels = channels.filter(active=True)
    day = state.as_of.isoformat()
    return [
        {
            "name": str(channel),
            "url": f"{reverse('campaign-channel', args=[campaign.pk, channel.pk])}?as_of={day}",
            "here": channel.pk == state.channel.pk,
        }
        for channel in channels[:50]
    ]
