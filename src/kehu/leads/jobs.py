"""What the worker does for leads: follow the fate of opportunities, score again where touches were taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from kehu.core.jobs import periodic
from kehu.core.models import Change
from kehu.core.readers import Reader
from kehu.leads import actions, events, queries
from kehu.leads.models import Lead, Touch

READER = "leads"
AT_ONCE = 2000
GROUP = 500


@periodic(every=timedelta(seconds=2))
def follow_changes() -> None:
    """Read what happened since the last time; a crash in between gives the same changes again."""
    reader = Reader(READER)
    if not reader.hold():
        return
    while found := reader.read(AT_ONCE):
        react(found)
        reader.advance(published=False)
        if len(found) < AT_ONCE:
            return


def react(changes: Sequence[Change]) -> None:
    """Bring the leads concerned in line; does nothing to those that are right already."""
    decided = sorted(events.decided_opportunities(changes))
    for start in range(0, len(decided), GROUP):
        part = decided[start : start + GROUP]
        for lead in Lead.objects.filter(opportunity_id__in=part).select_related("opportunity"):
            actions.follow_opportunity(lead=lead, by=None)
    for lead in Lead.objects.filter(pk__in=events.undone_moves(changes)):
        actions.drop_undone_stages(lead=lead, by=None)
    corrected = sorted(events.corrected_touches(changes))
    for start in range(0, len(corrected), GROUP):
        part = corrected[start : start + GROUP]
        touched = Touch.everything.filter(pk__in=part).values("lead_id")
        versions = queries.versions_in_force()
        for lead in Lead.objects.filter(pk__in=touched):
            with transaction.atomic():
                actions.rescore(lead, versions=versions, by=None)
