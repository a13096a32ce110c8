"""Versions of the scoring model: drafted, signed by both sides, adopted, and every open lead scored again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock, registry
from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Batch, User
from kehu.leads.actions.rescoring import start_rescoring
from kehu.leads.models import LADDER, OPEN_STAGES, Lead, ScoringModel, ScoringRule

# Leads changed in one transaction: well under half a second of SQLite's write lock.
CHUNK = 100


@transaction.atomic
def create_scoring_model(
    *,
    values: Mapping[str, Any],
    by: User,
    points: Mapping[str, int] | None = None,
    batch: Batch | None = None,
) -> ScoringModel:
    """A draft of the next version. Its rules are `points` by kind of touch, or else those of the last version.

    The very first version starts from the five-step ladder.
    """
    kind = registry.of(ScoringModel)
    access.require(by, "add", kind)
    accepted = records.allowed(kind, values, by)
    last = ScoringModel.objects.order_by("-number").first()
    number = (
        accepted.pop("number", None) or (ScoringModel.everything.aggregate(n=Max("number"))["n"] or 0) + 1
    )
    model = ScoringModel(number=number, **accepted)
    records.validate(model)
    changes.save(model, by=by, batch=batch)
    if points is None:
        points = (
            {rule.touch_kind: rule.points for rule in last.rules.filter(deleted_at=None)} if last else LADDER
        )
    for touch_kind, worth in points.items():
        rule = ScoringRule(scoring_model=model, touch_kind=touch_kind, points=worth)
        records.validate(rule)
        changes.save(rule, by=by, batch=batch)
    return model


def edit_scoring_model(
    *, record: ScoringModel, values: dict[str, Any], by: User, batch: Batch | None = None
) -> ScoringModel:
    """Change a draft. What was signed has to be signed again."""
    accepted = records.allowed(registry.of(ScoringModel), values, by)
    _refuse_adopted(record)
    _unsign(record)
    return records.update(record, accepted, by=by, batch=batch)


def create_rule(*, values: dict[str, Any], by: User, batch: Batch | None = None) -> ScoringRule:
    """Add what a kind of touch is worth to a draft."""
    accepted = records.allowed(registry.of(ScoringRule), values, by)
    if accepted.get("scoring_model") is not None:
        _withdraw_signatures(accepted["scoring_model"], by=by, batch=batch)
    return records.insert(ScoringRule, accepted, by=by, batch=batch)


def edit_rule(
    *, record: ScoringRule, values: dict[str, Any], by: User, batch: Batch | None = None
) -> ScoringRule:
    """Change what a kind of touch is worth, in a draft."""
    accepted = records.allowed(registry.of(ScoringRule), values, by)
    _withdraw_signatures(record.scoring_model, by=by, batch=batch)
    return records.update(record, accepted, by=by, batch=batch)


@transaction.atomic
def take_points(*, model: ScoringModel, threshold: int, points: Mapping[str, int], by: User) -> ScoringModel:
    """Give a draft a threshold and its points by kind of touch, whole; a kind that is not named earns nothing.

    All of it is undone together. What was signed has to be signed again.
    """
    access.require(by, "change", model)
    _refuse_adopted(model)
    with changes.batch("edit", by=by, label=str(model)) as batch:
        model.threshold = threshold
        _unsign(model)
        records.validate(model)
        changes.save(model, by=by, batch=batch)
        rules = {rule.touch_kind: rule for rule in model.rules.filter(deleted_at=None)}
        for touch_kind in {*rules, *points}:
            worth, rule = points.get(touch_kind, 0), rules.get(touch_kind)
            if rule is None:
                rule = ScoringRule(scoring_model=model, touch_kind=touch_kind)
            if worth:
                rule.points = worth
                records.validate(rule)
                changes.save(rule, by=by, batch=batch)
            else:
                rule.deleted_at = clock.now()
                changes.save(rule, by=by, verb="delete", batch=batch)
    return model


def may_sign(model: ScoringModel, by: User) -> bool:
    """Whether this person's signature is still missing."""
    if model.state != ScoringModel.State.DRAFT:
        return False
    if by.role == roles.MARKETING_HEAD:
        return model.marketing_signer_id is None
    return by.role == roles.SALES_HEAD and model.sales_signer_id is None


@transaction.atomic
def sign(*, model: ScoringModel, by: User) -> ScoringModel:
    """Agree to a draft for marketing or for sales, by the role of who signs."""
    access.require(by, "view", model)
    _refuse_adopted(model)
    if by.role == roles.MARKETING_HEAD:
        model.marketing_signer, model.marketing_signed_at = by, clock.now()
    elif by.role == roles.SALES_HEAD:
        model.sales_signer, model.sales_signed_at = by, clock.now()
    else:
        raise Forbidden(_("The heads of marketing and of sales sign a scoring model."))
    changes.save(model, by=by, verb="approve")
    return model


@transaction.atomic
def adopt_scoring_model(*, model: ScoringModel, by: User, at: datetime | None = None) -> ScoringModel:
    """Put a signed draft in force from now, or from a past moment after the version before it.

    Work in the background scores the open leads again, as of that moment.
    """
    access.require(by, "change", model)
    _refuse_adopted(model)
    if model.marketing_signer_id is None or model.sales_signer_id is None:
        raise Refused(_("Marketing and sales have to sign it first."))
    starts = at or clock.now()
    if starts > clock.now():
        raise Refused(_("A scoring model cannot come into force in the future."))
    last = ScoringModel.objects.filter(state=ScoringModel.State.IN_FORCE).aggregate(at=Max("in_force_from"))[
        "at"
    ]
    if last is not None and starts <= last:
        raise Refused(_("The version before it came into force later. Choose a later moment."))
    model.state, model.in_force_from = ScoringModel.State.IN_FORCE, starts
    changes.save(model, by=by, verb="approve")
    if Lead.objects.filter(stage__in=OPEN_STAGES).exists():
        start_rescoring(by=by)
    return model


def _refuse_adopted(model: ScoringModel) -> None:
    if model.state != ScoringModel.State.DRAFT:
        raise Conflict(_("This version has been adopted and stays as it is. Draft the next one."))


def _withdraw_signatures(model: ScoringModel, *, by: User, batch: Batch | None) -> None:
    _refuse_adopted(model)
    _unsign(model)
    changes.save(model, by=by, batch=batch)


def _unsign(model: ScoringModel) -> None:
    model.marketing_signer = model.sales_signer = None
    model.marketing_signed_at = model.sales_signed_at = None
