"""What others may want to know of a sale, read off the change log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime

if TYPE_CHECKING:
    from kehu.core.models import Change


@dataclass(frozen=True)
class OpportunityClosed:
    """An opportunity was won or lost at a moment, or (`at` empty) taken up again."""

    opportunity_id: int
    won: bool
    at: datetime | None


def closed(change: Change) -> OpportunityClosed | None:
    """The event that a change tells of; nothing where it says nothing about the end of an opportunity."""
    if change.object_type != "opportunity" or not change.after:
        return None
    for field, won in (("won_at", True), ("lost_at", False)):
        if field in change.after:
            moment = change.after[field]
            at = parse_datetime(moment) if moment else None
            if at is not None or (change.before or {}).get(field):
                return OpportunityClosed(change.object_id, won, at)
    return None
