"""What a comparison lets one say, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kehu.capture.experiments.compare import Difference

NO_DIFFERENCE = "no difference"
NO_WINNER = "no winner yet"
BROKEN = "sample ratio broken"
# Below the first no figure of the test is to be trusted (Fabijan et al. 2019); below the second somebody should look.
BROKEN_BELOW, DOUBTFUL_BELOW = 0.001, 0.01
# A difference of less than this part of the control's rate counts as none unless a margin is named.
MARGIN_SHARE = 0.05


def ratio_state(p: float) -> str:
    return "broken" if p < BROKEN_BELOW else "doubtful" if p < DOUBTFUL_BELOW else "ok"


def live_ratio_state(p: float) -> str:
    """The same of a p that holds over all looks, so that less certainty is certainty enough."""
    return "broken" if p < 10 * BROKEN_BELOW else "doubtful" if p < 5 * DOUBTFUL_BELOW else "ok"


def wins(arm: str) -> str:
    return f"{arm} wins"


def against_control(found: Difference, p: float | None, alpha: float, margin: float) -> str:
    """`better`, `worse`, or what may be said otherwise, of one arm against the control."""
    if p is not None and p < alpha:
        return "better" if found.difference > 0 else "worse"
    return NO_DIFFERENCE if within(found, margin) else NO_WINNER


def within(found: Difference, margin: float) -> bool:
    """Whether the difference is surely too small to matter (two one-sided tests)."""
    return margin > 0 and -margin < found.tight[0] and found.tight[1] < margin


def winner(
    arms: Sequence[str],
    pairs: Mapping[tuple[str, str], Difference],
    safe: Mapping[tuple[str, str], float | None],
    alpha: float,
) -> str:
    """The arm that beats every other one, if any. A pair holds the first arm's difference from the second."""
    for arm in arms:
        if all(_beats(arm, other, pairs, safe, alpha) for other in arms if other != arm):
            return arm
    return ""


def _beats(
    arm: str,
    other: str,
    pairs: Mapping[tuple[str, str], Difference],
    safe: Mapping[tuple[str, str], float | None],
    alpha: float,
) -> bool:
    way = (arm, other) if (arm, other) in pairs else (other, arm)
    p = safe[way]
    more = pairs[way].difference if way[0] == arm else -pairs[way].difference
    return p is not None and p < alpha and more > 0
