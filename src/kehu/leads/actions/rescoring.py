"""Scoring all open leads again: the wrong ones are found in one statement, then set right in steps."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kehu.core import access, registry, work
from kehu.core.models import User, Work
from kehu.leads.actions.touches import rescore
from kehu.leads.models import OPEN_STAGES, Lead, ScoringModel
from kehu.leads.queries.differing import differing
from kehu.leads.queries.scoring import versions_in_force
from kehu.warehouse import feed

WORK = "scoring"
# Leads of one question to the warehouse, and of one transaction: well under half a second of SQLite's write lock.
AT_ONCE, CHUNK = 5_000, 100


def start_rescoring(*, by: User) -> Work:
    """Queue the rescoring of every open lead, to be watched, stopped and gone on with; or the one that is under way."""
    access.require(by, "add", registry.of(ScoringModel))
    under_way = Work.objects.filter(name=WORK, actor=by, state__in=(Work.State.WAITING, Work.State.RUNNING))
    return under_way.first() or work.start(WORK, label=label(), by=by)


def label() -> str:
    return _("Score the open leads again")


@work.step(WORK, writes=False, said=lambda running: label())
def rescore_step(running: Work) -> bool:
    """The next leads that are wrong; a lead that is right already is left alone, so that it may run twice."""
    feed.refresh(wait=True)
    versions = versions_in_force()
    after, changed = running.cursor.get("after", 0), running.cursor.get("changed", 0)
    found = differing(versions, after=after, limit=None if not running.total else AT_ONCE)
    if not running.total:
        running.total, running.done = len(found), 0
        found = found[:AT_ONCE]
    for start in range(0, len(found), CHUNK):
        ids = found[start : start + CHUNK]
        with transaction.atomic():
            for lead in Lead.objects.filter(pk__in=ids, stage__in=OPEN_STAGES).order_by("pk"):
                before = lead.score, lead.stage
                rescore(lead, versions=versions, by=running.actor)
                changed += before != (lead.score, lead.stage)
        running.cursor = {"after": ids[-1], "changed": changed}
        work.progress(running, running.done + len(ids))
    running.result = {"changed": changed, "looked_at": running.done}
    running.outcome = ngettext("%(count)s lead changed.", "%(count)s leads changed.", changed) % {
        "count": changed
    }
    return len(found) == AT_ONCE
