"""Many leads with their history at once; a single capture goes the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import transaction

from kehu.core import access, changes, registry
from kehu.core.database import reserve_ids
from kehu.core.models import Batch, User
from kehu.leads.actions.compose import LeadHistory, compose
from kehu.leads.models import Lead, LeadStageChange, ScoreEntry, Touch
from kehu.leads.queries.scoring import versions_in_force
from kehu.leads.scoring import Version

# Leads per transaction: with touches, stages and scores well under half a second of SQLite's write lock.
CHUNK = 1000


def load_leads(
    histories: Iterable[LeadHistory],
    *,
    by: User | None,
    batch: Batch | None = None,
    verb: str = "import",
    chunk: int = CHUNK,
) -> int:
    """Score and store leads with their touches, stage changes and score entries; returns how many leads.

    Chunk by chunk, each whole or not at all, so that a stopped load can be undone or resumed by its batch.
    Scores, stages and `qualified_at` come from the touches by the rule that single leads obey.
    """
    if by is not None:
        access.require(by, "add", registry.of(Lead))
    versions = versions_in_force()
    source = iter(histories)
    loaded = 0
    while part := list(islice(source, chunk)):
        for history in part:
            compose(history, versions, by=by)
        with transaction.atomic():
            store(part, by=by, batch=batch, verb=verb)
        loaded += len(part)
    return loaded


def add_history(
    history: LeadHistory, *, versions: Sequence[Version], by: User | None, batch: Batch | None, verb: str
) -> Lead:
    """Score and store one lead, in the caller's transaction."""
    compose(history, versions, by=by)
    store([history], by=by, batch=batch, verb=verb)
    return history.lead


def store(part: Sequence[LeadHistory], *, by: User | None, batch: Batch | None, verb: str) -> None:
    """Insert composed leads and their rows, in the caller's transaction."""
    give_numbers([history.lead for history in part])
    changes.insert_many(Lead, [history.lead for history in part], by=by, batch=batch, verb=verb)
    for history in part:
        pk = history.lead.pk
        history.lead._state.adding = False
        children: list[Touch | LeadStageChange | ScoreEntry] = []
        children += [*history.touches, *history.changes, *history.scores]
        for row in children:
            row.lead_id = pk
    changes.insert_many(Touch, [row for one in part for row in one.touches], by=by, batch=batch, verb=verb)
    changes.insert_many(
        LeadStageChange, [row for one in part for row in one.changes], by=by, batch=batch, verb="stage"
    )
    for history in part:
        for entry, step in zip(history.scores, history.result.steps, strict=True):
            entry.touch_id = history.touches[step.touch].pk if step.touch is not None else None
    changes.insert_many(
        ScoreEntry, [row for one in part for row in one.scores], by=by, batch=batch, verb="score"
    )


def give_numbers(leads: Sequence[Lead]) -> None:
    """Number the leads that have none.

    The numbers are taken from the table's own sequence of ids, so no second writer gets them.
    """
    unnumbered = [lead for lead in leads if not lead.number]
    if not unnumbered:
        return
    for lead, number in zip(unnumbered, reserve_ids(Lead, len(unnumbered)), strict=True):
        lead.number = f"L{number:06d}"
