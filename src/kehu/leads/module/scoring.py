"""What leads declares of scoring: versions of the model and their rules."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kehu.core import access
from kehu.core.access import EVERYTHING, Policy, everyone, roles
from kehu.core.errors import Conflict
from kehu.core.models import Change, User
from kehu.core.registry import ObjectType, Panel, RecordAction, Section
from kehu.leads import actions, queries
from kehu.leads.models import ScoringModel, ScoringRule
from kehu.leads.module.predictive import LEADING, SEEING

WITH_LEADS = (*SEEING, *roles.SALES)


def only_unsigned(model: ScoringModel) -> None:
    """What marketing and sales signed, or what was ever signed, is changed by an edit that both see."""
    signed = Change.objects.filter(object_type="scoring_model", object_id=model.pk, verb="approve").exists()
    if signed or model.state != ScoringModel.State.DRAFT:
        raise Conflict(_("A signed model cannot be changed back. Edit it and have it signed anew."))


def model_state(model: ScoringModel) -> tuple[str, Any]:
    if model.state == ScoringModel.State.IN_FORCE:
        return "good", _now("Adopted")
    if model.marketing_signer_id and model.sales_signer_id:
        return "info", _now("Signed by both, not adopted yet")
    if model.marketing_signer_id or model.sales_signer_id:
        return "warn", _now("One signature is missing")
    return "", _now("Draft")


def may_adopt(model: ScoringModel, user: User) -> bool:
    signed = model.marketing_signer_id is not None and model.sales_signer_id is not None
    return model.state == ScoringModel.State.DRAFT and signed and access.can(user, "change", model)


def create_model(*, values: dict[str, Any], by: User, batch: Any = None) -> ScoringModel:
    return actions.create_scoring_model(values=values, by=by, batch=batch)


def each(create: Any) -> Any:
    """An import of few rows: one after the other, by the action that makes a single one."""

    def insert(*, values: Any, by: User, batch: Any) -> list[int]:
        return [create(values=row, by=by, batch=batch).pk for row in values]

    return insert


SCORING_MODEL = ObjectType(
    key="scoring_model",
    model=ScoringModel,
    label=_("Scoring model"),
    label_plural=_("Scoring models"),
    few=True,
    icon="ladder",
    group="market",
    rank=90,
    policy=Policy(
        view=everyone(EVERYTHING, *WITH_LEADS),
        change=everyone(EVERYTHING, *LEADING),
        add=LEADING,
    ),
    columns=(
        "name", "number", "threshold", "in_force_from", "marketing_signer",
        "sales_signer",
    ),
    form=(Section(_("Scoring model"), ("name", "threshold", "note")),),
    search=("name",),
    keys=("number",),
    lookup="number",
    ordering=("-number",),
    panels=(
        Panel(title=_("What if"), template="leads/whatif_panel.html", context=queries.way_to_whatif),
        Panel("scoring_rule", "scoring_model"),
    ),
    actions=(
        RecordAction(
            "sign", _("Sign"), lambda record, by: actions.sign(model=record, by=by),
            allowed=actions.may_sign, icon="signature", primary=True, done=_("“%(record)s” is signed."),
        ),
        RecordAction(
            "adopt", _("Adopt"), lambda record, by: actions.adopt_scoring_model(model=record, by=by),
            allowed=may_adopt, icon="circle-check", primary=True, done=_("“%(record)s” is in force."),
        ),
    ),
    create=create_model,
    insert_many=each(create_model),
    edit=actions.edit_scoring_model,
    undo_guard=lambda model, change: only_unsigned(model),
    state=model_state,
    deletable=False,
    help=_("Points for what a lead does, and the score from which it counts as qualified."),
)  # fmt: skip

SCORING_RULE = ObjectType(
    key="scoring_rule",
    model=ScoringRule,
    label=_("Scoring rule"),
    label_plural=_("Scoring rules"),
    few=True,
    icon="list-numbers",
    policy=Policy(
        view=everyone(EVERYTHING, *WITH_LEADS),
        change=everyone(EVERYTHING, *LEADING),
        add=LEADING,
    ),
    columns=("touch_kind", "points", "scoring_model"),
    form=(Section(_("Scoring rule"), ("scoring_model", "touch_kind", "points")),),
    ordering=("-points", "touch_kind", "id"),
    create=actions.create_rule,
    insert_many=each(actions.create_rule),
    edit=actions.edit_rule,
    undo_guard=lambda rule, change: only_unsigned(rule.scoring_model),
    deletable=False,
)
