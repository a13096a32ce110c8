"""Pipelines, stages, targets."""

from django.utils.translation import gettext_lazy as _

from kehu.core.access import EVERYTHING, Own, Policy, everyone, roles
from kehu.core.registry import Column, ObjectType, Panel, Section
from kehu.sales import actions
from kehu.sales.models import Pipeline, Stage, Target
from kehu.warehouse.metrics import Facts

PIPELINE = ObjectType(
    key="pipeline",
    model=Pipeline,
    label=_("Pipeline"),
    label_plural=_("Pipelines"),
    few=True,
    icon="arrows-right",
    group="setup",
    policy=Policy(view=everyone(EVERYTHING), change={roles.SALES_HEAD: EVERYTHING}, add=(roles.SALES_HEAD,)),
    columns=(Column("name", value=str), "code"),
    form=(Section(_("Pipeline"), ("code", "name")),),
    keys=("code",),
    lookup="code",
    ordering=("id",),
    panels=(Panel("stage", "pipeline"),),
    edit=actions.rename,
)

STAGE = ObjectType(
    key="stage",
    model=Stage,
    label=_("Stage"),
    label_plural=_("Stages"),
    few=True,
    icon="steps",
    policy=Policy(
        view=everyone(EVERYTHING),
        change={roles.SALES_HEAD: EVERYTHING},
        delete={roles.SALES_HEAD: EVERYTHING},
        add=(roles.SALES_HEAD,),
    ),
    columns=(Column("name", value=str), "pipeline", "rank", "probability", Column("kind", kind="pill")),
    filters=("pipeline", "kind"),
    form=(Section(_("Stage"), ("pipeline", "code", "name", "rank", "probability", "kind")),),
    keys=("code", "name"),
    lookup="code",
    ordering=("rank", "id"),
    facts=Facts(("pipeline", "code", "name", "seeded", "rank", "probability", "kind")),
    edit=actions.rename,
)

LEADING = (roles.GENERAL_MANAGER, roles.SALES_HEAD)

TARGET = ObjectType(
    key="target",
    model=Target,
    label=_("Target"),
    label_plural=_("Targets"),
    few=True,
    icon="target",
    group="plan",
    rank=60,
    policy=Policy(
        view={
            **everyone(EVERYTHING, *LEADING, roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER, roles.ANALYST),
            roles.SALES_REP: Own("person"),
        },
        change=everyone(EVERYTHING, *LEADING),
        delete=everyone(EVERYTHING, *LEADING),
        add=LEADING,
    ),
    columns=("starts_on", "ends_on", "scope", "team", "person", "campaign", "revenue", "sales"),
    filters=("scope", "team", "person", "campaign", "starts_on"),
    form=(
        Section(_("For whom"), ("scope", "team", "person", "campaign")),
        Section(_("What and when"), ("starts_on", "ends_on", "revenue", "sales")),
    ),
    ordering=("-starts_on", "-id"),
    facts=Facts(("scope", "team", "person", "campaign", "starts_on", "ends_on", "revenue", "sales")),
)
