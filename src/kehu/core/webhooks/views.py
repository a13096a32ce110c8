"""What a webhook's page holds beside its fields: the secret, and what was sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kehu.core import access, registry, verbs
from kehu.core.errors import NotFound
from kehu.core.models import Delivery, User, Webhook
from kehu.core.views.base import go_to, kind_for, record_for
from kehu.core.views.notices import done
from kehu.core.webhooks import actions

SHOWN = 50
LOOK = {Delivery.State.WAITING: "info", Delivery.State.DELIVERED: "good", Delivery.State.FAILED: "bad"}


def panel(hook: Webhook, user: User) -> dict[str, Any]:
    """What the webhook is told of in words, and its last messages."""
    labels = {kind.key: str(kind.label_plural) for kind in registry.all()}
    may = access.can(user, "change", hook)
    return {
        "told": ", ".join(labels.get(key, key) for key in hook.objects_told),
        "occasions": ", ".join(str(verbs.get(key).label) for key in hook.verbs_told),
        "secret_url": reverse("webhook-secret", args=[hook.pk]) if may else "",
        "deliveries": [row(one, may) for one in hook.deliveries.order_by("-id")[:SHOWN]],
    }


def row(delivery: Delivery, may: bool) -> dict[str, Any]:
    ended = delivery.state != Delivery.State.WAITING
    return {
        "delivery": delivery,
        "state": delivery.get_state_display(),
        "look": LOOK[Delivery.State(delivery.state)],
        "again_url": reverse("delivery-again", args=[delivery.pk]) if may and ended else "",
    }


@never_cache
@require_POST
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, on the only page that shows it."""
    kind = kind_for(request, "webhook")
    hook = record_for(request, kind, pk)
    made = actions.renew_secret(webhook=hook, by=request.user)
    context = {
        "page": {"title": _("The secret of “%(name)s”") % {"name": hook}},
        "secret": made,
        "back_url": reverse("record", args=[kind.key, hook.pk]),
    }
    return render(request, "core/pages/secret.html", context)


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one message once more."""
    kind = kind_for(request, "webhook")
    message = Delivery.objects.filter(pk=pk).select_related("webhook__owner__team").first()
    if message is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    hook = record_for(request, kind, message.webhook_id)
    actions.send_again(message=message, by=request.user)
    done(request, _("It is sent again in a moment."))
    return go_to(request, reverse("record", args=[kind.key, hook.pk]))
