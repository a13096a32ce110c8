"""The channels that a new company starts with."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import override

from kehu.campaigns.models import SEEDED_CHANNELS, Channel
from kehu.core import changes


@transaction.atomic
def seed() -> None:
    """Add the channels that are missing; a channel that somebody deleted or renamed stays as it is."""
    there = set(Channel.everything.values_list("code", flat=True))
    # Stored in English, the language of the catalogues' keys.
    with override("en"):
        for code, name, budget_class in SEEDED_CHANNELS:
            if code not in there:
                channel = Channel(code=code, name=str(name), budget_class=budget_class, seeded=True)
                changes.save(channel, by=None, verb="create")
