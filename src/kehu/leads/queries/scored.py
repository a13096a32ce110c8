"""The scoring rule as SQL over the warehouse's tables, for questions about all leads at once."""

from __future__ import annotations

from kehu.leads.models import TouchKind
from kehu.leads.scoring import Version

# The touch of a lead that is looked at, where a statement joins them.
KIND = "touch.kind"


def points_sql(version: Version) -> str:
    """What a touch is worth under a version, as a CASE over its kind; NULL where it earns nothing."""
    known = set(TouchKind.values)
    steps = " ".join(
        f"WHEN '{kind}' THEN {int(worth)}" for kind, worth in sorted(version.points.items()) if kind in known
    )
    return f"CASE {KIND} {steps} END" if steps else "CAST(NULL AS INTEGER)"


def score_sql(version: Version, counts: str = "") -> str:
    """The score of a group of touches: its highest step, of those touches of which the condition `counts` is true."""
    points = points_sql(version)
    return (
        f"coalesce(max(CASE WHEN {counts} THEN {points} END), 0)" if counts else f"coalesce(max({points}), 0)"
    )
