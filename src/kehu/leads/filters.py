"""From a figure of a what-if to the list of its leads: an address that says what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kehu.campaigns.models import Channel
from kehu.core import access, registry
from kehu.core.errors import NotFound
from kehu.core.registry import Narrowed, ObjectType
from kehu.kit.text import whole_number
from kehu.leads import queries
from kehu.leads.models import ScoringModel
from kehu.leads.scoring import Version

PARAMETER = "whatif"
NO_CHANNEL = "none"


def address(version: Version, side: str, channel: int | str | None = "") -> str:
    """The list of the leads on one side of the comparison, of one channel (None: of none) or of all."""
    parameters = {
        PARAMETER: str(version.pk),
        f"{PARAMETER}.side": side,
        f"{PARAMETER}.threshold": str(version.threshold),
        f"{PARAMETER}.points": written(version.points),
    }
    if channel != "":
        parameters[f"{PARAMETER}.channel"] = NO_CHANNEL if channel is None else str(channel)
    return f"{reverse('list', args=['lead'])}?{urlencode(parameters)}"


def written(points: Mapping[str, int]) -> str:
    return ",".join(f"{kind}:{worth}" for kind, worth in sorted(points.items()))


def narrow(request: HttpRequest, kind: ObjectType) -> Narrowed | None:
    """The leads behind a figure of a what-if that the address names; nothing where it names none."""
    given = request.GET.get(PARAMETER)
    if given is None or kind.key != "lead":
        return None
    if not access.sees(request.user, registry.of(ScoringModel)):
        raise NotFound(_("There is no such page."))
    model = ScoringModel.objects.visible_to(request.user).filter(pk=whole_number(given) or 0).first()
    if model is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    said = request.GET.get(f"{PARAMETER}.points", "")
    # A kind that is not named earns nothing: the address holds them all.
    points = dict.fromkeys(queries.version_points(model), 0) | queries.read_points(
        filter(None, said.split(",")), ":"
    )
    threshold = whole_number(request.GET.get(f"{PARAMETER}.threshold", ""))
    version = queries.hypothesis(model, threshold=threshold, points=points)
    side = request.GET.get(f"{PARAMETER}.side", "more")
    channel = _channel(request.GET.get(f"{PARAMETER}.channel", ""))
    ids, more = queries.leads_of(version, user=request.user, side=side, channel=channel)
    parameters = frozenset(name for name in request.GET if name.partition(".")[0] == PARAMETER)
    return Narrowed(Q(pk__in=ids), _sentence(request, version, side, channel, more), parameters)


def _channel(given: str) -> int | str | None:
    if given == NO_CHANNEL:
        return None
    number = whole_number(given)
    return "" if number is None else number


def _sentence(
    request: HttpRequest, version: Version, side: str, channel: int | str | None, more: bool
) -> str:
    said = {
        "more": _("Leads that would qualify at %(threshold)s points"),
        "at_once": _("Open leads that would qualify at once at %(threshold)s points"),
        "fewer": _("Leads that would no longer qualify at %(threshold)s points"),
    }
    parts = [said[side] % {"threshold": version.threshold}]
    if channel is None:
        parts.append(_("no channel"))
    elif channel != "":
        found = Channel.objects.visible_to(request.user).filter(pk=channel).first()
        parts.append(str(found) if found else "–")
    if more:
        parts.append(_("the newest %(count)s") % {"count": f"{queries.MOST_LISTED:,}"})
    return " · ".join(parts)
