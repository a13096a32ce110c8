"""Feeds generated rows to Kehu in one resumable batch, with history and search, and says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import changes, registry
from kehu.core.models import Batch, Change, Record, User

VERB = "demo"
CHUNK = 2000  # rows a transaction: SQLite's write lock is held for less than half a second
Row = TypeVar("Row")


@dataclass
class Load:
    """One run of the load; `say` takes the lines that tell how far it is.

    Rows come in a fixed order, so a load that was killed goes on after the rows that its batch holds already.
    """

    batch: Batch
    say: Callable[[str], None]
    by: User | None = None
    keys: dict[str, dict[Any, int]] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    def loaded(self, model: type[Record]) -> list[int]:
        """Ids of the rows of this model that the batch has inserted, in their order."""
        rows = Change.objects.filter(
            batch=self.batch, before__isnull=True, object_type=registry.of(model).key
        )
        return list(rows.order_by("id").values_list("object_id", flat=True))

    def insert(self, model: type[Record], rows: Sequence[Row], build: Callable[[Row], Any]) -> list[int]:
        """Insert one record per row through the bulk action; returns the ids in the order of the rows."""
        ids = self.loaded(model)
        for start in range(len(ids), len(rows), CHUNK):
            records = [build(row) for row in rows[start : start + CHUNK]]
            with transaction.atomic():
                ids += changes.insert_many(model, records, by=self.by, batch=self.batch, verb=VERB)
        self.tell(str(registry.of(model).label_plural), len(ids), len(rows))
        return ids

    def keep(self, name: str, codes: Sequence[Any], ids: Sequence[int]) -> None:
        """Remember which code of the generator became which id."""
        self.keys[name] = dict(zip(codes, ids, strict=True))

    def tell(self, what: str, done: int, total: int) -> None:
        seconds = time.monotonic() - self.started
        values = {"what": what, "done": f"{done:,}", "total": f"{total:,}", "seconds": f"{seconds:.0f}"}
        self.say(_("%(what)s: %(done)s of %(total)s (%(seconds)s s)") % values)
