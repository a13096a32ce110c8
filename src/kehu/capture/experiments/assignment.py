"""Which arm a visitor is in: the same one each time, worked out, not stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

SPAN = 1 << 64


def assign(experiment: str, visitor: str, shares: Sequence[tuple[str, int]]) -> str:
    """The arm of a visitor in an experiment, by the arms' shares in their order; nothing where all are 0.

    It depends on the two names alone, so that it is the same on every machine and day, and two experiments split the
    same visitors independently. A larger share takes visitors from the arms after it, so shares stay as they are while
    a test runs.
    """
    total = sum(share for _arm, share in shares)
    if total <= 0:
        return ""
    # With the length before it no two pairs of names run together to the same text.
    text = f"{len(experiment)}:{experiment}:{visitor}".encode("utf-8", "surrogatepass")
    place = int.from_bytes(hashlib.sha256(text).digest()[:8], "big") * total
    reached = 0
    for arm, share in shares:
        reached += share * SPAN
        if place < reached:
            return arm
    raise AssertionError("The shares do not cover the span.")
