"""Giving and withdrawing consent."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock, registry
from kehu.core.actions import records
from kehu.core.errors import Conflict
from kehu.core.models import Batch, User
from kehu.leads.models import Consent, ConsentPurpose, Lead

# Who reads other words has allowed something else.
TELLING = ("basis", "text_en", "text_zh_hans", "text_zh_hant")


@transaction.atomic
def edit_purpose(
    *, record: ConsentPurpose, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> ConsentPurpose:
    """Change a purpose; other words or another basis make a new version. What was given keeps its own words."""
    ready = records.allowed(registry.of(ConsentPurpose), values, by)
    if any(name in ready and ready[name] != getattr(record, name) for name in TELLING):
        record.version += 1
    return records.update(record, ready, by=by, batch=batch)


@transaction.atomic
def give_consent(
    *, lead: Lead, purpose: ConsentPurpose, language: str, place: str, at: datetime, by: User | None = None
) -> Consent:
    """Record that a lead has allowed a purpose in the words that stand now. `place` says where it was asked."""
    if by is not None:
        access.require(by, "change", lead)
    consent = Consent(
        lead=lead, purpose=purpose, basis=purpose.basis, version=purpose.version, text=purpose.text(language),
        language=language, place=place[:600], given_at=at, expires_at=later(at, purpose.months),
    )  # fmt: skip
    records.validate(consent)
    changes.save(consent, by=by, verb="consent")
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: User) -> Consent:
    """From now on the purpose is not allowed any more; Conflict where it is withdrawn already."""
    access.require(by, "change", consent)
    if consent.withdrawn_at is not None:
        raise Conflict(_("This consent is withdrawn already."))
    consent.withdrawn_at = clock.now()
    changes.save(consent, by=by, verb="withdraw_consent")
    return consent


def later(at: datetime, months: int | None) -> datetime | None:
    """The same day so many months on, or the last of that month; nothing for ever."""
    if not months:
        return None
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))
