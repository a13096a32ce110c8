"""What leads declares: leads, touches, dated stages and scores, scoring models."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kehu.activities.queries import TASKS_AND_NOTES
from kehu.campaigns.actions import check_medium
from kehu.core import access
from kehu.core.access import EVERYTHING, OWN, TEAM, Policy, Unowned, Via, everyone, roles
from kehu.core.duplicates.rule import Compared, DuplicateRule
from kehu.core.models import User
from kehu.core.registry import Board, Column, ObjectType, Panel, RecordAction, Section
from kehu.core.timeline import Retold, Source
from kehu.core.verbs import Verb
from kehu.leads import actions, filters, forms, metrics, queries
from kehu.leads.models import (
    Lead,
    LeadStageChange,
    ScoreEntry,
    Stage,
    Touch,
    may_move,
)
from kehu.leads.module.predictive import LEADING, PREDICTED, PREDICTIVE_MODEL, PREDICTIVE_VERBS, SEEING
from kehu.leads.module.scoring import SCORING_MODEL, SCORING_RULE, WITH_LEADS

OF_SALES = {roles.SALES_HEAD: TEAM | Unowned(), roles.SALES_REP: OWN}
OF_VISIBLE = everyone(Via("lead", "lead"), *roles.SALES)
SIGNING = (roles.MARKETING_HEAD, roles.SALES_HEAD)


def explained(lead: Lead, user: User) -> dict[str, Any]:
    return {"explanation": queries.reasons(lead)}


def subtitle(lead: Lead) -> str:
    """Number, company, and where the lead came from."""
    parts = [lead.number, lead.company_name, lead.channel, lead.campaign]
    return " · ".join(str(part) for part in parts if part)


def may_go(to: TextChoices) -> Any:
    """Draws the button of a move: the stage allows it and so do the user's rights."""
    return lambda lead, user: may_move(lead.stage, to) and access.can(user, "change", lead)


def may_convert(lead: Lead, user: User) -> bool:
    from kehu.core import registry

    opens = registry.known("opportunity") and registry.get("opportunity").policy.may_add(user)
    return lead.stage == Stage.QUALIFIED and opens and access.can(user, "change", lead)


def may_recycle(lead: Lead, user: User) -> bool:
    working = lead.stage == Stage.OPPORTUNITY and lead.opportunity is not None and lead.opportunity.is_open
    return not working and may_go(Stage.RECYCLED)(lead, user)


def deal_at_hand(lead: Lead, user: User) -> dict[str, Any]:
    """What the lead says about the opportunity that it becomes."""
    return {"title": actions.title_of(lead), "amount": getattr(lead.product, "list_price", None)}


def run_convert(record: Lead, by: User, **given: Any) -> Any:
    return actions.convert(lead=record, by=by, **given)


def run_add_touch(record: Lead, by: User, **given: Any) -> Lead:
    actions.add_touch(lead=record, values={k: v for k, v in given.items() if v not in (None, "")}, by=by)
    return record


def run_add_to_campaign(record: Lead, by: User, **given: Any) -> Lead:
    actions.add_to_campaign(lead=record, by=by, **given)
    return record


