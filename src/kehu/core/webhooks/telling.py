"""From changes to messages: a reader of the log that writes what each webhook's owner may read."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kehu.core import access, registry
from kehu.core.api.values import as_json, moment
from kehu.core.changes.values import SECRET
from kehu.core.models import Change, Delivery, ImportRun, Webhook
from kehu.core.readers import Reader
from kehu.core.registry import ObjectType
from kehu.core.views.list import with_references

READER = "webhooks"
AT_ONCE = 500
MOST_ROUNDS = 20
LEASE = timedelta(seconds=60)
# What people and programs do is told; files of rows and the demo are read by the thousand instead.
UNTOLD_VERBS = frozenset({"demo"})


def tell() -> int:
    """Write the messages of what has happened since the last time; how many. Nothing was sent yet."""
    reader = Reader(READER)
    hooks = list(Webhook.objects.filter(active=True).select_related("owner__team"))
    if not hooks:
        if reader.read(limit=1):
            reader.skip_to_end()  # who sets a webhook up later is not told of the past
        return 0
    if not reader.hold(lease=LEASE):
        return 0
    try:
        return sum(_told(reader, hooks) for _round in range(MOST_ROUNDS))
    finally:
        reader.release()


def _told(reader: Reader, hooks: list[Webhook]) -> int:
    changes = reader.read(AT_ONCE)
    if not changes:
        return 0
    batches = {change.batch_id for change in changes if change.batch_id}
    files = set(ImportRun.objects.filter(batch_id__in=batches).values_list("batch_id", flat=True))
    worth = [
        change
        for change in changes
        if registry.known(change.object_type)
        and change.verb not in UNTOLD_VERBS
        and change.batch_id not in files
    ]
    found = [message for hook in hooks for message in messages(hook, worth)]
    with transaction.atomic():
        # A change that was told before the reader could move on is not told twice.
        Delivery.objects.bulk_create(found, ignore_conflicts=True)
        reader.advance(published=False)
    return len(found)


def messages(hook: Webhook, changes: Iterable[Change]) -> list[Delivery]:
    """The messages of one webhook: its objects and verbs, and of those only what its owner may see."""
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        wanted = not hook.objects_told or change.object_type in hook.objects_told
        if wanted and (not hook.verbs_told or change.verb in hook.verbs_told):
            by_kind.setdefault(change.object_type, []).append(change)
    return [message for key, found in by_kind.items() for message in _of_kind(hook, registry.get(key), found)]


def _of_kind(hook: Webhook, kind: ObjectType, changes: list[Change]) -> list[Delivery]:
    if not access.sees(hook.owner, kind):
        return []
    visible = kind.model.everything.visible_to(hook.owner).filter(pk__in={c.object_id for c in changes})
    records = list(with_references(kind, visible, hook.owner))
    shown = {record["id"]: record for record in as_json(kind, records, hook.owner)}
    return [
        delivery(hook, f"{kind.key}.{change.verb}", body(hook, kind, change, shown[change.object_id]), change)
        for change in changes
        if change.object_id in shown
    ]


def body(hook: Webhook, kind: ObjectType, change: Change, record: dict[str, Any]) -> dict[str, Any]:
    """What a message says: the record as it stands, and which fields the change touched."""
    return {
        "type": f"{kind.key}.{change.verb}",
        "timestamp": moment(change.at),
        "data": {
            "object": kind.key,
            "id": change.object_id,
            "verb": change.verb,
            "change": change.pk,
            "batch": change.batch_id,
            "fields": touched(hook, kind, change),
            "record": record,
        },
    }


def touched(hook: Webhook, kind: ObjectType, change: Change) -> list[str]:
    """The fields that a change touched, as far as the owner knows of them; none for a new record."""
    names = {field.attname: field.name for field in kind.model._meta.concrete_fields}
    return [
        names[attname]
        for attname in change.before or {}
        if attname in names and attname not in SECRET and not kind.policy.hides(names[attname], hook.owner)
    ]


def delivery(hook: Webhook, kind: str, content: dict[str, Any], change: Change | None = None) -> Delivery:
    return Delivery(
        webhook=hook,
        message=f"msg_{secrets.token_hex(16)}",
        change_id=change.pk if change else None,
        kind=kind,
        body=json.dumps(content, ensure_ascii=False),
        next_at=timezone.now(),
    )
