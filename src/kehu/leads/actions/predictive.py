"""Versions of the predictive model: learned, put in force, and leads scored with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock, registry, work
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Batch, User
from kehu.leads.models import Lead, Prediction, PredictiveContent, PredictiveModel
from kehu.leads.predictive import storing
from kehu.leads.predictive.measures import measured
from kehu.leads.predictive.scorecard import Scorecard, Scored
from kehu.leads.predictive.training import newest, train
from kehu.leads.queries import predictive as queries

TRAIN, SCORE = "leads.predictive.train", "leads.predictive.score"


@transaction.atomic
def create_predictive_model(
    *, values: dict[str, Any], by: User, batch: Batch | None = None, later: bool = True
) -> PredictiveModel:
    """A new version, which a worker then learns from the won and lost leads that `by` may see."""
    kind = registry.of(PredictiveModel)
    access.require(by, "add", kind)
    last = PredictiveModel.everything.aggregate(n=Max("number"))["n"] or 0
    model = PredictiveModel(**{"number": last + 1, **records.allowed(kind, values, by)})
    records.validate(model)
    changes.save(model, by=by, batch=batch)
    if later:
        work.start(
            TRAIN, label=_("Learning of “%(name)s”") % {"name": model}, by=by, parameters={"model": model.pk}
        )
    return model


def learn(*, model: PredictiveModel, by: User | None, leads: Any = None) -> Scorecard:
    """Learn a version from decided leads; what went wrong stays with it as its problem."""
    if model.state != PredictiveModel.State.LEARNING:
        raise Conflict(_("This version has been learned already. Make the next one."))
    try:
        card = _learned(Lead.objects.all() if leads is None else leads)
    except Refused as refusal:
        model.state, model.problem = PredictiveModel.State.FAILED, str(refusal)[:500]
        with transaction.atomic():
            changes.save(model, by=by, verb="learn")
        raise
    with transaction.atomic():
        PredictiveContent.objects.update_or_create(model=model, defaults={"data": storing.as_data(card)})
        model.state, model.learned_at = PredictiveModel.State.LEARNED, clock.now()
        model.leads_learned = card.card["rows"]
        tried = card.card["tried"]
        model.auc, model.brier = round(tried["auc"], 4), round(tried["brier"], 4)
        changes.save(model, by=by, verb="learn")
    return card


def _learned(leads: Any) -> Scorecard:
    """The model, with the rules measured on the same later leads beside it."""
    frame, rules = queries.frame_of(leads)
    card = train(replace(frame, left_out_rows={"open": leads.count() - frame.count}), dated=True)
    start = newest(frame.count)
    # A score of the rules is no probability: only its order can be compared.
    against = measured(rules[start:], frame.outcome[start:])
    told = {key: against[key] for key in ("auc", "gain")}
    return replace(card, card={**card.card, "rules": told})


@transaction.atomic
def adopt_predictive_model(*, model: PredictiveModel, by: User) -> PredictiveModel:
    """Put a learned version in force in place of the one before; a worker then scores all leads."""
    access.require(by, "change", model)
    if model.state not in (PredictiveModel.State.LEARNED, PredictiveModel.State.RETIRED):
        raise Conflict(_("Only a version that has been learned can be put in force."))
    for former in PredictiveModel.objects.filter(state=PredictiveModel.State.IN_FORCE).select_for_update():
        former.state = PredictiveModel.State.RETIRED
        changes.save(former, by=by, verb="adopt")
    model.state = PredictiveModel.State.IN_FORCE
    changes.save(model, by=by, verb="adopt")
    work.start(
        SCORE,
        label=_("Scoring of all leads by “%(name)s”") % {"name": model},
        by=by,
        parameters={"model": model.pk},
    )
    return model


@transaction.atomic
def predict(*, ids: Sequence[int], model: PredictiveModel) -> int:
    """Store what a version says of some leads; returns of how many. Doing it twice gives the same.

    It is no change of the leads: neither their history nor a pending edit or undo of them takes notice.
    """
    card, now = queries.scorecard_of(model), clock.now()
    scored = {pk: card.score(row.texts) for pk, row in queries.as_they_came(ids).items()}
    Prediction.objects.bulk_create(
        [
            Prediction(
                lead_id=pk,
                model=model,
                probability=one.probability,
                decile=one.decile,
                reasons=_kept(one),
                at=now,
            )
            for pk, one in scored.items()
        ],
        update_conflicts=True,
        unique_fields=["lead"],
        update_fields=["model", "probability", "decile", "reasons", "at"],
    )
    by_value: dict[int, list[int]] = {}
    for pk, one in scored.items():
        by_value.setdefault(round(100 * one.probability), []).append(pk)
    for value, places in by_value.items():
        Lead.everything.filter(pk__in=places).exclude(predicted=value).update(predicted=value)
    return len(scored)


def _kept(scored: Scored) -> list[list[Any]]:
    return [[reason.column, reason.value, round(reason.points, 4)] for reason in scored.reasons]


def note_drift(*, model: PredictiveModel) -> dict[str, Any]:
    """Compare the leads since with those learned from, and keep the answer with the version."""
    drift = queries.drift_of(queries.scorecard_of(model), model)
    PredictiveContent.objects.filter(model=model).update(drift=drift)
    return drift
