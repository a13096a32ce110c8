"""What would come of a bulk action: it is done to the first records and all of it taken back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from kehu.core import history
from kehu.core.actions import many
from kehu.core.bulk.offered import BulkAction, Values
from kehu.core.models import Batch, Change, User
from kehu.core.registry import ObjectType
from kehu.core.selection import Selection

# So many records are tried out for the preview, and so many of them shown.
TRIED, SHOWN = 100, 20


@dataclass(frozen=True)
class Line:
    """A record of the preview: what would change in it, or why nothing does."""

    id: int
    name: str
    changes: Sequence[history.FieldChange] = ()
    problem: str = ""


@dataclass(frozen=True)
class Preview:
    """What would come of it: `total` records, of which the first `tried` were tried out and `refused` refuse."""

    total: int
    tried: int
    refused: int
    unchanged: int
    lines: Sequence[Line]


def preview(action: BulkAction, kind: ObjectType, selection: Selection, values: Values, by: User) -> Preview:
    """Do it to the first records and take all of it back again: what would change, and what refuses and why."""
    selected = selection.records(kind, by)
    total = selected.count()
    records = list(selected[:TRIED])
    with transaction.atomic():
        batch = Batch.objects.create(verb=action.verb, actor=by)
        refusals = action.write(records, values, by, batch)
        written = Change.objects.filter(batch=batch, object_type=kind.key).order_by("id")
        found: dict[int, list[history.FieldChange]] = {}
        for change in written:
            found.setdefault(change.object_id, []).extend(history.field_changes(change, kind, by))
        transaction.set_rollback(True)
    # Refusals first: they are what the user has to decide about.
    lines = [Line(record.pk, str(record), problem=why) for record, why in many.told(refusals, records)]
    lines += [Line(record.pk, str(record), found[record.pk]) for record in records if record.pk in found]
    touched = {*refusals, *found}
    unchanged = sum(record.pk not in touched for record in records)
    return Preview(total, len(records), len(refusals), unchanged, lines[:SHOWN])
