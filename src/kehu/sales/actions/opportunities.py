"""Opening and editing opportunities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.campaigns.actions import settle_medium
from kehu.campaigns.models import SOURCE_FIELDS
from kehu.catalog.actions import refuse_other_currencies
from kehu.core import access, changes, clock, registry
from kehu.core.actions import records
from kehu.core.database import reserve_ids
from kehu.core.errors import Conflict, Refused
from kehu.core.models import Change
from kehu.sales import queries
from kehu.sales.actions.orders import inherit
from kehu.sales.actions.stages import close_dates, move
from kehu.sales.models import Opportunity, Order, StageChange

if TYPE_CHECKING:
    from kehu.campaigns.models import Campaign, Channel, Medium
    from kehu.catalog.models import Product
    from kehu.core.models import Batch, User
    from kehu.customers.models import Account, Contact, Region
    from kehu.sales.models import Stage

# What the figures of a closed opportunity rest on.
FIXED_WHEN_CLOSED = ("amount", "product", "account", "campaign", "channel", "medium", "region")


def next_number(prefix: str = "O-") -> str:
    """A number that no other opportunity has; taken from the ids, so that two writers never get the same."""
    return f"{prefix}{reserve_ids(Opportunity, 1)[0]:06d}"


@transaction.atomic
def open_opportunity(
    *,
    title: str,
    by: User,
    account: Account | None = None,
    contact: Contact | None = None,
    product: Product | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    opened_on: date | None = None,
    expected_close_on: date | None = None,
    owner: User | None = None,
    stage: Stage | None = None,
    campaign: Campaign | None = None,
    channel: Channel | None = None,
    medium: Medium | None = None,
    region: Region | None = None,
    external_key: str | None = None,
    batch: Batch | None = None,
) -> Opportunity:
    """Open an opportunity with a copy of its source, in the pipeline's first stage unless another is named.

    `amount` is what it may bring, in the company's currency; `opened_on` is today unless it happened before. Refused
    for another currency or a medium of another channel.
    """
    access.require(by, "add", registry.of(Opportunity))
    values = {
        "title": title,
        "account": account,
        "contact": contact,
        "product": product,
        "amount": amount,
        "currency": refuse_other_currencies([currency]),
        "opened_on": opened_on,
        "expected_close_on": expected_close_on,
        "owner": owner or by,
        "stage": stage,
        "campaign": campaign,
        "channel": channel,
        "medium": medium,
        "region": region,
        "external_key": external_key,
    }
    return _open(values, by=by, batch=batch)


@transaction.atomic
def create_opportunity(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Opportunity:
    """An opportunity from a form or the API."""
    ready = records.allowed(registry.of(Opportunity), values, by)
    ready.setdefault("owner", by)
    return _open(ready, by=by, batch=batch)


def _open(values: dict[str, Any], *, by: User, batch: Batch | None) -> Opportunity:
    given = {name: value for name, value in values.items() if value is not None}
    opportunity = Opportunity(**{"stage": None, **given, "number": next_number()})
    if opportunity.stage_id is None:
        opportunity.stage = queries.first_stage()
    opportunity.opened_on = opportunity.opened_on or clock.today()
    opportunity.probability = opportunity.probability or opportunity.stage.probability
    settle_medium(opportunity)
    close_dates(opportunity, at=None)
    opportunity.won_before_contact = opportunity.starts_after_win()
    records.validate(opportunity)
    changes.save(opportunity, by=by, verb="create", batch=batch)
    step = StageChange(
        opportunity=opportunity,
        to_stage=opportunity.stage,
        changed_at=opportunity.closed_at or moment_of(opportunity.opened_on),
        changed_by=by,
    )
    changes.save(step, by=by, verb="create", batch=batch)
    return opportunity


def moment_of(day: date) -> datetime:
    """Now for today, the start of the day for any other."""
    now = clock.now()
    if day == clock.local_date(now):
        return now
    return datetime.combine(day, time.min, tzinfo=clock.zone())


@transaction.atomic
def edit_opportunity(
    *, record: Opportunity, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> Opportunity:
    """Change an opportunity; another stage is a move, dated now.

    Conflict where a closed one would get another amount, customer, product or source: its figures stand.
    """
    ready = records.allowed(registry.of(Opportunity), values, by)
    stage = ready.pop("stage", None)
    if not record.is_open and not (stage is not None and stage.kind == stage.Kind.OPEN):
        changed = [
            name for name in FIXED_WHEN_CLOSED if name in ready and ready[name] != getattr(record, name)
        ]
        if changed:
            raise _closed(record, changed[0])
    if stage is not None and stage.pk != record.stage_id:
        move(opportunity=record, to=stage, by=by, batch=batch)
    for name, value in ready.items():
        setattr(record, name, value)
    settle_medium(record)
    close_dates(record, at=None)
    if record.closed_at is not None and record.closed_at > clock.now():
        raise Refused(_("This cannot have happened in the future. Choose an earlier moment."))
    record.won_before_contact = record.starts_after_win()
    return records.update(record, {}, by=by, batch=batch)


def refuse_undo_since_close(opportunity: Opportunity, change: Change) -> None:
    """What was changed before an opportunity was closed stands with it: its figures rest on that."""
    if opportunity.is_open:
        return
    fields: Any = Opportunity._meta.concrete_fields
    names = {field.attname: field.name for field in fields if field.name in FIXED_WHEN_CLOSED}
    touched = [name for column, name in names.items() if column in (change.before or {})]
    moved = Change.objects.filter(
        object_type="opportunity", object_id=opportunity.pk, id__gt=change.pk, after__has_key="stage_id"
    )
    if touched and moved.exists():
        raise _closed(opportunity, touched[0])


def _closed(opportunity: Opportunity, name: str) -> Conflict:
    return Conflict(
        _("“%(title)s” is closed. Reopen it first to change “%(field)s”.")
        % {"title": opportunity, "field": registry.of(Opportunity).label_of(name)},
        fields={name: ""},
    )


@transaction.atomic
def take_source(
    *,
    opportunity: Opportunity,
    campaign: Campaign | None,
    channel: Channel | None,
    medium: Medium | None,
    region: Region | None,
    first_contact_on: date | None,
    by: User | None,
    batch: Batch | None = None,
) -> Opportunity:
    """Copy the source of the lead that an opportunity turns out to come from, as loads of past deals do.

    What the opportunity says already stays; its orders without a source take over the copy. `first_contact_on` is
    its opening where none is known, and flags a win that lies before it. The caller has checked the right.
    """
    if all(getattr(opportunity, f"{name}_id") is None for name in SOURCE_FIELDS):
        opportunity.campaign, opportunity.channel = campaign, channel
        opportunity.medium, opportunity.region = medium, region
    opportunity.opened_on = opportunity.opened_on or first_contact_on
    won_on = clock.local_date(opportunity.won_at) if opportunity.won_at else None
    early = won_on is not None and first_contact_on is not None and won_on < first_contact_on
    opportunity.won_before_contact = early or opportunity.starts_after_win()
    changes.save(opportunity, by=by, batch=batch)
    for order in Order.objects.filter(opportunity=opportunity):
        order.opportunity = opportunity
        inherit(order)
        changes.save(order, by=by, batch=batch)
    return opportunity
