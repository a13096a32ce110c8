"""Leads as the predictive model reads them: as they came, not as they were edited since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from kehu.core import clock
from kehu.core.models import Change
from kehu.core.models.values import code_of
from kehu.leads.models import Lead, PredictiveContent, PredictiveModel, Stage
from kehu.leads.predictive import applying, storing
from kehu.leads.predictive.frame import Frame
from kehu.leads.predictive.scorecard import Scorecard
from kehu.leads.queries.scoring import versions_in_force
from kehu.leads.scoring import score_history

# What a lead is when it comes: its source, its kind, and whether it can be reached.
TEXTS = ("first_kind", "kind", "language", "landing_page", "birth_year")
RELATED = ("channel", "medium", "campaign", "region", "product")
GIVEN = ("company_name", "email", "phone")
FIELDS = (*TEXTS, *RELATED, *GIVEN)
MOMENTS = ("captured_weekday", "captured_hour")
WON = Q(customer_at__isnull=False) | Q(opportunity__won_at__isnull=False)
LOST = Q(stage=Stage.SCREENED_OUT) | Q(opportunity__lost_at__isnull=False)
CHUNK = 2000
# The model in force as this process read it last, with the version's number.
_kept: dict[int, Scorecard] = {}


def decided(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """Those whose outcome is known, oldest first."""
    return leads.filter(WON | LOST).order_by("captured_at", "id")


def frame_of(leads: QuerySet[Lead]) -> tuple[Frame, list[float]]:
    """Decided leads to learn from, and the score that the rules gave each on arrival."""
    ids = list(decided(leads).values_list("pk", flat=True))
    won = set(leads.filter(WON).values_list("pk", flat=True))
    columns: dict[str, list[str]] = defaultdict(list)
    rules: list[float] = []
    versions = versions_in_force()
    read = 0
    for start in range(0, len(ids), CHUNK):
        found = as_they_came(ids[start : start + CHUNK])
        for row in found.values():
            for name in {*columns, *row.texts}:
                texts = columns[name]
                texts.extend([""] * (read - len(texts)))
                texts.append(row.texts.get(name, ""))
            result = score_history([(row.at, row.texts["first_kind"])], versions, until=row.at)
            rules.append(float(result.score))
            read += 1
    outcome = [int(pk in won) for pk in ids]
    return Frame(dict(columns), outcome, "won"), rules


class Came:
    """One lead as it came: its moment, and its columns as texts."""

    __slots__ = ("at", "texts")

    def __init__(self, at: datetime, texts: dict[str, str]) -> None:
        self.at, self.texts = at, texts


def as_they_came(ids: Sequence[int]) -> dict[int, Came]:
    """Leads by id, in that order, with the values that they had when they were recorded first.

    What was corrected or filled in since is taken back by the change log: it was not known then.
    """
    names = [f"{name}_id" if name in RELATED else name for name in FIELDS]
    stored = {
        pk: (at, {**dict(zip(FIELDS, values, strict=True)), **_custom(custom)})
        for pk, at, custom, *values in Lead.everything.filter(pk__in=ids).values_list(
            "pk", "captured_at", "custom", *names
        )
    }
    for pk, before in _edits(ids):
        values = stored[pk][1] if pk in stored else {}
        for name, value in before.items():
            if name in FIELDS or code_of(name):
                values[name] = value
    called = _names(values for _at, values in stored.values())
    return {pk: Came(stored[pk][0], _texts(*stored[pk], called)) for pk in ids if pk in stored}


def _edits(ids: Sequence[int]) -> Iterable[tuple[int, Any]]:
    """What stood in edited fields before, newest edit first, so that the oldest has the last word."""
    edits = Change.objects.filter(
        object_type="lead", object_id__in=ids, before__isnull=False, after__isnull=False
    )
    return edits.order_by("-id").values_list("object_id", "before")


def _custom(values: Any) -> dict[str, Any]:
    return {f"custom.{code}": value for code, value in (values or {}).items()}


def _names(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[Any, str]]:
    """What the related records are called, by field and id."""
    ids: dict[str, set[Any]] = {name: set() for name in RELATED}
    for row in rows:
        for name in RELATED:
            if row.get(name) is not None:
                ids[name].add(row[name])
    found = {}
    for name in RELATED:
        model: Any = Lead._meta.get_field(name).related_model
        found[name] = {pk: str(record) for pk, record in model.everything.in_bulk(ids[name]).items()}
    return found


def _texts(
    at: datetime, values: Mapping[str, Any], called: Mapping[str, Mapping[Any, str]]
) -> dict[str, str]:
    local = at.astimezone(clock.zone())
    texts = {"captured_weekday": str(local.isoweekday()), "captured_hour": str(local.hour)}
    for name in TEXTS:
        texts[name] = "" if values[name] is None else str(values[name])
    for name in RELATED:
        texts[name] = called[name].get(values[name], "")
    for name in GIVEN:
        texts[name] = "yes" if values[name] else "no"
    for name, value in values.items():
        if name.startswith("custom.") and isinstance(value, str | int | float):
            texts[name] = str(value)
    return texts


def model_in_force() -> PredictiveModel | None:
    """The version that scores leads now."""
    return PredictiveModel.objects.filter(state=PredictiveModel.State.IN_FORCE).order_by("-number").first()


def scorecard_of(model: PredictiveModel) -> Scorecard:
    """The points of a version; a version never changes once it is learned, so each process reads it once."""
    if model.pk not in _kept:
        _kept.clear()
        _kept[model.pk] = storing.from_data(PredictiveContent.objects.get(model=model).data)
    return _kept[model.pk]


def drift_of(card: Scorecard, model: PredictiveModel, most: int = 20_000) -> dict[str, Any]:
    """How the leads that came since the version was learned spread against those it was learned from."""
    newer = Lead.objects.filter(captured_at__gt=model.learned_at) if model.learned_at else Lead.objects.none()
    ids = list(newer.order_by("-captured_at").values_list("pk", flat=True)[:most])
    columns: dict[str, list[str]] = {column.name: [] for column in card.columns}
    for start in range(0, len(ids), CHUNK):
        for row in as_they_came(ids[start : start + CHUNK]).values():
            for name, texts in columns.items():
                texts.append(row.texts.get(name, ""))
    fit = applying.fit_of(card, columns) if ids else None
    return {"leads": len(ids), "columns": dict(fit.drift) if fit else {}, "at": clock.now().isoformat()}