LEAD_ACTIONS = (
    RecordAction(
        "convert", _("Convert"), run_convert, allowed=may_convert, form=forms.ConvertForm,
        icon="arrow-right", primary=True, done=_("“%(record)s” is converted."), initial=deal_at_hand,
    ),
    RecordAction(
        "qualify", _("Qualify"), lambda record, by, reason: actions.qualify(lead=record, reason=reason, by=by),
        allowed=may_go(Stage.QUALIFIED), form=forms.ReasonForm, icon="circle-check",
        many=True, done=_("“%(record)s” is qualified."),
    ),
    RecordAction(
        "touch", _("Add touch"), run_add_touch,
        allowed=lambda lead, user: access.can(user, "change", lead), form=forms.TouchForm, icon="plus",
        many=True, done=_("The touch of “%(record)s” is recorded."),
    ),
    RecordAction(
        "campaign", _("Add to campaign"), run_add_to_campaign,
        allowed=lambda lead, user: access.can(user, "change", lead), form=forms.CampaignForm, icon="speakerphone",
        many=True, done=_("“%(record)s” is in the campaign."),
    ),
    RecordAction(
        "assign", _("Assign"), lambda record, by, owner: actions.assign(lead=record, owner=owner, by=by),
        allowed=lambda lead, user: access.can(user, "change", lead), form=forms.AssignForm, icon="user-check",
        done=_("“%(record)s” is assigned."),
    ),
    RecordAction(
        "recycle", _("Recycle"), lambda record, by, reason: actions.recycle(lead=record, reason=reason, by=by),
        allowed=may_recycle, form=forms.ReasonForm, icon="recycle",
        many=True, done=_("“%(record)s” goes back to marketing."),
    ),
    RecordAction(
        "screen_out", _("Screen out"),
        lambda record, by, reason: actions.screen_out(lead=record, reason=reason, by=by),
        allowed=may_go(Stage.SCREENED_OUT), form=forms.ReasonForm, icon="filter-off", danger=True,
        many=True, done=_("“%(record)s” is screened out."),
    ),
)  # fmt: skip

LEAD = ObjectType(
    key="lead",
    model=Lead,
    label=_("Lead"),
    label_plural=_("Leads"),
    icon="user-plus",
    group="market",
    rank=20,
    policy=Policy(
        view={**everyone(EVERYTHING, *SEEING), **OF_SALES},
        change={**everyone(EVERYTHING, *roles.MARKETING), **OF_SALES},
        delete=everyone(EVERYTHING, *LEADING, roles.PRIVACY_MANAGER),
        add=(*roles.MARKETING, *roles.SALES),
        masked=dict.fromkeys(("phone", "email"), (roles.ANALYST,)),
    ),
    columns=(
        "name",
        Column("stage", kind="meter"),
        Column("score", kind="number"),
        "channel",
        "campaign",
        "region",
        "owner",
        "captured_at",
        "qualified_at",
    ),
    filters=(
        "stage", "score", "predicted", "campaign", "channel", "medium", "region", "owner", "product", "captured_at",
        "qualified_at",
    ),
    extra=("predicted",),
    form=(
        Section(_("Lead"), ("name", "phone", "campaign", "channel", "first_kind")),
        Section(_("Person"), ("company_name", "kind", "email", "language", "birth_year")),
        Section(_("Interest"), ("product", "region", "owner")),
        Section(_("First touch"), ("medium", "captured_at", "landing_page")),
        Section(_("Outcome"), ("opportunity", "external_key")),
    ),
    form_class=forms.LeadForm,
    preset=queries.preset,
    search=("name", "company_name", "number", "phone", "email"),
    keys=("external_key", "number", "phone", "email"),
    duplicates=DuplicateRule((
        Compared("name", ("name",)), Compared("phone", ("phone",)), Compared("email", ("email",)),
        Compared("company", ("company_name",)),
    ), stays=("lead_stage_change", "score"),
    follow=(*actions.FIRST_TOUCH_FIELDS, "opportunity"), merged=actions.merged),
    lookup="number",
    ordering=("-captured_at", "-id"),
    board=Board("stage", move=actions.move_on_board, hidden=(Stage.NEW,)),
    panels=(
        Panel(title=_("Why this score"), template="leads/reasons.html", context=explained),
        PREDICTED,
        Panel("lead_stage_change", "lead", _("Stages")),
        TASKS_AND_NOTES,
    ),
    actions=LEAD_ACTIONS,
    facts=metrics.LEAD_FACTS,
    create=actions.create_lead,
    reads_first=True,
    edit=actions.edit_lead,
    edit_many=actions.edit_leads,
    check=check_medium,
    insert_many=actions.insert_leads,
    insert_columns=actions.insert_lead_columns,
    subtitle=subtitle,
    states=queries.states,
)  # fmt: skip

