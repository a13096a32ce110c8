"""Rows about people and leads, and the scoring versions that judge them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class ScoringVersionRow:
    number: int
    threshold: int
    in_force_from: datetime
    points: dict[str, int]
    note: str


@dataclass(slots=True)
class PersonRow:
    """The person behind the lead of the same `id`."""

    id: int
    family_name: str
    given_name: str
    female: bool
    birth_year: int
    phone: str
    email: str
    city: str
    company: str

    @property
    def name(self) -> str:
        return self.family_name + self.given_name


@dataclass(slots=True)
class LeadRow:
    """One lead; `channel` and `medium` are those of its first touch.

    `score`, `stage` and `qualified_at` are what scoring must find from the touches at the demo's clock; they
    are for tests, never loaded.
    """

    id: int
    number: str
    campaign: str
    channel: str
    medium: str
    region: str
    created_at: datetime
    owner: str | None
    score: int
    stage: str
    qualified_at: datetime | None


@dataclass(slots=True)
class TouchRow:
    lead_id: int
    at: datetime
    kind: str
    channel: str
    medium: str
    campaign: str


@dataclass(slots=True)
class StageChangeRow:
    """An expected, dated stage of a lead: potential, qualified, opportunity, customer or screened_out."""

    lead_id: int
    stage: str
    at: datetime
    reason: str = ""
