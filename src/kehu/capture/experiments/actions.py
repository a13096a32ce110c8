"""Setting an experiment up, starting and stopping it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.capture.experiments.models import Experiment, ExperimentVariant
from kehu.core import access, changes, clock, registry
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Batch, User

MOST_VARIANTS = 20
# What was said before the first result came in stays as it was said.
FIXED = ("measure", "expected_percent", "effect_percent")


@transaction.atomic
def create_experiment(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Experiment:
    """A draft with two variants, half of the people each: what there is, and what is tried."""
    accepted = records.allowed(registry.of(Experiment), values, by)
    experiment: Experiment = records.insert(Experiment, accepted, by=by, batch=batch)
    for code, name, control in (("a", _("As it is"), True), ("b", _("What is tried"), False)):
        variant = ExperimentVariant(experiment=experiment, code=code, name=name, is_control=control)
        records.validate(variant)
        changes.save(variant, by=by, batch=batch)
    return experiment


def edit_experiment(
    *, record: Experiment, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> Experiment:
    """Change an experiment. Once it has started, how it is measured stays (`Conflict`)."""
    accepted = records.allowed(registry.of(Experiment), values, by)
    if record.state != Experiment.State.DRAFT and any(
        name in accepted and accepted[name] != getattr(record, name) for name in FIXED
    ):
        raise Conflict(_("The experiment has started: how it is measured stays as it was said before."))
    changed: Experiment = records.update(record, accepted, by=by, batch=batch)
    return changed


def create_variant(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> ExperimentVariant:
    """Add a way to a draft."""
    accepted = records.allowed(registry.of(ExperimentVariant), values, by)
    if accepted.get("experiment") is not None:
        _only_draft(accepted["experiment"])
    added: ExperimentVariant = records.insert(ExperimentVariant, accepted, by=by, batch=batch)
    return added


def edit_variant(
    *, record: ExperimentVariant, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> ExperimentVariant:
    """Change a way; of a started experiment only its name, as another split would mix people up."""
    accepted = records.allowed(registry.of(ExperimentVariant), values, by)
    if {name for name, value in accepted.items() if value != getattr(record, name)} - {"name", "custom"}:
        _only_draft(record.experiment)
        if (other := accepted.get("experiment")) is not None:
            _only_draft(other)
    changed: ExperimentVariant = records.update(record, accepted, by=by, batch=batch)
    return changed


@transaction.atomic
def start(*, experiment: Experiment, by: User) -> Experiment:
    """Begin to count. Refused without a control and something to compare it with, both with a share of the people."""
    access.require(by, "change", experiment)
    experiment = _held(experiment)
    if experiment.state != Experiment.State.DRAFT:
        raise Conflict(_("The experiment has started already."))
    in_use = [variant for variant in experiment.variants.filter(deleted_at=None) if variant.share]
    if len(in_use) < 2 or sum(variant.is_control for variant in in_use) != 1:
        raise Refused(
            _("An experiment compares a control with at least one other variant; give both a share.")
        )
    if len(in_use) > MOST_VARIANTS:
        raise Refused(_("An experiment has at most %(most)s variants.") % {"most": MOST_VARIANTS})
    experiment.state, experiment.started_at = Experiment.State.RUNNING, clock.now()
    changes.save(experiment, by=by, verb="start")
    return experiment


@transaction.atomic
def stop(*, experiment: Experiment, by: User, decision: str = "") -> Experiment:
    """Count no longer, and say what was decided."""
    access.require(by, "change", experiment)
    experiment = _held(experiment)
    if experiment.state != Experiment.State.RUNNING:
        raise Conflict(_("Only a running experiment can be stopped."))
    experiment.state, experiment.stopped_at = Experiment.State.STOPPED, clock.now()
    experiment.decision = decision.strip()
    records.validate(experiment, changed=("decision",))
    changes.save(experiment, by=by, verb="stop")
    return experiment


def only_drafts(record: Any) -> None:
    """Refuse to take an edit back that a started experiment was judged by."""
    _only_draft(record.experiment if isinstance(record, ExperimentVariant) else record)


def _only_draft(experiment: Experiment) -> None:
    if experiment.state != Experiment.State.DRAFT:
        raise Conflict(_("The experiment has started: its variants and their shares stay as they are."))


def _held(experiment: Experiment) -> Experiment:
    """The experiment as it is stored, held against other writers until the transaction ends."""
    return Experiment.objects.select_for_update(of=("self",)).get(pk=experiment.pk)
