"""What the worker does for leads: follow the fate of opportunities, score again where touches were taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import work
from kehu.core.errors import NotFound
from kehu.core.jobs import periodic
from kehu.core.models import Change, Work
from kehu.core.readers import Reader
from kehu.leads import actions, events, queries
from kehu.leads.actions.predictive import SCORE, TRAIN
from kehu.leads.models import Lead, PredictiveModel, Touch
from kehu.leads.queries.predictive import model_in_force

READER = "leads"
AT_ONCE = 2000
GROUP = 500
PREDICTING = "leads.predictive"
# Leads scored in one transaction: well under half a second of SQLite's write lock.
SCORED_AT_ONCE = 200


@periodic(every=timedelta(seconds=2))
def follow_changes() -> None:
    """Read what happened since the last time; a crash in between gives the same changes again."""
    reader = Reader(READER)
    if not reader.hold():
        return
    while found := reader.read(AT_ONCE):
        react(found)
        reader.advance(published=False)
        if len(found) < AT_ONCE:
            return


def react(changes: Sequence[Change]) -> None:
    """Bring the leads concerned in line; does nothing to those that are right already."""
    decided = sorted(events.decided_opportunities(changes))
    for start in range(0, len(decided), GROUP):
        part = decided[start : start + GROUP]
        for lead in Lead.objects.filter(opportunity_id__in=part).select_related("opportunity"):
            actions.follow_opportunity(lead=lead, by=None)
    for lead in Lead.objects.filter(pk__in=events.undone_moves(changes)):
        actions.drop_undone_stages(lead=lead, by=None)
    corrected = sorted(events.corrected_touches(changes))
    for start in range(0, len(corrected), GROUP):
        part = corrected[start : start + GROUP]
        touched = Touch.everything.filter(pk__in=part).values("lead_id")
        versions = queries.versions_in_force()
        for lead in Lead.objects.filter(pk__in=touched):
            with transaction.atomic():
                actions.rescore(lead, versions=versions, by=None)


@work.step(TRAIN, writes=False)
def learn_predictive_model(running: Work) -> bool:
    """Learn a version from the decided leads that its person may see."""
    model = PredictiveModel.objects.filter(pk=running.parameters["model"]).first()
    if model is None:
        raise NotFound(_("There is no such page."))
    if model.state == PredictiveModel.State.LEARNING:
        actions.learn(model=model, by=running.actor, leads=Lead.objects.visible_to(running.actor))
    running.outcome = _("AUC %(auc)s on later leads.") % {"auc": f"{model.auc:.3f}"}
    running.result = {"model": model.pk, "auc": model.auc, "brier": model.brier}
    return False


@work.step(SCORE)
def score_leads(running: Work) -> bool:
    """Score the next leads by the version; ends early where another one was put in force meanwhile."""
    model = model_in_force()
    if model is None or model.pk != running.parameters["model"]:
        running.outcome = _("Another version has been put in force meanwhile.")
        return False
    after = running.cursor.get("after", 0)
    if not after:
        running.total = Lead.objects.count()
    ids = list(Lead.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:SCORED_AT_ONCE])
    running.done += actions.predict(ids=ids, model=model)
    if ids:
        running.cursor = {"after": ids[-1]}
        return True
    running.outcome = _("%(count)s leads scored.") % {"count": f"{running.done:,}"}
    return False


@periodic(every=timedelta(seconds=5))
def predict_new_leads() -> None:
    """Score leads that came or were imported; without a version in force they are passed over."""
    reader = Reader(PREDICTING)
    if not reader.hold():
        return
    model = model_in_force()
    if model is None:
        # Whoever puts a version in force has all leads scored that are there by then.
        if reader.behind():
            reader.skip_to_end()
        return
    while found := reader.read(AT_ONCE):
        ids = sorted(events.new_leads(found))
        for start in range(0, len(ids), SCORED_AT_ONCE):
            actions.predict(ids=ids[start : start + SCORED_AT_ONCE], model=model)
        reader.advance(published=False)
        if len(found) < AT_ONCE:
            return


@periodic(every=timedelta(hours=12))
def watch_drift() -> None:
    """Compare the leads of late with those that the model in force was learned from."""
    model = model_in_force()
    if model is not None:
        actions.note_drift(model=model)
