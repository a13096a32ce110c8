"""Rows of money planned and spent: spend lines, plan versions, targets."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True)
class SpendRow:
    id: int
    campaign: str
    channel: str
    medium: str
    on: date
    amount: int
    note: str


@dataclass(slots=True)
class PhaseRow:
    """A budget phase of a plan version: the share of each budget class, the amounts of months where known."""

    number: int
    starts_on: date
    ends_on: date
    amount: int
    shares: dict[str, float]
    by_month: dict[str, int]


@dataclass(slots=True)
class PlanChannelRow:
    """A channel of a plan version; `leads_by_phase` says how its leads fall on the phases, nothing: evenly on the days.

    `weights` are the parts of its budget class's money that it gets in each phase.
    """

    channel: str
    leads: int
    qualified: int
    units: int
    weights: list[int]
    leads_by_phase: list[float] = field(default_factory=list)


@dataclass(slots=True)
class PlanVersionRow:
    plan: str
    campaign: str
    number: int
    status: str
    note: str
    approved_at: datetime
    approved_by: str
    in_force_from: date
    in_force_to: date | None
    revenue: int
    price: int
    lead_to_qualified: float
    qualified_to_sale: float
    rounding_step: int
    units: int
    qualified: int
    leads: int
    phases: list[PhaseRow] = field(default_factory=list)
    channels: list[PlanChannelRow] = field(default_factory=list)


@dataclass(slots=True)
class TargetRow:
    """`scope` is company, team or person; `subject` its code ('' for the company)."""

    scope: str
    subject: str
    starts_on: date
    ends_on: date
    revenue: int
    sales: int
    campaign: str
