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
    """A budget phase of a plan version; `shares` maps budget class to its share of `amount`."""

    number: int
    starts_on: date
    ends_on: date
    amount: int
    shares: dict[str, float]


@dataclass(slots=True)
class PlanChannelRow:
    channel: str
    leads: int
    qualified: int
    units: int
    spend: int


@dataclass(slots=True)
class PlanWeekRow:
    """One channel in one campaign week (Tuesday to Monday); the weeks add up to the channel."""

    channel: str
    week: int
    starts_on: date
    leads: int
    qualified: int
    units: int
    spend: int


@dataclass(slots=True)
class PlanVersionRow:
    plan: str
    campaign: str
    number: int
    status: str
    note: str
    created_at: datetime
    approved_at: datetime
    approved_by: str
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
    weeks: list[PlanWeekRow] = field(default_factory=list)


@dataclass(slots=True)
class TargetRow:
    """`scope` is company, team or user; `subject` its code ('' for the company)."""

    metric: str
    scope: str
    subject: str
    starts_on: date
    ends_on: date
    value: int
    campaign: str
