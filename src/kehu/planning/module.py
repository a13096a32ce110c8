"""What planning declares: plans, their versions and lines."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kehu.core.access import EVERYTHING, OWN, Policy, Via, can, everyone, roles
from kehu.core.errors import Conflict
from kehu.core.registry import Column, ObjectType, Panel, Section
from kehu.core.verbs import Verb
from kehu.planning import queries
from kehu.planning.backward.grid import cell_name
from kehu.planning.models import Plan, PlanLine, PlanVersion
from kehu.warehouse.metrics import FactColumn, Facts

VIEWERS = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.SALES_HEAD)
PLANNERS = (roles.GENERAL_MANAGER, roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER)
STATE_TONES = {"draft": "info", "submitted": "warn", "approved": "good", "superseded": ""}


def version_state(version: Any) -> tuple[str, str | Promise]:
    """Tone and word of a version's state."""
    return STATE_TONES[version.state], version.get_state_display()


def planner_link(plan: Any, user: Any) -> dict[str, Any]:
    """The plan's latest numbers and the way to the planner."""
    version = queries.latest_version(plan)
    totals = version.figures.totals if version else {}
    return {
        "plan": plan,
        "version": version,
        "shown": [(cell_name(name), figure) for name, figure in totals.items()],
        "may_change": can(user, "change", plan),
    }


PLAN = ObjectType(
    key="plan",
    model=Plan,
    label=_("Plan"),
    label_plural=_("Plans"),
    few=True,
    icon="target-arrow",
    group="plan",
    rank=20,
    policy=Policy(
        view=everyone(EVERYTHING, *VIEWERS),
        change=everyone(EVERYTHING, *PLANNERS),
        delete={
            roles.GENERAL_MANAGER: EVERYTHING,
            roles.MARKETING_HEAD: EVERYTHING,
            roles.CAMPAIGN_MANAGER: OWN,
        },
        add=PLANNERS,
    ),
    columns=("name", "campaign", "starts_on", "ends_on", "cost_goal_per_unit", "owner"),
    filters=("campaign", "owner"),
    form=(
        Section(_("Plan"), ("name", "campaign", "owner")),
        Section(_("Time"), ("starts_on", "ends_on", "first_weekday")),
        Section(_("Money"), ("currency", "cost_goal_per_unit")),
    ),
    search=("name",),
    keys=("name",),
    lookup="name",
    ordering=("-starts_on", "-id"),
    panels=(
        Panel(title=_("Numbers"), template="planning/plan_panel.html", context=planner_link),
        Panel("plan_version", "plan"),
    ),
    facts=Facts(columns=("name", "campaign", "starts_on", "ends_on", "cost_goal_per_unit", "owner")),
)


def only_drafts(version: Any, change: Any) -> None:
    """What was submitted or approved stays as it was decided on."""
    if version.state != PlanVersion.State.DRAFT:
        raise Conflict(_("Only a draft can be changed back. Start a new version."))


PLAN_VERSION = ObjectType(
    key="plan_version",
    few=True,
    model=PlanVersion,
    undo_guard=only_drafts,
    label=_("Plan version"),
    label_plural=_("Plan versions"),
    icon="versions",
    policy=Policy(
        view=dict.fromkeys(VIEWERS, Via("plan", "plan")),
        change=dict.fromkeys(PLANNERS, Via("plan", "plan")),
        # The stored form of the grid is for machines; people read its totals.
        hidden=dict.fromkeys(("numbers", "phases", "profile", "basis"), roles.ALL),
    ),
    columns=(
        "number",
        "plan",
        Column("state", kind="pill"),
        "target_revenue",
        "units",
        "qualified",
        "leads",
        "spend",
        "in_force_from",
        "approved_by",
    ),
    filters=("plan", "state"),
    form=(Section(_("Version"), ("note",)),),
    ordering=("-id",),
    state=version_state,
    state_field="state",
    deletable=False,
    facts=Facts(columns=("plan", "number", "state", "in_force_from", "in_force_to")),
)

PLAN_LINE = ObjectType(
    key="plan_line",
    model=PlanLine,
    label=_("Plan line"),
    label_plural=_("Plan lines"),
    few=True,
    icon="calendar-stats",
    policy=Policy(view=dict.fromkeys(VIEWERS, Via("version", "plan_version"))),
    columns=("week", "channel", "phase", "leads", "qualified", "sales", "revenue", "spend", "version"),
    filters=("version", "channel"),
    ordering=("version", "starts_on", "id"),
    deletable=False,
    facts=Facts(
        columns=(
            "version",
            FactColumn("campaign_id", source="version.plan.campaign"),
            "channel",
            "week",
            "starts_on",
            "ends_on",
            "phase",
            "leads",
            "qualified",
            "sales",
            "revenue",
            "spend",
        )
    ),
)

OBJECTS = (PLAN, PLAN_VERSION, PLAN_LINE)
VERBS = (
    Verb("submit", _("submitted"), icon="send"),
    Verb("withdraw", _("taken back"), icon="arrow-back"),
    Verb("supersede", _("superseded"), icon="replace"),
)
