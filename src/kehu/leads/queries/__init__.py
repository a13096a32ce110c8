"""What other modules may ask about leads."""

from .known import known
from .leads import (
    Explanation,
    Reason,
    fresh,
    preset,
    reasons,
    stale,
    state_of,
    states,
    unanswered,
    unassigned,
)
from .scoring import version_of, versions_in_force

__all__ = [
    "Explanation",
    "Reason",
    "fresh",
    "known",
    "preset",
    "reasons",
    "stale",
    "state_of",
    "states",
    "unanswered",
    "unassigned",
    "version_of",
    "versions_in_force",
]
