"""Where a touch came from, by what its address says and by what the company has said that means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kehu.campaigns.models import Campaign
from kehu.capture.models import CaptureForm, UtmValue
from kehu.core import changes
from kehu.customers.models import Region

Told = tuple[UtmValue | None, UtmValue | None]


def source_of(form: CaptureForm, origin: Mapping[str, str]) -> tuple[dict[str, Any], Told]:
    """Campaign, channel, medium and region of a touch, and the values that the address told.

    What is assigned wins over the form's own; what nobody knows waits in the list of values and makes no new source.
    """
    source: dict[str, Any] = {
        name: getattr(form, name) for name in ("campaign", "channel", "medium", "region")
    }
    pair = [origin.get(name, "").strip() for name in ("utm_source", "utm_medium")]
    told = _value(UtmValue.Kind.SOURCE, " / ".join(part for part in pair if part))
    named = _value(UtmValue.Kind.CAMPAIGN, origin.get("utm_campaign", "").strip())
    source.update(assigned(told, named))
    if code := origin.get("region", ""):
        source["region"] = Region.objects.filter(code__iexact=code).first() or source["region"]
    return source, (told, named)


def assigned(told: UtmValue | None, named: UtmValue | None) -> dict[str, Any]:
    """What the values say, as far as somebody has assigned them."""
    found: dict[str, Any] = {}
    if told is not None and told.state == UtmValue.State.KNOWN and told.channel is not None:
        found = {"channel": told.channel, "medium": told.medium}
    if told is not None and told.campaign is not None:
        found["campaign"] = told.campaign
    if named is not None and named.campaign is not None:
        found["campaign"] = named.campaign
    return found


def _value(kind: str, text: str) -> UtmValue | None:
    """The row of a value, made when it is met first; a campaign that is called so is assigned at once."""
    value = text.casefold()[:200]
    if not value:
        return None
    found = UtmValue.everything.filter(kind=kind, value=value).first()
    if found is not None:
        return found
    fresh = UtmValue(kind=kind, value=value)
    if kind == UtmValue.Kind.CAMPAIGN:
        fresh.campaign = Campaign.objects.filter(code__iexact=text).first()
        fresh.state = UtmValue.State.KNOWN if fresh.campaign else UtmValue.State.UNKNOWN
    changes.save(fresh, by=None, verb="create")
    return fresh
