"""What leads declares of the predictive model: its versions, their card, and what is told of each lead."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.core import access, registry
from kehu.core.access import EVERYTHING, Policy, everyone, roles
from kehu.core.errors import Conflict
from kehu.core.models import User
from kehu.core.parts import Column, Panel, RecordAction, Section
from kehu.core.registry import ObjectType
from kehu.core.verbs import Verb
from kehu.leads import actions
from kehu.leads.models import Lead, PredictiveModel
from kehu.leads.queries import card as cards

# Those who see every lead: the card counts them all.
SEEING = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.PRIVACY_MANAGER)
LEADING = (roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER)
State = PredictiveModel.State


def predicted(lead: Lead, user: User) -> dict[str, Any] | None:
    """Why the lead has its chance, as far as the user may read the fields; nothing where none was given."""
    return cards.reasons_of(lead, user)


PREDICTED = Panel(title=_("Why this chance"), template="leads/predicted.html", context=predicted)


def model_state(model: PredictiveModel) -> tuple[str, Any]:
    """Where the version stands, in its colour."""
    colours = {State.LEARNING: "info", State.IN_FORCE: "good", State.FAILED: "bad"}
    return colours.get(State(model.state), ""), model.get_state_display()


def may_adopt(model: PredictiveModel, user: User) -> bool:
    return model.state in (State.LEARNED, State.RETIRED) and access.can(user, "change", model)


def only_unused(model: PredictiveModel) -> None:
    """What scores leads, or did, stays."""
    if model.state in (State.IN_FORCE, State.RETIRED):
        raise Conflict(_("A version that was in force stays. Put another one in force instead."))


def create(*, values: dict[str, Any], by: User, batch: Any = None) -> PredictiveModel:
    return actions.create_predictive_model(values=values, by=by, batch=batch)


def insert(*, values: Any, by: User, batch: Any) -> list[int]:
    return [create(values=row, by=by, batch=batch).pk for row in values]


def of_version(model: PredictiveModel, user: User) -> dict[str, Any] | None:
    """The card: figures, pictures, columns used and left out."""
    return cards.card_of(model, registry.get("lead"), user)


PREDICTIVE_MODEL = ObjectType(
    key="predictive_model",
    model=PredictiveModel,
    label=_("Predictive model"),
    label_plural=_("Predictive models"),
    few=True,
    icon="chart-dots",
    group="market",
    rank=95,
    policy=Policy(
        view=everyone(EVERYTHING, *SEEING), change=everyone(EVERYTHING, *LEADING), add=LEADING
    ),
    columns=(
        "name", "number", "state", "learned_at", Column("leads_learned", kind="number"),
        Column("auc", kind="number"), Column("brier", kind="number"),
    ),
    form=(Section(_("Predictive model"), ("name", "note")),),
    extra=("problem",),
    search=("name",),
    keys=("number",),
    lookup="number",
    ordering=("-number",),
    panels=(Panel(title=_("Model card"), template="leads/model_card.html", context=of_version),),
    actions=(
        RecordAction(
            "adopt", _("Put in force"), lambda record, by: actions.adopt_predictive_model(model=record, by=by),
            allowed=may_adopt, icon="circle-check", primary=True,
            done=_("“%(record)s” is in force. All leads are being scored."),
        ),
    ),
    create=create,
    insert_many=insert,
    undo_guard=lambda model, change: only_unused(model),
    state=model_state,
    state_field="state",
    deletable=False,
    help=_("How likely each lead is to be won, learned from those that were won and lost."),
)  # fmt: skip

PREDICTIVE_VERBS = (
    Verb("learn", _("learned"), icon="school"),
    Verb("adopt", _("put in force"), icon="circle-check"),
)
