"""Which changes of the log concern leads."""

from __future__ import annotations

from collections.abc import Iterable

from kehu.core.models import Change
from kehu.sales.events import closed

CORRECTIONS = frozenset({"edit", "delete", "restore", "undo"})
# What a score rests on.
SCORED = frozenset({"kind", "at", "deleted_at", "lead"})


def decided_opportunities(changes: Iterable[Change]) -> set[int]:
    """Opportunities that were won or lost, taken up again, deleted or restored."""
    return {
        change.object_id
        for change in changes
        if change.object_type == "opportunity" and (closed(change) or "deleted_at" in (change.after or {}))
    }


def new_leads(changes: Iterable[Change]) -> set[int]:
    """Leads that came into being, however."""
    return {change.object_id for change in changes if change.object_type == "lead" and change.before is None}


def undone_moves(changes: Iterable[Change]) -> set[int]:
    """Leads whose move to another stage was taken back."""
    return {
        change.object_id
        for change in changes
        if change.object_type == "lead" and change.verb == "undo" and "stage" in (change.after or {})
    }


def corrected_touches(changes: Iterable[Change]) -> set[int]:
    """Touches that were changed or taken back after they had been scored, in what a score rests on."""
    return {
        change.object_id
        for change in changes
        if change.object_type == "touch"
        and change.verb in CORRECTIONS
        and SCORED & {*(change.before or {}), *(change.after or {})}
    }
