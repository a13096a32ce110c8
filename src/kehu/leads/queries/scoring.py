"""The scoring models as the rule reads them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch

from kehu.leads.models import ScoringModel, ScoringRule
from kehu.leads.scoring import Version


def versions_in_force() -> list[Version]:
    """Every adopted version, oldest first, also those that begin in the future."""
    rules = Prefetch("rules", ScoringRule.objects.all())
    adopted = ScoringModel.objects.filter(state=ScoringModel.State.IN_FORCE).prefetch_related(rules)
    return [version_of(model) for model in adopted.order_by("in_force_from", "number")]


def version_of(model: ScoringModel, starts: datetime | None = None) -> Version:
    """A model as the rule reads it; a draft needs the moment from which it would hold."""
    begins = starts or model.in_force_from
    if begins is None:
        raise ValueError("A draft is in force at no moment.")
    points = {rule.touch_kind: rule.points for rule in model.rules.all() if rule.deleted_at is None}
    return Version(model.pk, model.number, model.threshold, begins, points)
