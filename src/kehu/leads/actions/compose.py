"""What a lead's touches and its opportunity make of it: stages, scores, the copy of the first touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from kehu.core import clock
from kehu.core.models import User
from kehu.leads.models import Lead, LeadStageChange, ScoreEntry, Stage, Touch
from kehu.leads.scoring import ScoreResult, Version, score_history
from kehu.sales.models import Opportunity


@dataclass(slots=True)
class LeadHistory:
    """An unsaved lead with what happened to it.

    `touches` are unsaved and need no lead; without any, the first touch is made from the lead's own source,
    `first_kind` and `captured_at`. `opportunity` is a stored one that the lead became, at `opened_at` (empty: the
    opportunity's own date). `changes` and `scores` are filled by `compose`.
    """

    lead: Lead
    touches: list[Touch] = field(default_factory=list)
    opportunity: Opportunity | None = None
    opened_at: datetime | None = None
    screened_out_at: datetime | None = None
    screened_out_reason: str = ""
    changes: list[LeadStageChange] = field(default_factory=list)
    scores: list[ScoreEntry] = field(default_factory=list)
    result: ScoreResult = field(default_factory=ScoreResult)


def compose(history: LeadHistory, versions: Sequence[Version], *, by: User | None) -> None:
    """Fill in everything that follows from the given rows. Stages are dated by what they follow from."""
    lead = history.lead
    if not history.touches:
        history.touches.append(first_touch(lead))
    history.touches.sort(key=lambda touch: touch.at)
    copy_first_touch(lead, history.touches[0])
    lead.last_touch_at = history.touches[-1].at
    history.result = score_history([(touch.at, touch.kind) for touch in history.touches], versions)
    lead.score = history.result.score
    history.scores = [
        ScoreEntry.from_columns(at=step.at, score=step.score, scoring_model_id=step.version)
        for step in history.result.steps
    ]
    _walk(history, by)


def first_touch(lead: Lead) -> Touch:
    """The touch that a lead's own source describes."""
    return Touch.from_columns(
        at=lead.captured_at,
        kind=lead.first_kind,
        channel_id=lead.channel_id,
        medium_id=lead.medium_id,
        campaign_id=lead.campaign_id,
        region_id=lead.region_id,
        detail=lead.landing_page,
    )


def copy_first_touch(lead: Lead, touch: Touch) -> None:
    """Channel means first touch: the lead carries a copy of it."""
    lead.captured_at = touch.at
    lead.first_kind = touch.kind
    lead.channel_id = touch.channel_id
    lead.medium_id = touch.medium_id
    lead.campaign_id = touch.campaign_id
    lead.region_id = lead.region_id or touch.region_id


def _walk(history: LeadHistory, by: User | None) -> None:
    """The dated stages in the order of the funnel; none lies before the one that it follows."""
    lead, opportunity, decisive = history.lead, history.opportunity, history.result.qualified_by
    _step(history, Stage.POTENTIAL, lead.captured_at, by)
    qualified_at, model = (decisive.at, decisive.version) if decisive else (None, None)
    opened_at = None
    if opportunity is not None:
        opened_at = history.opened_at or opening_of(opportunity, qualified_at) or lead.captured_at
        if qualified_at is None or qualified_at > opened_at:
            # Sales took the lead before the score said so: it counts as qualified from then on.
            qualified_at, model = opened_at, None
    if qualified_at is not None:
        change = _step(history, Stage.QUALIFIED, qualified_at, by)
        change.scoring_model_id = model
        lead.qualified_at = change.at
    if opportunity is not None and opened_at is not None:
        lead.opportunity = opportunity
        _step(history, Stage.OPPORTUNITY, opened_at, by)
        if opportunity.won_at is not None:
            _step(history, Stage.CUSTOMER, opportunity.won_at, by)
            lead.customer_at = opportunity.won_at
    elif history.screened_out_at is not None:
        change = _step(history, Stage.SCREENED_OUT, history.screened_out_at, by)
        change.reason = lead.screened_out_reason = history.screened_out_reason


def _step(history: LeadHistory, to: str, at: datetime, by: User | None) -> LeadStageChange:
    before = history.changes[-1] if history.changes else None
    change = LeadStageChange.from_columns(
        from_stage=before.to_stage if before else Stage.NEW,
        to_stage=to,
        at=max(at, before.at) if before else at,
        by_id=by.pk if by else None,
    )
    history.changes.append(change)
    history.lead.stage = to
    return change


def opening_of(opportunity: Opportunity, qualified_at: datetime | None = None) -> datetime | None:
    """When a lead became this opportunity: its day of opening, no earlier on that day than it qualified.

    Where no day is recorded the day it was won stands in.
    """
    if opportunity.opened_on is None:
        return opportunity.won_at
    opened = datetime.combine(opportunity.opened_on, time.min, clock.zone())
    if qualified_at is not None and clock.local_date(qualified_at) == opportunity.opened_on:
        return qualified_at
    return opened