TOUCH = ObjectType(
    key="touch",
    model=Touch,
    label=_("Touch"),
    label_plural=_("Touches"),
    icon="hand-finger",
    group="market",
    rank=30,
    policy=Policy(
        view=everyone(Via("lead", "lead"), *WITH_LEADS),
        change={**everyone(EVERYTHING, *roles.MARKETING), **OF_VISIBLE},
        delete={**everyone(EVERYTHING, *LEADING), **OF_VISIBLE},
        add=(*roles.MARKETING, *roles.SALES),
    ),
    columns=("kind", "lead", "at", "channel", "medium", "campaign", "region", "detail"),
    filters=("kind", "channel", "medium", "campaign", "region", "at"),
    form=(
        Section(_("Touch"), ("lead", "kind", "at", "detail")),
        Section(_("Source"), ("campaign", "channel", "medium", "region", "variant", "call_to_action")),
    ),
    ordering=("-at", "-id"),
    facts=metrics.TOUCH_FACTS,
    create=actions.create_touch,
    edit=actions.edit_touch,
    check=check_medium,
    insert_many=actions.insert_touches,
    deletable=False,
)

# Deleted only by the undo of the action that made them.
# Nobody edits or deletes these rows by hand; whoever may correct a lead takes them back with the correction.
CORRECTING = {**everyone(EVERYTHING, *roles.MARKETING), **OF_VISIBLE}
KEPT = Policy(view=everyone(Via("lead", "lead"), *WITH_LEADS), change=CORRECTING, delete=CORRECTING)

LEAD_STAGE_CHANGE = ObjectType(
    key="lead_stage_change",
    model=LeadStageChange,
    label=_("Stage change of a lead"),
    label_plural=_("Stage changes of leads"),
    icon="arrows-right",
    policy=KEPT,
    columns=("to_stage", "lead", "at", "by", "scoring_model", "reason"),
    filters=("to_stage", "at"),
    ordering=("-at", "-id"),
    facts=metrics.STAGE_FACTS,
    deletable=False,
)

SCORE_ENTRY = ObjectType(
    key="score_entry",
    model=ScoreEntry,
    label=_("Score"),
    label_plural=_("Scores"),
    icon="gauge",
    policy=KEPT,
    columns=("score", "lead", "at", "touch", "scoring_model"),
    filters=("at",),
    ordering=("-at", "-id"),
    facts=metrics.SCORE_FACTS,
    deletable=False,
)

NARROWERS = (filters.narrow,)
OBJECTS = (LEAD, TOUCH, LEAD_STAGE_CHANGE, SCORE_ENTRY, SCORING_MODEL, SCORING_RULE, PREDICTIVE_MODEL)
PANELS = {
    "campaign": (Panel("lead", "campaign"),),
    "opportunity": (Panel("lead", "opportunity", told=True),),
    "account": (Panel("lead", "opportunity__account", _("Leads that it came from"), told=True),),
}
TOUCHED = ("touches", _("Touches"))
TOUCH_FACTS = ("kind", "channel", "campaign", "detail")
STEP_FACTS, STEP = ("lead", "reason"), ("from_stage", "to_stage")
STAGED = ("leads", _("Leads"))
# A move is a dated row and a change of the lead: the row tells it, with its reason.
MOVED = Retold(verb="stage", record="lead", row_field="to_stage", field="stage")
TIMELINE = {
    key: (
        Source(
            "touch", "at", *TOUCHED, path=path, facts=TOUCH_FACTS if key == "lead" else ("lead", *TOUCH_FACTS)
        ),
        Source(
            "lead_stage_change",
            "at",
            *STAGED,
            path=path,
            facts=STEP_FACTS[key == "lead" :],
            who="by",
            retold=MOVED,
            step=STEP,
        ),
    )
    for key, path in {
        "lead": "lead",
        "opportunity": "lead__opportunity",
        "account": "lead__opportunity__account",
        "contact": "lead__opportunity__contact",
    }.items()
}
VERBS = (
    Verb("stage", _("stage changed"), icon="arrow-right", undoable=True),
    Verb("assign", _("assigned"), icon="user-check", undoable=True),
    Verb("touch", _("touched"), icon="plus", undoable=True),
    Verb("score", _("scored"), icon="gauge"),
    Verb("convert", _("converted"), icon="arrow-right", undoable=True),
    *PREDICTIVE_VERBS,
)
