"""Whether something is allowed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from kehu.core import clock
from kehu.leads.models import Consent, Lead


def consented(lead: Lead, purpose: str, at: datetime | None = None) -> bool:
    """Whether a lead's consent to a purpose (its code) holds at a moment (now)."""
    moment = at or clock.now()
    good = Q(expires_at=None) | Q(expires_at__gt=moment)
    kept = Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)
    return Consent.objects.filter(good, kept, lead=lead, purpose__code=purpose, given_at__lte=moment).exists()
