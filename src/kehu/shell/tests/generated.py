"""The demo's rows, generated once for all tests that only read them."""

from dataclasses import replace
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


def every(step: int) -> Demo:
    """The demo with one lead in `step` and only what belongs to these."""
    whole = demo()
    chosen = {lead.id for lead in whole.leads if lead.id % step == 0}
    deals = {row.id: row for row in whole.opportunities if row.lead_id in chosen}
    accounts = {row.account_id for row in deals.values()}
    orders = {row.id for row in whole.orders if row.opportunity_id in deals}
    kept = {"lead": chosen, "opportunity": set(deals), "order": orders, "campaign": {"ixx"}}
    return replace(
        whole,
        leads=[row for row in whole.leads if row.id in chosen],
        people=[row for row in whole.people if row.id in chosen],
        touches=[row for row in whole.touches if row.lead_id in chosen],
        stage_changes=[row for row in whole.stage_changes if row.lead_id in chosen],
        accounts=[row for row in whole.accounts if row.id in accounts],
        contacts=[row for row in whole.contacts if row.account_id in accounts],
        opportunities=list(deals.values()),
        opportunity_stages=[row for row in whole.opportunity_stages if row.opportunity_id in deals],
        orders=[row for row in whole.orders if row.id in orders],
        receipts=[row for row in whole.receipts if row.order_id in orders],
        tasks=[row for row in whole.tasks if row.about_id in kept[row.about]],
    )
