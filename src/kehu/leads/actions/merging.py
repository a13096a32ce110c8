"""What follows when two leads become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kehu.core import changes
from kehu.core.errors import Conflict
from kehu.core.models import Batch, User
from kehu.leads.actions.compose import copy_first_touch
from kehu.leads.actions.convert import link_opportunity
from kehu.leads.actions.stages import move
from kehu.leads.actions.touches import redate_stages, rescore
from kehu.leads.models import OPEN_STAGES, Lead, Stage
from kehu.leads.queries.scoring import versions_in_force


def merged(*, survivor: Lead, other: Lead, by: User, batch: Batch) -> None:
    """The touches of both stand at the survivor now: its source, score and stage follow from them.

    Conflict where the two have become different opportunities.
    """
    theirs = other.opportunity
    if theirs is not None and survivor.opportunity_id not in (None, theirs.pk):
        raise Conflict(
            _(
                "“%(one)s” and “%(other)s” have become different opportunities. Merge or close one of those first."
            )
            % {"one": survivor, "other": other}
        )
    first = survivor.touches.filter(deleted_at=None).order_by("at", "id").first()
    if first is not None:
        copy_first_touch(survivor, first)
        changes.save(survivor, by=by, verb="merge", batch=batch)
        redate_stages(survivor, by=by, batch=batch)
    rescore(survivor, versions=versions_in_force(), by=by, batch=batch)
    if survivor.stage in OPEN_STAGES and other.qualified_at is not None:
        # Somebody has qualified the other by hand.
        move(survivor, Stage.QUALIFIED, at=max(other.qualified_at, survivor.captured_at), by=by, batch=batch)
    if theirs is not None and survivor.opportunity_id is None:
        link_opportunity(lead=survivor, opportunity=theirs, by=by, batch=batch)
