"""Rows of the company and its market: regions, channels, media, products, campaigns, teams, users."""

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class RegionRow:
    code: str
    name: str
    english: str


@dataclass(slots=True)
class ChannelRow:
    code: str
    name: str
    english: str
    budget_class: str


@dataclass(slots=True)
class MediumRow:
    code: str
    name: str
    channel: str


@dataclass(slots=True)
class ProductRow:
    code: str
    name: str
    price: int


@dataclass(slots=True)
class CampaignRow:
    code: str
    name: str
    product: str
    starts_on: date
    ends_on: date
    budget: int
    owner: str
    parent: str | None = None


@dataclass(slots=True)
class TeamRow:
    code: str
    name: str
    parent: str | None
    region: str | None = None


@dataclass(slots=True)
class UserRow:
    username: str
    name: str
    email: str
    role: str
    team: str
    language: str
    region: str | None = None
