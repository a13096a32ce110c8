"""What other modules may ask about leads."""

from .backtest import Backtest, backtest
from .consents import consented
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
from .whatif import (
    HIGHEST,
    LOWEST,
    MOST_LISTED,
    SIDES,
    WhatIf,
    hypothesis,
    leads_of,
    may_ask,
    read_points,
    version_points,
    way_to_whatif,
    what_if,
)

__all__ = [
    "HIGHEST",
    "LOWEST",
    "MOST_LISTED",
    "SIDES",
    "Backtest",
    "Explanation",
    "Reason",
    "WhatIf",
    "backtest",
    "consented",
    "fresh",
    "hypothesis",
    "known",
    "leads_of",
    "may_ask",
    "preset",
    "read_points",
    "reasons",
    "stale",
    "state_of",
    "states",
    "unanswered",
    "unassigned",
    "version_of",
    "version_points",
    "versions_in_force",
    "way_to_whatif",
    "what_if",
]
