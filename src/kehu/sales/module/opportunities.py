"""Opportunities and their steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.activities.queries import TASKS_AND_NOTES, planned
from kehu.campaigns.actions import check_medium
from kehu.core import access, clock
from kehu.core.access import EVERYTHING, OWN, TEAM, Policy, Unowned, Via, everyone, roles
from kehu.core.models import User
from kehu.core.parts import State
from kehu.core.registry import Board, Column, ObjectType, Panel, RecordAction, Section
from kehu.sales import actions
from kehu.sales.forms import LoseForm, MoveForm, OpportunityForm, WinForm
from kehu.sales.models import Opportunity, Order, Stage, StageChange
from kehu.warehouse.metrics import Facts

TEAM_AND_FREE = TEAM | Unowned()
SOLD = {roles.SALES_HEAD: TEAM_AND_FREE, roles.SALES_REP: OWN}
WATCHING = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.SERVICE_AGENT)


def may_go_on(opportunity: Opportunity, user: User) -> bool:
    return opportunity.is_open and access.can(user, "change", opportunity)


def may_reopen(opportunity: Opportunity, user: User) -> bool:
    return not opportunity.is_open and access.can(user, "change", opportunity)


def move(*, record: Opportunity, to: Stage, by: User, at: datetime | None = None) -> None:
    actions.move_or_close(opportunity=record, to=to, by=by, at=at)


def win(
    *, record: Opportunity, by: User, amount: Decimal | None, at: datetime | None, order: bool
) -> Order | None:
    return actions.win(opportunity=record, by=by, amount=amount, at=at, order=order)


def worth(opportunity: Opportunity, user: User) -> dict[str, Any]:
    """What it will be won for unless somebody says otherwise: the expected amount, or the list price."""
    listed = opportunity.product.list_price if opportunity.product is not None else None
    return {"amount": opportunity.amount if opportunity.amount is not None else listed}


def lose(*, record: Opportunity, by: User, reason: str, at: datetime | None) -> None:
    actions.lose(opportunity=record, by=by, reason=reason, at=at)


def reopen(*, record: Opportunity, by: User) -> None:
    actions.reopen(opportunity=record, by=by)


def states(found: Sequence[Opportunity], user: User) -> list[State]:
    """The health of opportunities; an open task about one is a next step too."""
    open_ones = [one for one in found if one.is_open and not one.next_step]
    with_task = planned(open_ones)
    return [state(one, planned=bool(one.next_step) or one.pk in with_task) for one in found]


def state(opportunity: Opportunity, *, planned: bool) -> State:
    """The health of an opportunity: what is odd or late first; nothing where all is well, the stage says the rest."""
    if opportunity.won_at is not None:
        odd = opportunity.won_before_contact
        return ("warn", _("Won before the first contact")) if odd else ("good", _("Won"))
    if opportunity.lost_at is not None:
        return "", _("Lost")
    if opportunity.is_slipped(clock.today()):
        return "bad", _("Slipped")
    return None if planned else ("warn", _("No next step"))


OPPORTUNITY = ObjectType(
    key="opportunity",
    model=Opportunity,
    label=_("Opportunity"),
    label_plural=_("Opportunities"),
    icon="briefcase",
    group="sell",
    rank=10,
    policy=Policy(
        view={**everyone(EVERYTHING, *WATCHING), **SOLD},
        change=SOLD,
        delete={roles.SALES_HEAD: TEAM_AND_FREE},
        add=roles.SALES,
        hidden={"amount": (roles.SERVICE_AGENT,)},
    ),
    columns=(
        "title",
        "account",
        Column("stage", kind="meter"),
        "amount",
        Column("probability", kind="percent"),
        "expected_close_on",
        "owner",
        "channel",
        "number",
    ),
    filters=(
        "stage",
        "owner",
        "campaign",
        "channel",
        "region",
        "product",
        "opened_on",
        "expected_close_on",
        "won_at",
    ),
    form=(
        Section(_("Opportunity"), ("title", "account", "contact", "product", "owner", "description")),
        Section(
            _("How far"), ("stage", "probability", "amount", "opened_on", "expected_close_on", "next_step")
        ),
        Section(_("How it is sold"), ("method", "competitors")),
        Section(_("Where it came from"), ("campaign", "channel", "medium", "region")),
        Section(_("Outcome"), ("won_at", "lost_at", "lost_reason")),
        Section(_("Elsewhere"), ("external_key",)),
    ),
    form_class=OpportunityForm,
    search=("title", "number"),
    keys=("external_key", "number"),
    lookup="number",
    facts=Facts(
        (
            "number",
            "account",
            "product",
            "stage",
            "amount",
            "probability",
            "opened_on",
            "expected_close_on",
            "won_at",
            "lost_at",
            "lost_reason",
            "method",
            "owner",
            "campaign",
            "channel",
            "medium",
            "region",
            "won_before_contact",
        )
    ),
    board=Board("stage", total="amount", move=move),
    panels=(Panel("order", "opportunity", told=True), TASKS_AND_NOTES, Panel("stage_change", "opportunity")),
    actions=(
        RecordAction(
            "move",
            _("Move"),
            run=move,
            allowed=may_go_on,
            form=MoveForm,
            icon="arrow-right",
            done=_("“%(record)s” is moved."),
        ),
        RecordAction(
            "win",
            _("Won"),
            run=win,
            allowed=may_go_on,
            form=WinForm,
            icon="trophy",
            primary=True,
            done=_("“%(record)s” is won."),
            initial=worth,
        ),
        RecordAction(
            "lose",
            _("Lost"),
            run=lose,
            allowed=may_go_on,
            form=LoseForm,
            icon="x",
            done=_("“%(record)s” is lost."),
        ),
        RecordAction(
            "reopen",
            _("Reopen"),
            run=reopen,
            allowed=may_reopen,
            icon="rotate",
            done=_("“%(record)s” is open again."),
        ),
    ),
    create=actions.create_opportunity,
    edit=actions.edit_opportunity,
    check=check_medium,
    undo_guard=actions.refuse_undo_since_close,
    import_fields=("number", "currency"),
    insert_many=actions.import_opportunities,
    states=states,
)

STAGE_CHANGE = ObjectType(
    key="stage_change",
    model=StageChange,
    label=_("Stage change"),
    label_plural=_("Stage changes"),
    icon="arrows-right",
    policy=Policy(
        view=everyone(Via("opportunity", "opportunity"), *WATCHING, *roles.SALES),
        # Nobody edits a step; whoever may move the opportunity may take a step back.
        change=everyone(Via("opportunity", "opportunity"), *roles.SALES),
    ),
    columns=("changed_at", "opportunity", "from_stage", "to_stage", "changed_by"),
    ordering=("-changed_at", "-id"),
    facts=Facts(("opportunity", "from_stage", "to_stage", "changed_at", "changed_by")),
    deletable=False,
)
