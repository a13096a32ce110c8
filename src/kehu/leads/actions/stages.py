"""Moves of a lead from stage to stage, each checked against the one set of moves and dated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Batch, User
from kehu.leads.models import Lead, LeadStageChange, Stage, may_move


def move(
    lead: Lead,
    to: str,
    *,
    at: datetime,
    by: User | None,
    reason: str = "",
    scoring_model_id: int | None = None,
    batch: Batch | None = None,
) -> LeadStageChange:
    """Put a lead into a stage with a dated row; for actions that have checked the right."""
    change = step(lead, to, at=at, by=by, after=last_change(lead))
    change.reason, change.scoring_model_id = reason, scoring_model_id
    lead.screened_out_reason = reason if to == Stage.SCREENED_OUT else ""
    changes.save(lead, by=by, verb="stage", batch=batch)
    changes.save(change, by=by, verb="stage", batch=batch)
    return change


def walk(
    lead: Lead,
    steps: Sequence[tuple[str, datetime]],
    *,
    by: User | None,
    verb: str = "stage",
    batch: Batch | None = None,
) -> None:
    """Put a lead through several stages at once; for actions that have checked the right."""
    rows: list[LeadStageChange] = []
    last = last_change(lead)
    for to, at in steps:
        last = step(lead, to, at=at, by=by, after=last)
        rows.append(last)
    if steps:
        lead.screened_out_reason = ""
    changes.save(lead, by=by, verb=verb, batch=batch)
    changes.insert_many(LeadStageChange, rows, by=by, verb="stage", batch=batch)


def last_change(lead: Lead) -> LeadStageChange | None:
    return lead.stage_changes.filter(deleted_at=None).order_by("-at", "-id").first()


def step(
    lead: Lead, to: str, *, at: datetime, by: User | None, after: LeadStageChange | None
) -> LeadStageChange:
    """Set a lead's stage and give the unsaved row of the move, unless the set of moves has no such move.

    A stage does not begin before the one that it follows: an earlier moment is taken as that one's.
    """
    if not may_move(lead.stage, to):
        raise Conflict(
            _("A lead that is “%(from)s” cannot become “%(to)s”.")
            % {"from": lead.get_stage_display(), "to": Stage(to).label}
        )
    at = max(at, after.at) if after else at
    change = LeadStageChange(lead=lead, from_stage=lead.stage, to_stage=to, at=at, by=by)
    lead.stage = to
    if to == Stage.QUALIFIED and lead.qualified_at is None:
        lead.qualified_at = at
    return change


@transaction.atomic
def qualify(*, lead: Lead, reason: str, by: User) -> Lead:
    """Take a lead as qualified before its score says so. The reason is kept with the stage change."""
    access.require(by, "change", lead)
    move(lead, Stage.QUALIFIED, at=clock.now(), by=by, reason=_reason(reason))
    return lead


@transaction.atomic
def screen_out(*, lead: Lead, reason: str, by: User, at: datetime | None = None) -> Lead:
    """Take a lead out of the funnel, and say why."""
    access.require(by, "change", lead)
    move(lead, Stage.SCREENED_OUT, at=at or clock.now(), by=by, reason=_reason(reason))
    return lead


@transaction.atomic
def recycle(*, lead: Lead, reason: str, by: User, at: datetime | None = None) -> Lead:
    """Give a lead back to marketing. It qualifies again with its next touch that reaches the threshold."""
    access.require(by, "change", lead)
    opportunity = lead.opportunity
    if lead.stage == Stage.OPPORTUNITY and opportunity is not None and opportunity.is_open:
        raise Conflict(_("Its opportunity is still open. Close it as lost first."))
    move(lead, Stage.RECYCLED, at=at or clock.now(), by=by, reason=_reason(reason))
    return lead


@transaction.atomic
def drop_undone_stages(*, lead: Lead, by: User | None) -> None:
    """After the undo of a move: take away the dated rows that lie past the stage in which the lead stands again."""
    rows = list(lead.stage_changes.filter(deleted_at=None).order_by("at", "id"))
    while rows and rows[-1].to_stage != lead.stage:
        undone = rows.pop()
        undone.deleted_at = clock.now()
        changes.save(undone, by=by, verb="undo")


def move_on_board(*, record: Lead, to: str, by: User) -> Lead:
    """What dropping a card into another column does; moves that need more than a stage say where to do them."""
    if to == Stage.QUALIFIED:
        return qualify(lead=record, reason=_("Moved on the board"), by=by)
    if to == Stage.SCREENED_OUT:
        return screen_out(lead=record, reason=_("Moved on the board"), by=by)
    if to == Stage.RECYCLED:
        return recycle(lead=record, reason=_("Moved on the board"), by=by)
    access.require(by, "change", record)
    if to == Stage.OPPORTUNITY and record.stage == Stage.QUALIFIED:
        raise Conflict(_("Open the lead and convert it: an opportunity needs a title."))
    if to == Stage.CUSTOMER and record.stage == Stage.OPPORTUNITY:
        raise Conflict(_("A lead becomes a customer when its opportunity is won."))
    raise Conflict(
        _("A lead that is “%(from)s” cannot become “%(to)s”.")
        % {"from": record.get_stage_display(), "to": Stage(to).label}
    )


def _reason(text: str) -> str:
    """A reason is a duty, not a habit."""
    if not text.strip():
        raise Refused(_("Say why."), fields={"reason": _("Say why.")})
    return text.strip()[:300]
