"""Sending what waits: signed, several webhooks at a time, again and again over a day where nothing answers."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from kehu import __version__
from kehu.core import registry
from kehu.core.models import Delivery, Webhook
from kehu.core.readers import Reader
from kehu.core.webhooks import calling
from kehu.core.webhooks.actions import stop_webhook
from kehu.core.webhooks.signing import signature

SENDER = "webhook-sender"
LEASE = timedelta(minutes=2)
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600, 10 * 3600)
)
AT_ONCE = 8
EACH = 50
SECONDS_EACH = 60.0
GONE = 410
State = Delivery.State


@dataclass(frozen=True)
class Attempt:
    delivery: Delivery
    status: int | None
    text: str
    milliseconds: int | None

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def waiting() -> bool:
    """Whether a message is due."""
    due = Delivery.objects.filter(state=State.WAITING, next_at__lte=timezone.now(), webhook__active=True)
    return due.exists()


def send_due() -> int:
    """Send the messages that are due, oldest first for each webhook; how many were tried.

    One process does it at a time. A webhook that does not answer is left alone until its next wait is over.
    """
    sender = Reader(SENDER)
    if not sender.hold(lease=LEASE):
        return 0
    try:
        queues = _queues()
        if not queues:
            return 0
        tried = 0
        with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(queues))) as pool:
            running = [pool.submit(_attempts, queue) for queue in queues]
            for done in as_completed(running):  # only this thread touches the database
                for attempt in done.result():
                    record(attempt)
                    tried += 1
        return tried
    finally:
        sender.release()


def _queues() -> list[list[Delivery]]:
    """The due messages of every webhook; those that its owner may not see any more are given up."""
    found = []
    for hook in Webhook.objects.filter(active=True).select_related("owner__team"):
        due = Delivery.objects.filter(webhook=hook, state=State.WAITING, next_at__lte=timezone.now())
        queue = []
        for delivery in due.order_by("id")[:EACH]:
            delivery.webhook = hook
            if still_visible(delivery):
                queue.append(delivery)
            else:
                _end(delivery, State.FAILED, answer=_("Its owner may not see the record any more."))
        if queue:
            found.append(queue)
    return found


def still_visible(delivery: Delivery) -> bool:
    """Rights are those of now: a message that waited for hours may have become none of the owner's business."""
    data = json.loads(delivery.body)["data"]
    if "object" not in data:
        return True
    if not registry.known(data["object"]):
        return False  # an object that an administrator had made and has taken away
    kind, owner = registry.get(data["object"]), delivery.webhook.owner
    return kind.model.everything.visible_to(owner).filter(pk=data["id"]).exists()


def _attempts(queue: Sequence[Delivery]) -> list[Attempt]:
    """Call one webhook with one message after the other, until it fails or its time is over."""
    attempts, until = [], time.monotonic() + SECONDS_EACH
    for delivery in queue:
        attempts.append(attempt(delivery))
        if not attempts[-1].good or time.monotonic() > until:
            break
    return attempts


def attempt(delivery: Delivery) -> Attempt:
    """One call; touches no database."""
    hook, timestamp = delivery.webhook, int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Kehu/{__version__}",
        "webhook-id": delivery.message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(hook.secret, delivery.message, timestamp, delivery.body),
    }
    try:
        answer = calling.post(hook.address, delivery.body, headers)
    except calling.Unreachable as problem:
        return Attempt(delivery, None, str(problem), None)
    return Attempt(delivery, answer.status, answer.text, answer.milliseconds)


def record(tried: Attempt) -> None:
    """Keep what came of an attempt, and when the next one is due."""
    delivery, now = tried.delivery, timezone.now()
    delivery.attempts += 1
    delivery.tried_at, delivery.status, delivery.milliseconds = now, tried.status, tried.milliseconds
    text = tried.text.replace("\x00", "")[:500]
    if tried.good:
        _end(delivery, State.DELIVERED, answer=text)
        return
    if delivery.attempts <= len(WAITS) and tried.status != GONE:
        delivery.next_at, delivery.answer = now + WAITS[delivery.attempts - 1], text
        _save(delivery)
        return
    _end(delivery, State.FAILED, answer=text)
    gone = tried.status == GONE
    if gone or not lately_delivered(delivery.webhook):
        why = (
            _("It answered that it is gone (410).") if gone else _("It has not answered for more than a day.")
        )
        stop_webhook(webhook=delivery.webhook, reason=why)


def lately_delivered(hook: Webhook) -> bool:
    """Whether any message has arrived since the day began that an attempt takes."""
    since = timezone.now() - sum(WAITS, timedelta())
    return hook.deliveries.filter(state=State.DELIVERED, tried_at__gte=since).exists()


def _end(delivery: Delivery, state: str, *, answer: str) -> None:
    delivery.state, delivery.answer, delivery.next_at = state, answer[:500], None
    _save(delivery)


def _save(delivery: Delivery) -> None:
    delivery.save(
        update_fields=["state", "attempts", "next_at", "tried_at", "status", "milliseconds", "answer"]
    )
