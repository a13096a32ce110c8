"""An opportunity goes from stage to stage, each step dated by when it happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.customers.models import Account
from kehu.sales import queries
from kehu.sales.actions.orders import place_order
from kehu.sales.models import Opportunity, Order, Stage, StageChange

if TYPE_CHECKING:
    from kehu.core.models import Batch, User


@contextmanager
def together(batch: Batch | None, verb: str, *, by: User, label: str) -> Iterator[Batch]:
    """The given batch, or one of its own: rows that belong to one step are undone together."""
    if batch is not None:
        yield batch
        return
    with changes.batch(verb, by=by, label=label) as opened:
        yield opened


@transaction.atomic
def move(
    *, opportunity: Opportunity, to: Stage, by: User, at: datetime | None = None, batch: Batch | None = None
) -> Opportunity:
    """Bring an open opportunity to another stage of its pipeline, now or at a moment that has passed.

    A won or lost stage closes it without an order (see `win`). Conflict for a closed opportunity; Refused for a
    stage of another pipeline, a moment in the future or before the last step.
    """
    access.require(by, "change", opportunity)
    if to.pk == opportunity.stage_id:
        return opportunity
    _refuse_closed(opportunity)
    if to.pipeline_id != opportunity.stage.pipeline_id:
        raise Refused(
            _("The stage “%(stage)s” belongs to another pipeline.") % {"stage": to}, fields={"stage": ""}
        )
    verb = {Stage.Kind.WON: "win", Stage.Kind.LOST: "lose"}.get(Stage.Kind(to.kind), "move")
    with together(batch, verb, by=by, label=str(opportunity)) as opened:
        _step(opportunity, to, at=checked_moment(opportunity, at), by=by, verb=verb, batch=opened)
        if to.kind == Stage.Kind.WON:
            _make_current(opportunity.account, by=by, batch=opened)
    return opportunity


def _refuse_closed(opportunity: Opportunity) -> None:
    if not opportunity.is_open:
        raise Conflict(_("“%(title)s” is closed. Reopen it first.") % {"title": opportunity})


def _step(opportunity: Opportunity, to: Stage, *, at: datetime, by: User, verb: str, batch: Batch) -> None:
    row = StageChange(
        opportunity=opportunity, from_stage=opportunity.stage, to_stage=to, changed_at=at, changed_by=by
    )
    opportunity.stage = to
    opportunity.probability = to.probability
    close_dates(opportunity, at=at)
    opportunity.won_before_contact = opportunity.starts_after_win()
    records.validate(opportunity)
    changes.save(opportunity, by=by, verb=verb, batch=batch)
    changes.save(row, by=by, verb="create", batch=batch)


def checked_moment(opportunity: Opportunity, at: datetime | None) -> datetime:
    """The moment of a step: not in the future, not before the step that it follows."""
    now = clock.now()
    if at is None:
        return now
    if at > now:
        raise Refused(
            _("This cannot have happened in the future. Choose an earlier moment."), fields={"at": ""}
        )
    last = queries.last_change(opportunity)
    if last is not None and at < last.changed_at:
        raise Refused(
            _("“%(title)s” came to “%(stage)s” after that moment. Choose a later one.")
            % {"title": opportunity, "stage": last.to_stage},
            fields={"at": ""},
        )
    return at


def close_dates(opportunity: Opportunity, *, at: datetime | None) -> None:
    """Make the moments of winning and losing, and the reason, agree with the stage."""
    kind = opportunity.stage.kind
    moment = at or opportunity.won_at or opportunity.lost_at
    opportunity.won_at = (moment or clock.now()) if kind == Stage.Kind.WON else None
    opportunity.lost_at = (moment or clock.now()) if kind == Stage.Kind.LOST else None
    if kind != Stage.Kind.LOST:
        opportunity.lost_reason = ""


@transaction.atomic
def win(
    *,
    opportunity: Opportunity,
    by: User,
    at: datetime | None = None,
    amount: Decimal | None = None,
    order: bool = True,
    batch: Batch | None = None,
) -> Order | None:
    """Win an opportunity: it comes to the won stage, its customer is a current one, and its order is placed.

    `amount` replaces the expected one; `order=False` wins without an order. Refused where an order is wanted and no
    amount is known, Conflict for one that is closed already.
    """
    access.require(by, "change", opportunity)
    _refuse_closed(opportunity)
    if amount is not None:
        opportunity.amount = amount
    if order and opportunity.amount is None:
        raise Refused(
            _("For how much was “%(title)s” won? Enter the amount.") % {"title": opportunity},
            fields={"amount": ""},
        )
    with together(batch, "win", by=by, label=str(opportunity)) as opened:
        move(
            opportunity=opportunity,
            to=queries.won_stage(opportunity.stage.pipeline),
            by=by,
            at=at,
            batch=opened,
        )
        if not order:
            return None
        assert opportunity.won_at is not None and opportunity.amount is not None
        return place_order(
            opportunity=opportunity,
            amount=opportunity.amount,
            ordered_on=clock.local_date(opportunity.won_at),
            by=by,
            batch=opened,
        )


@transaction.atomic
def lose(
    *, opportunity: Opportunity, reason: str, by: User, at: datetime | None = None, batch: Batch | None = None
) -> Opportunity:
    """Close an opportunity as lost, for a reason. Conflict for one that is closed already."""
    access.require(by, "change", opportunity)
    _refuse_closed(opportunity)
    if not reason.strip():
        raise Refused(_("Why was it lost? A word is enough."), fields={"reason": ""})
    with together(batch, "lose", by=by, label=str(opportunity)) as opened:
        move(
            opportunity=opportunity,
            to=queries.lost_stage(opportunity.stage.pipeline),
            by=by,
            at=at,
            batch=opened,
        )
        opportunity.lost_reason = reason.strip()
        records.validate(opportunity)
        changes.save(opportunity, by=by, verb="edit", batch=opened)
    return opportunity


def move_or_close(*, opportunity: Opportunity, to: Stage, by: User, at: datetime | None = None) -> None:
    """What dropping a card does: a won stage wins, with the order where the amount is known; losing asks why first."""
    if to.kind == Stage.Kind.LOST and opportunity.is_open:
        raise Refused(_("Say why it was lost: choose “Lost” on the page of the opportunity."))
    if to.kind == Stage.Kind.WON and opportunity.is_open and to.pipeline_id == opportunity.stage.pipeline_id:
        win(opportunity=opportunity, by=by, at=at, order=opportunity.amount is not None)
        return
    move(opportunity=opportunity, to=to, by=by, at=at)


@transaction.atomic
def reopen(*, opportunity: Opportunity, by: User, batch: Batch | None = None) -> Opportunity:
    """Take a closed opportunity up again where it stood before. Conflict while it has an order that stands."""
    access.require(by, "change", opportunity)
    if opportunity.is_open:
        raise Conflict(_("“%(title)s” is open.") % {"title": opportunity})
    standing = Order.objects.filter(opportunity=opportunity).exclude(state=Order.State.CANCELLED).first()
    if standing is not None:
        raise Conflict(
            _("The order %(order)s stands for “%(title)s”. Cancel it first.")
            % {"order": standing, "title": opportunity}
        )
    last = queries.last_change(opportunity)
    back = last.from_stage if last and last.from_stage else queries.first_stage(opportunity.stage.pipeline)
    with together(batch, "reopen", by=by, label=str(opportunity)) as opened:
        _step(opportunity, back, at=clock.now(), by=by, verb="reopen", batch=opened)
    return opportunity


def _make_current(account: Account | None, *, by: User, batch: Batch) -> None:
    if account is None or account.status == Account.Status.CURRENT:
        return
    account.status = Account.Status.CURRENT
    account.lost_reason = ""
    changes.save(account, by=by, verb="edit", batch=batch)
