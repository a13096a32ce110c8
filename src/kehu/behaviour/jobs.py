"""What the worker does for behaviour: it takes apart what came in."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from kehu.behaviour import actions
from kehu.core.jobs import periodic
from kehu.core.readers import Reader

READER = "behaviour"
# Other periodic work waits meanwhile.
LONGEST = 5.0


@periodic(every=timedelta(seconds=1))
def take_apart() -> None:
    """Everything that waits, one process at a time; after a crash the same calls come again and count once."""
    from kehu.behaviour.models import Arrival

    if not Arrival.objects.exists():
        return
    reader = Reader(READER)
    if not reader.hold():
        return
    until = monotonic() + LONGEST
    while actions.digest() and monotonic() < until:
        reader.hold()
