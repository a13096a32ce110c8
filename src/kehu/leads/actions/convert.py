"""From a qualified lead to an opportunity, and what the opportunity's fate means for the lead."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, clock, registry
from kehu.core.actions import records
from kehu.core.errors import Conflict
from kehu.core.models import Batch, User
from kehu.customers.models import Account, Contact
from kehu.leads.actions.compose import opening_of
from kehu.leads.actions.stages import move, walk
from kehu.leads.models import Lead, Stage
from kehu.sales.actions import open_opportunity, take_source
from kehu.sales.models import Opportunity
from kehu.sales.queries import converted_stage

# The stages that still lie between a lead and its opportunity.
WAY: dict[str, tuple[str, ...]] = {
    Stage.NEW: (Stage.POTENTIAL, Stage.QUALIFIED, Stage.OPPORTUNITY),
    Stage.POTENTIAL: (Stage.QUALIFIED, Stage.OPPORTUNITY),
    Stage.QUALIFIED: (Stage.OPPORTUNITY,),
    Stage.SCREENED_OUT: (Stage.RECYCLED, Stage.QUALIFIED, Stage.OPPORTUNITY),
    Stage.RECYCLED: (Stage.QUALIFIED, Stage.OPPORTUNITY),
}


@transaction.atomic
def convert(
    *,
    lead: Lead,
    by: User,
    title: str = "",
    amount: Decimal | None = None,
    expected_close_on: date | None = None,
    account: Account | None = None,
) -> Opportunity:
    """Turn a qualified lead into an account, a contact and an open opportunity that carries the lead's source.

    An account that exists already may be named instead of a new one. Refused for a lead that is not qualified.
    """
    access.require(by, "change", lead)
    if lead.stage != Stage.QUALIFIED:
        raise Conflict(_("Only a qualified lead becomes an opportunity. Qualify it first."))
    owner = lead.owner or by
    with changes.batch("convert", by=by, label=str(lead)) as batch:
        account = account or _account(lead, owner, by, batch)
        opportunity = open_opportunity(
            title=title.strip() or title_of(lead),
            account=account,
            contact=_contact(lead, account, owner, by, batch),
            product=lead.product,
            amount=amount if amount is not None else getattr(lead.product, "list_price", None),
            expected_close_on=expected_close_on,
            owner=owner,
            stage=converted_stage(),
            campaign=lead.campaign,
            channel=lead.channel,
            medium=lead.medium,
            region=lead.region,
            by=by,
            batch=batch,
        )
        lead.owner = owner
        lead.opportunity = opportunity
        changes.save(lead, by=by, verb="convert", batch=batch)
        move(lead, Stage.OPPORTUNITY, at=clock.now(), by=by, batch=batch)
    return opportunity


@transaction.atomic
def link_opportunity(
    *, lead: Lead, opportunity: Opportunity | None, by: User | None, batch: Batch | None = None
) -> Lead:
    """Say which opportunity a lead became, as an import of past deals does; stages are dated by the opportunity.

    A lead that had not qualified counts as qualified from the day that sales took it. A deal won before the
    first contact is kept; its stages then begin with the first contact. An opportunity without a source gets a
    copy of the lead's, and so do its orders. None takes the link back and leaves the stages.
    """
    if opportunity is not None and by is not None:
        access.require(by, "change", opportunity)  # it may get the lead's source
    lead.opportunity = opportunity
    if opportunity is None:
        changes.save(lead, by=by, batch=batch)
        return lead
    at = opening_of(opportunity, lead.qualified_at) or clock.now()
    steps = [(to, lead.captured_at if to == Stage.POTENTIAL else at) for to in WAY.get(lead.stage, ())]
    if opportunity.won_at is not None and (steps or lead.stage == Stage.OPPORTUNITY):
        lead.customer_at = opportunity.won_at
        steps.append((Stage.CUSTOMER, opportunity.won_at))
    walk(lead, steps, by=by, verb="edit", batch=batch)
    if not steps:
        follow_opportunity(lead=lead, by=by, batch=batch)
    take_source(
        opportunity=opportunity,
        campaign=lead.campaign,
        channel=lead.channel,
        medium=lead.medium,
        region=lead.region,
        first_contact_on=clock.local_date(lead.captured_at),
        by=by,
        batch=batch,
    )
    return lead


@transaction.atomic
def follow_opportunity(*, lead: Lead, by: User | None, batch: Batch | None = None) -> Lead:
    """Bring the lead in line with its opportunity: won makes it a customer, a win taken back does not."""
    opportunity = lead.opportunity
    won_at = opportunity.won_at if opportunity is not None and opportunity.deleted_at is None else None
    if lead.stage == Stage.OPPORTUNITY and won_at is not None:
        lead.customer_at = won_at
        move(lead, Stage.CUSTOMER, at=won_at, by=by, batch=batch)
    elif lead.stage == Stage.CUSTOMER and won_at is None:
        lead.customer_at = None
        move(lead, Stage.OPPORTUNITY, at=clock.now(), by=by, batch=batch)
    elif lead.stage == Stage.CUSTOMER and won_at != lead.customer_at:
        lead.customer_at = won_at
        changes.save(lead, by=by, batch=batch)
    return lead


def title_of(lead: Lead) -> str:
    """What an opportunity of this lead is called unless somebody says otherwise."""
    named = lead.company_name or lead.name
    return f"{named} · {lead.product}" if lead.product is not None else named


def _account(lead: Lead, owner: User, by: User, batch: Batch) -> Account:
    company = lead.kind == Lead.Kind.COMPANY or bool(lead.company_name)
    values = {
        "name": lead.company_name or lead.name,
        "kind": Account.Kind.COMPANY if company else Account.Kind.PERSON,
        "phone": lead.phone,
        "region": lead.region,
        "owner": owner,
    }
    return _create(Account, values, by, batch)


def _contact(lead: Lead, account: Account, owner: User, by: User, batch: Batch) -> Contact:
    values = {
        "account": account,
        "name": lead.name[:100],
        "phone": lead.phone,
        "email": lead.email,
        "region": lead.region,
        "language": lead.language,
        "birth_year": lead.birth_year,
        "owner": owner,
    }
    return _create(Contact, values, by, batch)


def _create(model: Any, values: dict[str, Any], by: User, batch: Batch) -> Any:
    """A record by its object type's own way, without what is empty or closed to this user."""
    policy = registry.of(model).policy
    given = {
        name: value
        for name, value in values.items()
        if value not in (None, "") and not policy.fixes(name, by)
    }
    return records.create(model, given, by=by, batch=batch)
