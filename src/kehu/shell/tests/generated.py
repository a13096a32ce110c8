"""The demo's rows, generated once for all tests that only read them."""

from datetime import datetime
from functools import cache

from kehu.shell.demo.generate import Demo, generate
from kehu.shell.demo.rows import LeadRow


@cache
def demo() -> Demo:
    return generate()


@cache
def lead_of() -> dict[int, LeadRow]:
    return {lead.id: lead for lead in demo().leads}


def leads(campaign: str, until: datetime) -> list[LeadRow]:
    """Leads of a campaign that exist at a moment."""
    return [lead for lead in demo().leads if lead.campaign == campaign and lead.created_at <= until]


def qualified(campaign: str, until: datetime) -> list[LeadRow]:
    """Leads of a campaign that scoring has qualified by a moment."""
    return [lead for lead in leads(campaign, until) if lead.qualified_at and lead.qualified_at <= until]


def customers(campaign: str, until: datetime) -> list[LeadRow]:
    """The leads behind the opportunities of a campaign that are won by a moment."""
    return [
        lead_of()[deal.lead_id]
        for deal in demo().opportunities
        if deal.campaign == campaign and deal.status == "won" and deal.closed_at and deal.closed_at <= until
    ]
