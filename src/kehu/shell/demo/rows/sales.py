"""Rows of sales: accounts, contacts, opportunities, orders, receipts, tasks."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True)
class AccountRow:
    id: int
    name: str
    kind: str
    status: str
    region: str
    city: str
    phone: str
    owner: str
    created_at: datetime


@dataclass(slots=True)
class ContactRow:
    id: int
    account_id: int
    person_id: int
    created_at: datetime


@dataclass(slots=True)
class OpportunityRow:
    """`status` is open, won or lost; `amount` is the list price once won, an expectation before."""

    id: int
    title: str
    lead_id: int
    account_id: int
    contact_id: int
    owner: str
    product: str
    campaign: str
    channel: str
    medium: str
    region: str
    amount: int
    created_at: datetime
    status: str
    stage: str
    expected_on: date
    closed_at: datetime | None
    lost_reason: str = ""


@dataclass(slots=True)
class OpportunityStageRow:
    opportunity_id: int
    stage: str
    at: datetime


@dataclass(slots=True)
class OrderRow:
    id: int
    number: str
    opportunity_id: int
    account_id: int
    product: str
    quantity: int
    price: int
    ordered_at: datetime
    promised_on: date
    delivered_on: date | None


@dataclass(slots=True)
class ReceiptRow:
    id: int
    order_id: int
    on: date
    amount: int
    kind: str
    method: str


@dataclass(slots=True)
class TaskRow:
    """A piece of work; `about` is lead, opportunity, order or campaign, `about_id` its id or code."""

    id: int
    subject: str
    kind: str
    owner: str
    due_at: datetime
    priority: str
    about: str
    about_id: int | str
    created_at: datetime
    done_at: datetime | None = None
