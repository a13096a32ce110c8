"""Which changes of the log concern leads."""

from __future__ import annotations

from collections.abc import Iterable

from kehu.core.models import Change

FATE = frozenset({"won_at", "lost_at", "deleted_at"})
CORRECTIONS = frozenset({"edit", "delete", "restore", "undo"})


def decided_opportunities(changes: Iterable[Change]) -> set[int]:
    """Opportunities that were won or lost, or whose fate was taken back."""
    return {
        change.object_id
        for change in changes
        if change.object_type == "opportunity" and FATE & {*(change.before or {}), *(change.after or {})}
    }


def corrected_touches(changes: Iterable[Change]) -> set[int]:
    """Touches that were changed or taken back after they had been scored."""
    return {
        change.object_id for change in changes if change.object_type == "touch" and change.verb in CORRECTIONS
    }
