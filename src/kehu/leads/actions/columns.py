"""Imported leads column by column: the same rows as `load_leads` writes for leads of one touch, without a record each.

`compose` says what follows from a lead's touches; a test holds both against each other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kehu.campaigns.actions import settle_media
from kehu.core import access, changes, clock, registry, search
from kehu.core.access import roles
from kehu.core.changes import Moments, Same
from kehu.core.database import reserve_ids
from kehu.core.errors import Refused
from kehu.core.models import Batch, User
from kehu.leads.models import Lead, LeadStageChange, ScoreEntry, Stage, Touch, TouchKind
from kehu.leads.queries.scoring import versions_in_force
from kehu.leads.scoring import Version, score_history

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one touch comes to: score, dated steps and the step that qualifies. No moment: the touch's own."""

    score: int
    steps: tuple[tuple[datetime | None, int, bool, int], ...]
    qualified: tuple[datetime | None, int] | None


class Outcomes:
    """Scores touches; of one kind between two versions of the scoring model all come to the same."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self.versions = versions
        self.starts = sorted(version.in_force_from for version in versions)
        self.known: dict[tuple[str, int], Outcome] = {}

    def of(self, at: datetime, kind: str) -> Outcome:
        key = (kind, bisect_right(self.starts, at))
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._scored(at, kind)
        return found

    def _scored(self, at: datetime, kind: str) -> Outcome:
        result = score_history([(at, kind)], self.versions)
        steps = tuple(
            (None if step.at == at else step.at, step.score, step.touch is not None, step.version)
            for step in result.steps
        )
        by = result.qualified_by
        qualified = (None if by.at == at else by.at, by.version) if by else None
        return Outcome(result.score, steps, qualified)


def insert_lead_columns(
    *, columns: dict[str, Values], count: int, by: User, batch: Batch | None, texts: search.Texts
) -> list[int] | None:
    """Store new leads from their columns, each with its first touch, scored; their ids in that order.

    Nothing where a lead is already an opportunity: such leads are composed one by one. Refuses, by row, a medium of
    another channel.
    """
    access.require(by, "add", registry.of(Lead))
    if any(columns.get("opportunity_id", ())):
        return None
    if not all(columns.get("name", ("",))):
        raise Refused(_("A lead needs a name."), fields={"name": _("A lead needs a name.")})
    loading = Loading(columns, count, by=by, batch=batch)
    ids = loading.leads()
    texts.titles = list(columns["name"])
    given = columns.get("number") or [""] * count
    texts.add_to_open(["" if held else number for held, number in zip(given, loading.numbers, strict=True)])
    search.write("lead", ids, texts)
    loading.followers(ids)
    return ids


class Loading:
    """One chunk of leads on its way in."""

    def __init__(self, given: dict[str, Values], count: int, *, by: User, batch: Batch | None) -> None:
        self.count, self.by, self.batch = count, by, batch
        self.moments = Moments()
        self.given: dict[str, Values | Same] = dict(given)
        if "captured_at" not in given:
            self.given["captured_at"] = [clock.now()] * count
        if "first_kind" not in given:
            self.given["first_kind"] = [TouchKind.UNKNOWN.value] * count
        if "medium_id" in given:
            self.given["channel_id"] = settle_media(given.get("channel_id"), given["medium_id"])
        if "owner_id" not in given and by.role in roles.SALES:
            self.given["owner_id"] = Same(by.pk)
        self.at: Values = self.given["captured_at"]  # type: ignore[assignment]
        outcomes = Outcomes(versions_in_force())
        self.outcomes = [
            outcomes.of(at, kind)
            for at, kind in zip(self.at, self.given["first_kind"], strict=True)  # type: ignore[arg-type]
        ]
        self.numbers = self._numbers(given.get("number"))

    def _numbers(self, given: Values | None) -> list[str]:
        held = list(given or [""] * self.count)
        missing = [place for place, number in enumerate(held) if not number]
        if missing:
            for place, number in zip(missing, reserve_ids(Lead, len(missing)), strict=True):
                held[place] = f"L{number:06d}"
        return held

    def leads(self) -> list[int]:
        self.qualified_at = [
            (outcome.qualified[0] or at) if outcome.qualified else None
            for at, outcome in zip(self.at, self.outcomes, strict=True)
        ]
        columns: dict[str, Values | Same] = {
            **self.given,
            "number": self.numbers,
            "score": [outcome.score for outcome in self.outcomes],
            "stage": [Stage.QUALIFIED.value if at else Stage.POTENTIAL.value for at in self.qualified_at],
            "qualified_at": self.qualified_at,
            "last_touch_at": self.at,
        }
        columns.pop("opportunity_id", None)
        return self._insert(Lead, self.count, columns)

    def followers(self, ids: list[int]) -> None:
        """First touches, stages and scores."""
        source = ("channel_id", "medium_id", "campaign_id", "region_id")
        columns = {name: self.given[name] for name in source if name in self.given}
        touches = self._insert(
            Touch,
            self.count,
            {
                "lead_id": ids,
                "at": self.at,
                "kind": self.given["first_kind"],
                "detail": self.given.get("landing_page", Same("")),
                **columns,
            },
        )
        self._stages(ids)
        self._scores(ids, touches)

    def _stages(self, ids: list[int]) -> None:
        by, verb = Same(self.by.pk), "stage"
        potential = {"from_stage": Same(Stage.NEW.value), "to_stage": Same(Stage.POTENTIAL.value)}
        self._insert(
            LeadStageChange, self.count, {"lead_id": ids, "at": self.at, "by_id": by, **potential}, verb=verb
        )
        rows = [
            (pk, at, outcome.qualified[1])
            for pk, at, outcome in zip(ids, self.qualified_at, self.outcomes, strict=True)
            if outcome.qualified
        ]
        if not rows:
            return
        leads, moments, models = zip(*rows, strict=True)
        columns = {"lead_id": leads, "at": moments, "scoring_model_id": models, "by_id": by}
        steps = {"from_stage": Same(Stage.POTENTIAL.value), "to_stage": Same(Stage.QUALIFIED.value)}
        self._insert(LeadStageChange, len(rows), {**columns, **steps}, verb=verb)

    def _scores(self, ids: list[int], touches: list[int]) -> None:
        rows = [
            (pk, step[0] or at, step[1], touch if step[2] else None, step[3])
            for pk, at, touch, outcome in zip(ids, self.at, touches, self.outcomes, strict=True)
            for step in outcome.steps
        ]
        if rows:
            names = ("lead_id", "at", "score", "touch_id", "scoring_model_id")
            columns = dict(zip(names, zip(*rows, strict=True), strict=True))
            self._insert(ScoreEntry, len(rows), columns, verb="score")

    def _insert(self, model: Any, count: int, columns: Any, *, verb: str = "import") -> list[int]:
        return changes.insert_columns(
            model, count, columns, by=self.by, batch=self.batch, verb=verb, moments=self.moments
        )
