"""The scoring models as the rule reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from kehu.leads.models import ScoringModel, ScoringRule
from kehu.leads.scoring import Version

# By database: what the tables looked like when the versions were read, and the versions.
_kept: dict[str, tuple[Any, list[Version]]] = {}
STAMP = "SELECT max(updated_at), max(id), count(*) FROM {}"


def versions_in_force() -> list[Version]:
    """Every adopted version, oldest first, also those that begin in the future; read anew after any change of them."""
    name, stamp = str(connection.settings_dict["NAME"]), _stamp()
    kept = _kept.get(name)
    if kept is None or kept[0] != stamp:
        kept = _kept[name] = stamp, _read()
    return kept[1]


def _stamp() -> tuple[Any, ...]:
    """What differs after every change of a scoring model or rule: every action moves `updated_at`.

    The newest id tells a table that was emptied and filled again with the same days.
    """
    tables = [STAMP.format(model._meta.db_table) for model in (ScoringModel, ScoringRule)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({tables[0]}) AS models, ({tables[1]}) AS rules")
        return tuple(cursor.fetchone())


def _read() -> list[Version]:
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
    for pk, number, threshold, begins, kind, worth, deleted_at in rows:
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
