"""What experiments declare to the platform."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kehu.capture.experiments import actions, results
from kehu.capture.experiments.models import Experiment, ExperimentVariant
from kehu.core import access
from kehu.core.access import EVERYTHING, Policy, Via, everyone, roles
from kehu.core.registry import Column, ObjectType, Panel, RecordAction, Section
from kehu.core.verbs import Verb

SEEING = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.SALES_HEAD)
TESTING = (roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER, roles.CHANNEL_MANAGER)
LOOKS = {"draft": "info", "running": "good", "stopped": ""}


class StopForm(forms.Form):
    decision = forms.CharField(
        label=_("Decision"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is done now, and why: go on with it, change it, drop it."),
    )  # fmt: skip


def state_of(experiment: Experiment) -> tuple[str, Any]:
    return LOOKS[experiment.state], experiment.get_state_display()


def may_go(to: str) -> Any:
    """Draws the button of a step: the state allows it and so do the user's rights."""
    return lambda record, user: (
        to in Experiment.TRANSITIONS[record.state] and access.can(user, "change", record)
    )


EXPERIMENT = ObjectType(
    key="experiment",
    model=Experiment,
    label=_("Experiment"),
    label_plural=_("Experiments"),
    few=True,
    icon="flask",
    group="capture",
    rank=60,
    policy=Policy(
        view=everyone(EVERYTHING, *SEEING), change=everyone(EVERYTHING, *TESTING), add=TESTING
    ),
    columns=("name", Column("state", kind="pill"), "measure", "campaign", "started_at", "stopped_at", "owner"),
    filters=("state", "measure", "campaign", "owner"),
    form=(
        Section(_("Experiment"), ("name", "hypothesis", "campaign", "owner")),
        Section(_("Said before it starts"), ("measure", "expected_percent", "effect_percent")),
    ),
    extra=("key", "decision"),
    search=("name", "hypothesis"),
    panels=(
        Panel(title=_("Results"), template="capture/experiment.html", context=results.shown),
        Panel("experiment_variant", "experiment"),
    ),
    actions=(
        RecordAction(
            "start", _("Start"), lambda record, by: actions.start(experiment=record, by=by),
            allowed=may_go("running"), icon="player-play", primary=True, done=_("“%(record)s” runs."),
        ),
        RecordAction(
            "stop", _("Stop"), lambda record, by, decision: actions.stop(experiment=record, by=by, decision=decision),
            allowed=may_go("stopped"), form=StopForm, icon="player-stop", done=_("“%(record)s” is stopped."),
        ),
    ),
    create=actions.create_experiment,
    edit=actions.edit_experiment,
    undo_guard=lambda record, change: actions.only_drafts(record),
    state=state_of,
    state_field="state",
    deletable=False,
    help=_("One way against another: who sees which, what came of it, and whether that may be trusted."),
)  # fmt: skip

VARIANT = ObjectType(
    key="experiment_variant",
    model=ExperimentVariant,
    label=_("Variant"),
    label_plural=_("Variants"),
    few=True,
    icon="arrows-split-2",
    policy=Policy(
        view=everyone(Via("experiment", "experiment"), *SEEING),
        change=everyone(Via("experiment", "experiment"), *TESTING),
        add=TESTING,
    ),
    columns=(
        "name", "code", "share", "is_control", "experiment",
        Column("mark", _("Mark in addresses"), sortable=False),
    ),
    form=(Section(_("Variant"), ("experiment", "name", "code", "share", "is_control")),),
    ordering=("experiment", "-is_control", "code", "id"),
    create=actions.create_variant,
    edit=actions.edit_variant,
    undo_guard=lambda record, change: actions.only_drafts(record),
    deletable=False,
)  # fmt: skip

OBJECTS = (EXPERIMENT, VARIANT)
PANELS = {"campaign": (Panel("experiment", "campaign"),)}
# What stops is called stopped by core already.
VERBS = (Verb("start", _("started"), icon="player-play"),)
