"""Setting up webhooks, giving them secrets, stopping them, sending again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kehu.core import access, changes, registry, verbs
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Batch, Delivery, User, Webhook
from kehu.core.webhooks.calling import refused_address
from kehu.core.webhooks.signing import new_secret
from kehu.core.webhooks.telling import delivery


@transaction.atomic
def create_webhook(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Webhook:
    """A new webhook with a secret; it reads with the rights of its owner, who is whoever made it if none is named."""
    accepted = checked(records.allowed(registry.of(Webhook), values, by))
    accepted["owner"] = accepted.get("owner") or by
    hook = Webhook(**accepted, secret=new_secret())
    records.validate(hook)
    changes.save(hook, by=by, verb="import" if batch else "create", batch=batch)
    return hook


@transaction.atomic
def edit_webhook(
    *, record: Webhook, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> Webhook:
    """Change a webhook; one that is switched on again forgets why it was stopped."""
    accepted = checked(records.allowed(registry.of(Webhook), values, by))
    if accepted.get("active"):
        record.stopped_reason = ""
    return records.update(record, accepted, by=by, batch=batch)


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """Refuses an address that may not be called, and objects and verbs that there are not."""
    found = dict(values)
    if reason := refused_address(found["address"]) if found.get("address") else "":
        raise Refused(reason, fields={"address": reason})
    known = {"objects_told": {kind.key for kind in registry.all()}, "verbs_told": verbs.known()}
    for name in known.keys() & found.keys():
        given = found[name] or []
        texts = isinstance(given, list) and all(isinstance(item, str) for item in given)
        strange = sorted(set(given) - known[name]) if texts else [str(given)[:100]]
        if strange:
            sentence = _("There is no “%(name)s” here. There are: %(known)s.")
            told = sentence % {"name": strange[0], "known": ", ".join(sorted(known[name]))}
            raise Refused(told, fields={name: told})
        found[name] = list(dict.fromkeys(given))
    return found


@transaction.atomic
def renew_secret(*, webhook: Webhook, by: User) -> str:
    """A new secret in place of the old one, from the next call on; the answer is the only time that it is shown."""
    access.require(by, "change", webhook)
    webhook.secret = new_secret()
    changes.save(webhook, by=by, verb="secret")
    return webhook.secret


@transaction.atomic
def stop_webhook(*, webhook: Webhook, reason: str) -> None:
    """Call an address no more; Today tells the administrators. Twice is once."""
    hook = Webhook.objects.select_for_update(of=("self",)).filter(pk=webhook.pk, active=True).first()
    if hook is None:
        return
    hook.active, hook.stopped_reason = False, reason[:300]
    changes.save(hook, by=None, verb="stop")


@transaction.atomic
def send_again(*, message: Delivery, by: User) -> None:
    """Send a message once more, now, with the same number, by which the receiver knows it."""
    access.require(by, "change", message.webhook)
    if not message.webhook.active:
        raise Conflict(_("This webhook is stopped. Switch it on first."))
    message.state, message.attempts, message.next_at = Delivery.State.WAITING, 0, timezone.now()
    message.save(update_fields=["state", "attempts", "next_at"])


@transaction.atomic
def send_test(*, webhook: Webhook, by: User) -> Webhook:
    """Send a message that says nothing, to see whether it arrives."""
    access.require(by, "change", webhook)
    if not webhook.active:
        raise Conflict(_("This webhook is stopped. Switch it on first."))
    moment = timezone.now().isoformat()
    delivery(webhook, "test", {"type": "test", "timestamp": moment, "data": {"webhook": webhook.pk}}).save()
    return webhook
