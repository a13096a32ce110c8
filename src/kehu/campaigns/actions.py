"""Writing channels, spend and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.campaigns.models import Campaign, Channel, Medium, SpendLine
from kehu.catalog.actions import in_own_currency, refuse_other_currencies
from kehu.core import access, changes, registry
from kehu.core.actions import records
from kehu.core.errors import Refused, RowsRefused
from kehu.core.validation import refuse_circle

if TYPE_CHECKING:
    from kehu.core.models import Batch, User
    from kehu.customers.models import Region


@transaction.atomic
def edit_channel(
    *, record: Channel, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> Channel:
    """Change a channel. One that gets another name is the company's own from then on and no longer translated."""
    ready = records.allowed(registry.of(Channel), values, by)
    if "name" in ready and ready["name"] not in (record.name, str(record)):
        record.seeded = False
    elif record.seeded:
        ready.pop("name", None)
    return records.update(record, ready, by=by, batch=batch)


def settle_medium(record: Any) -> None:
    """Fill the channel from the medium; Refused where the medium belongs to another channel."""
    if record.medium is not None and record.channel_id is None:
        record.channel = record.medium.channel
    check_medium(record)


def attach_media(records: Sequence[Any]) -> None:
    """Hang their media on many records, each medium fetched once, as `settle_medium` looks at them."""
    known = Medium.everything.in_bulk({record.medium_id for record in records if record.medium_id})
    for record in records:
        if record.medium_id:
            record.medium = known[record.medium_id]


def check_medium(record: Any) -> None:
    """Refuse a medium that does not belong to the channel beside it."""
    if record.medium is not None and record.medium.channel_id != record.channel_id:
        raise Refused(_wrong_medium(record.medium, record.channel), fields={"medium": ""})


def settle_media(channels: Sequence[Any] | None, media: Sequence[Any]) -> list[Any]:
    """The channels of many rows, filled from their media; RowsRefused where a medium belongs to another channel."""
    known = Medium.everything.select_related("channel").in_bulk({pk for pk in media if pk})
    found = list(channels or [None] * len(media))
    refused = {}
    for place, pk in enumerate(media):
        if not pk:
            continue
        medium = known[pk]
        if found[place] is None:
            found[place] = medium.channel_id
        elif found[place] != medium.channel_id:
            channel = Channel.everything.get(pk=found[place])
            refused[place] = _wrong_medium(medium, channel)
    if refused:
        raise RowsRefused(refused)
    return found


def _wrong_medium(medium: Any, channel: Any) -> str:
    return _("The medium “%(medium)s” does not belong to the channel “%(channel)s”.") % {
        "medium": medium,
        "channel": channel,
    }


def check_campaign(campaign: Campaign) -> None:
    """Refuse a campaign inside itself, over however many others."""
    refuse_circle(campaign, _("A campaign cannot be part of itself."))


@transaction.atomic
def record_spend(
    *,
    campaign: Campaign,
    channel: Channel,
    day: date,
    amount: Decimal,
    by: User,
    medium: Medium | None = None,
    region: Region | None = None,
    note: str = "",
    currency: str = "",
    batch: Batch | None = None,
) -> SpendLine:
    """Record money spent on one day. A day outside the campaign is taken and marked: bills come late.

    Refused for a negative amount, another currency, a medium of another channel.
    """
    access.require(by, "add", registry.of(SpendLine))
    values = {
        "campaign": campaign,
        "channel": channel,
        "medium": medium,
        "region": region,
        "day": day,
        "amount": amount,
        "note": note,
        "currency": refuse_other_currencies([currency]),
    }
    return _insert_spend(values, by=by, batch=batch)


@transaction.atomic
def create_spend(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> SpendLine:
    """A spend line from a form or the API."""
    return _insert_spend(records.allowed(registry.of(SpendLine), values, by), by=by, batch=batch)


def _insert_spend(values: Mapping[str, Any], *, by: User, batch: Batch | None) -> SpendLine:
    line = SpendLine(**values)
    settle_medium(line)
    records.validate(line)
    changes.save(line, by=by, verb="create", batch=batch)
    return line


@transaction.atomic
def edit_spend(
    *, record: SpendLine, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> SpendLine:
    """Change a spend line."""
    for name, value in records.allowed(registry.of(SpendLine), values, by).items():
        setattr(record, name, value)
    settle_medium(record)
    return records.update(record, {}, by=by, batch=batch)


@transaction.atomic
def load_spend(
    lines: Sequence[SpendLine], *, by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Insert many spend lines with their history; their ids in the same order."""
    if by is not None:
        access.require(by, "add", registry.of(SpendLine))
    refuse_other_currencies({line.currency for line in lines})
    for line in lines:
        if line.medium_id is not None:
            settle_medium(line)
    return changes.insert_many(SpendLine, lines, by=by, batch=batch, verb=verb)


def import_spend(*, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None) -> list[int]:
    """The new rows of an import as spend lines."""
    return load_spend(in_own_currency(SpendLine, values), by=by, batch=batch)
