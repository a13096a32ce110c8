"""The what-if of a scoring version: another threshold, other points, and what would come of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehu.campaigns.models import Channel
from kehu.core import access
from kehu.core.errors import NotFound, Refused
from kehu.core.views.base import go_to, is_fragment, kind_for, record_for
from kehu.core.views.notices import done
from kehu.kit.text import whole_number
from kehu.leads import actions, queries, tables
from kehu.leads.filters import address
from kehu.leads.models import ScoringModel, TouchKind
from kehu.leads.scoring import Version

POINT = "points."


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a threshold and points would bring; a POST writes them into the draft. htmx gets the answer alone."""
    model = record_for(request, kind_for(request, "scoring_model"), pk)
    if not queries.may_ask(request.user):
        raise NotFound(_("There is no such page."))
    given = request.POST if request.method == "POST" else request.GET
    refused = ""
    try:
        version = asked(model, given)
        if request.method == "POST":
            actions.take_points(
                model=model, threshold=version.threshold, points=version.points, by=request.user
            )
            done(request, _("“%(record)s” has these points now.") % {"record": model}, model)
            return go_to(request, reverse("record", args=["scoring_model", pk]))
    except Refused as refusal:
        refused, version = str(refusal), queries.hypothesis(model)
    context = context_of(request, model, version, screened="screened" in given) | {"refused": refused}
    template = "leads/whatif_answer.html" if is_fragment(request) else "leads/whatif.html"
    return render(request, template, context, status=422 if refused else 200)


def asked(model: ScoringModel, given: Any) -> Version:
    """The version with the threshold and the points of an address or a form; empty fields earn nothing."""
    pairs = [
        f"{name.removeprefix(POINT)}={value or 0}" for name, value in given.items() if name.startswith(POINT)
    ]
    said = given.get("threshold", "")
    threshold = whole_number(said)
    if said and threshold is None:
        raise Refused(_("“%(text)s” is no threshold: write a whole number.") % {"text": said[:40]})
    return queries.hypothesis(model, threshold=threshold, points=queries.read_points(pairs))


def context_of(
    request: HttpRequest, model: ScoringModel, version: Version, *, screened: bool
) -> dict[str, Any]:
    user = request.user
    found = queries.what_if(version, user=user)
    tested = queries.backtest(version, user=user, screened_out=screened)
    names = {channel.pk: str(channel) for channel in Channel.objects.visible_to(user)}
    own = queries.hypothesis(model)
    draft = model.state == ScoringModel.State.DRAFT
    return {
        "page": {
            "title": _("What if"),
            "subtitle": str(model),
            "back_url": reverse("record", args=["scoring_model", model.pk]),
            "url": reverse("scoring-whatif", args=[model.pk]),
        },
        "model": model,
        "version": version,
        "before": found.before,
        "changed": (own.threshold, own.points) != (version.threshold, version.points),
        "may_take": draft and access.can(user, "change", model),
        "steps": range(queries.LOWEST, queries.HIGHEST + 1),
        "highest": queries.HIGHEST,
        "kinds": [
            {"name": POINT + kind, "label": label, "points": version.points.get(kind, 0)}
            for kind, label in TouchKind.choices
        ],
        "screened": screened,
        "part": found.part(version.threshold),
        "urls": {side: address(version, side) for side in queries.SIDES},
        "channels": tables.channels(found, names, lambda side, channel: address(version, side, channel)),
        "thresholds": tables.thresholds_chart(found),
        "expected": tables.expected(found, tested),
        "tested": tested,
        "lines": tested.lines(range(queries.LOWEST, queries.HIGHEST + 1)),
        "curve": tables.curve(tested, version.threshold),
    }
