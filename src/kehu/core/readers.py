"""Reading the change log, each change once and none left out, by as many readers as there are uses.

On SQLite one writer at a time makes ids appear in order. On PostgreSQL they do not: a transaction that took
id 7 may commit after one that took id 8, and a reader that stood at 8 would never see 7. So there every
change carries the number of its transaction, the order is (transaction, id), and a reader stops before the oldest
transaction that is still open: whatever commits later has a higher number than everything read.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from kehu.core.models.changelog import Change, Position

LEASE = timedelta(seconds=30)


def who() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass
class Reader:
    """A named cursor. `read` gives what came since the last `advance`; work on it must be repeatable.

    A crash between work and `advance` gives the same changes again.
    """

    name: str
    seen: tuple[int, int] | None = field(default=None, init=False)

    def read(self, limit: int = 1000) -> list[Change]:
        """The next changes in order, at most `limit`."""
        position = self.position()
        after = Q(xact__gt=position.xact) | Q(xact=position.xact, id__gt=position.change_id)
        changes = Change.objects.filter(after).order_by("xact", "id")
        if (horizon := oldest_open_transaction()) is not None:
            changes = changes.filter(xact__lt=horizon)
        found = list(changes[:limit])
        if found:
            self.seen = (found[-1].xact, found[-1].pk)
        return found

    def advance(self, *, published: bool = True) -> None:
        """Pass everything read. `published` also moves the version that live pages watch."""
        if self.seen is None:
            return
        with transaction.atomic():
            position = Position.objects.select_for_update().get(reader=self.name)
            position.xact, position.change_id = self.seen
            position.version += int(published)
            position.moved_at = timezone.now()
            position.save()
        self.seen = None

    def skip_to_end(self) -> None:
        """Stand behind everything there is: for a reader that has just been rebuilt from the tables."""
        changes = Change.objects.order_by("-xact", "-id")
        if (horizon := oldest_open_transaction()) is not None:
            changes = changes.filter(xact__lt=horizon)
        last = changes.first()
        self.position()
        self.seen = (last.xact, last.pk) if last else (0, 0)
        self.advance()

    def position(self) -> Position:
        return Position.objects.get_or_create(reader=self.name)[0]

    def behind(self) -> int:
        """How many changes wait, counted up to 10,000."""
        position = self.position()
        after = Q(xact__gt=position.xact) | Q(xact=position.xact, id__gt=position.change_id)
        return Change.objects.filter(after)[:10_000].count()

    def hold(self, holder: str = "", lease: timedelta = LEASE) -> bool:
        """Take or renew the lease that makes this process the reader's only one."""
        holder = holder or who()
        self.position()
        now = timezone.now()
        free = Q(holder="") | Q(holder=holder) | Q(held_until__lt=now) | Q(held_until=None)
        taken = Position.objects.filter(free, reader=self.name).update(holder=holder, held_until=now + lease)
        return bool(taken)

    def release(self, holder: str = "") -> None:
        Position.objects.filter(reader=self.name, holder=holder or who()).update(holder="", held_until=None)


# Transactions are numbered for the whole server; those of other databases on it write no changes here.
# One that ended since the snapshot is counted as open, which only waits a moment longer.
HORIZON = """
WITH now AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
SELECT coalesce(
    (SELECT min(open.xid::text::bigint)
     FROM pg_snapshot_xip(now.snapshot) AS open (xid)
     WHERE NOT EXISTS (
         SELECT 1 FROM pg_stat_activity AS other
         WHERE other.datname <> current_database()
           AND other.backend_xid::text::bigint = open.xid::text::bigint & 4294967295)),
    pg_snapshot_xmax(now.snapshot)::text::bigint)
FROM now
"""


def oldest_open_transaction() -> int | None:
    """PostgreSQL: of the transactions that write here every one with a smaller number has ended. Nothing on SQLite."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return cursor.fetchone()[0]
