"""Loads the company itself: habits, teams, users, regions, channels, media, products, campaigns, spend."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from kehu.campaigns import seed as channels_seed
from kehu.campaigns.models import BudgetPhase, Campaign, Channel, Medium, SpendLine
from kehu.catalog.models import Product
from kehu.core import clock
from kehu.core.actions import people
from kehu.core.models import Company, Team, User
from kehu.customers.models import Region
from kehu.shell.demo import company
from kehu.shell.demo.generate import Demo
from kehu.shell.demo.loading import Load
from kehu.shell.demo.moments import CLOCK, IXX_END, MIDDLE, moment
from kehu.shell.demo.rows import CampaignRow, MediumRow, PhaseRow, ProductRow, RegionRow, SpendRow, UserRow

FOUNDED = moment(2009, 1, 5, 9)


def set_company() -> None:
    """Name, currency, weeks and clock of the demo company; the clock starts anew at the demo's moment."""
    values = {
        "name": company.NAME,
        "currency": company.CURRENCY,
        "timezone": company.TIMEZONE,
        "country": "TW",
        "language": company.LANGUAGE,
        "first_weekday": company.FIRST_WEEKDAY,
        "clock_offset": CLOCK - timezone.now(),
        "opening_day": MIDDLE.date(),
    }
    Company.objects.update_or_create(pk=1, defaults=values)
    clock.forget()


def load_people(load: Load, demo: Demo) -> None:
    """Teams with their tree, then users, who all have the demo's password."""
    teams: dict[str, Team] = {}
    known = dict(zip([row.code for row in demo.teams], load.loaded(Team), strict=False))
    with transaction.atomic():
        for row in demo.teams:
            if row.code in known:
                teams[row.code] = Team.objects.get(pk=known[row.code])
                continue
            values = {"name": row.name, "parent": teams[row.parent] if row.parent else None}
            teams[row.code] = people.create_team(values=values, by=None, batch=load.batch)
    load.keep("team", list(teams), [team.pk for team in teams.values()])
    password = make_password(company.PASSWORD)

    def user(row: UserRow) -> User:
        return User(
            username=row.username,
            name=row.name,
            email=row.email,
            role=row.role,
            team_id=load.keys["team"][row.team],
            language=row.language,
            password=password,
            created_at=FOUNDED,
            updated_at=FOUNDED,
        )

    load.keep("user", [row.username for row in demo.users], load.insert(User, demo.users, user))
    load.by = User.objects.get(username="admin")


def load_market(load: Load, demo: Demo) -> None:
    """Regions, channels, media, products and campaigns with their budget phases."""
    channels_seed.seed()

    def region(row: RegionRow) -> Region:
        return Region(code=row.code, name=row.name, created_at=FOUNDED, updated_at=FOUNDED)

    def medium(row: MediumRow) -> Medium:
        channel = load.keys["channel"][row.channel]
        return Medium(name=row.name, channel_id=channel, created_at=FOUNDED, updated_at=FOUNDED)

    def product(row: ProductRow) -> Product:
        return Product(
            code=row.code,
            name=row.name,
            list_price=Decimal(row.price),
            currency=company.CURRENCY,
            unit="輛",
            created_at=FOUNDED,
            updated_at=FOUNDED,
        )

    load.keep("region", [row.code for row in demo.regions], load.insert(Region, demo.regions, region))
    channels = dict(Channel.objects.values_list("code", "pk"))
    load.keys["channel"] = {row.code: channels[row.code] for row in demo.channels}
    load.keep("medium", [row.code for row in demo.media], load.insert(Medium, demo.media, medium))
    load.keep("product", [row.code for row in demo.products], load.insert(Product, demo.products, product))
    load_campaigns(load, demo)


def load_campaigns(load: Load, demo: Demo) -> None:
    prices = {row.code: row.price for row in demo.products}

    def campaign(row: CampaignRow) -> Campaign:
        return Campaign(
            code=row.code,
            name=row.name,
            owner_id=load.keys["user"][row.owner],
            product_id=load.keys["product"][row.product],
            price=Decimal(prices[row.product]),
            currency=company.CURRENCY,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            state=Campaign.State.RUNNING if row.ends_on == IXX_END else Campaign.State.ENDED,
            first_weekday=company.FIRST_WEEKDAY,
            created_at=FOUNDED,
            updated_at=FOUNDED,
        )

    load.keep(
        "campaign", [row.code for row in demo.campaigns], load.insert(Campaign, demo.campaigns, campaign)
    )

    def phase(row: PhaseRow) -> BudgetPhase:
        return BudgetPhase(
            campaign_id=load.keys["campaign"][company.IXX],
            number=row.number,
            amount=Decimal(row.amount),
            currency=company.CURRENCY,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            **{f"{code}_share": Decimal(str(share)) for code, share in row.shares.items()},
            created_at=FOUNDED,
            updated_at=FOUNDED,
        )

    load.insert(BudgetPhase, demo.plans[-1].phases, phase)


def load_spend(load: Load, demo: Demo) -> None:
    channels = {channel.code: channel for channel in Channel.objects.all()}  # a line is titled by its channel

    def line(row: SpendRow) -> SpendLine:
        at = at_noon(row.on)
        return SpendLine(
            campaign_id=load.keys["campaign"][row.campaign],
            channel=channels[row.channel],
            medium_id=load.keys["medium"][row.medium],
            day=row.on,
            amount=Decimal(row.amount),
            currency=company.CURRENCY,
            note=row.note,
            created_at=at,
            updated_at=at,
        )

    load.insert(SpendLine, demo.spend, line)


def at_noon(day: date) -> datetime:
    return moment(day.year, day.month, day.day, 12)
