"""The scoring models as the rule reads them."""

from __future__ import annotations

from datetime import datetime

from kehu.leads.models import ScoringModel
from kehu.leads.scoring import Version


def versions_in_force() -> list[Version]:
    """Every adopted version, oldest first, also those that begin in the future."""
    adopted = ScoringModel.objects.filter(state=ScoringModel.State.IN_FORCE)
    rows = adopted.order_by("in_force_from", "number").values_list(
        "pk",
        "number",
        "threshold",
        "in_force_from",
        "rules__touch_kind",
        "rules__points",
        "rules__deleted_at",
    )
    found: dict[int, Version] = {}
    points: dict[int, dict[str, int]] = {}
    for pk, number, threshold, begins, kind, worth, deleted_at in rows:  # one query: every new lead asks
        if pk not in found:
            points[pk] = {}
            found[pk] = Version(pk, number, threshold, begins, points[pk])
        if kind is not None and deleted_at is None:
            points[pk][kind] = worth
    return list(found.values())


def version_of(model: ScoringModel, starts: datetime | None = None) -> Version:
    """A model as the rule reads it; a draft needs the moment from which it would hold."""
    begins = starts or model.in_force_from
    if begins is None:
        raise ValueError("A draft is in force at no moment.")
    points = {rule.touch_kind: rule.points for rule in model.rules.all() if rule.deleted_at is None}
    return Version(model.pk, model.number, model.threshold, begins, points)
