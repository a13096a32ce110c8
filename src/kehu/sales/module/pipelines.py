"""Pipelines and their stages."""

from django.utils.translation import gettext_lazy as _

from kehu.core.access import EVERYTHING, Policy, everyone, roles
from kehu.core.registry import Column, ObjectType, Panel, Section
from kehu.sales import actions
from kehu.sales.models import Pipeline, Stage
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
    icon="stairs",
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
    ordering=("pipeline_id", "rank", "id"),
    facts=Facts(("pipeline", "code", "name", "seeded", "rank", "probability", "kind")),
    edit=actions.rename,
)
