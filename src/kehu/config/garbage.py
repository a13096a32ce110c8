"""How often Python looks for circles of garbage. Left as it is, one request in thirty waits for it."""

from __future__ import annotations

import gc

# A page makes some ten thousand objects that go by counting. With Python's own limits each page paid 5 ms for looking
# through them, and now and then one paid 100 ms for looking through everything that Django had loaded.
YOUNG, MIDDLE, OLD = 50_000, 20, 100


def settle() -> None:
    """Leave what is loaded by now out of every later look, and look less often. Called once a process is ready."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
