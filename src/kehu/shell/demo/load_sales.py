"""Loads the sales side: accounts, contacts, opportunities with their stages, orders, receipts."""

from __future__ import annotations

from decimal import Decimal

from kehu.customers.models import Account, Contact
from kehu.sales import seed as pipeline_seed
from kehu.sales.models import Opportunity, Order, OrderLine, Receipt, Stage, StageChange
from kehu.shell.demo import rows
from kehu.shell.demo.company import CURRENCY
from kehu.shell.demo.generate import Demo
from kehu.shell.demo.load_company import at_noon
from kehu.shell.demo.loading import Load

RECEIPT_NOTES = {"deposit": "訂金", "balance": "尾款"}


def load_customers(load: Load, demo: Demo) -> None:
    """Accounts and contacts of everybody with an opportunity."""
    people = {person.id: person for person in demo.people}
    keys = load.keys

    def account(row: rows.AccountRow) -> Account:
        return Account(
            name=row.name,
            kind=row.kind,
            status=row.status,
            phone=row.phone,
            region_id=keys["region"][row.region],
            address=row.city,
            owner_id=keys["user"][row.owner],
            created_at=row.created_at,
            updated_at=row.created_at,
        )

    load.keep("account", [row.id for row in demo.accounts], load.insert(Account, demo.accounts, account))
    accounts = {row.id: row for row in demo.accounts}

    def contact(row: rows.ContactRow) -> Contact:
        person, of = people[row.person_id], accounts[row.account_id]
        return Contact(
            account_id=keys["account"][row.account_id],
            name=person.name,
            phone=person.phone,
            email=person.email,
            birth_year=person.birth_year,
            region_id=keys["region"][of.region],
            language="zh-hant",
            owner_id=keys["user"][of.owner],
            created_at=row.created_at,
            updated_at=row.created_at,
        )

    load.keep("contact", [row.id for row in demo.contacts], load.insert(Contact, demo.contacts, contact))


def load_opportunities(load: Load, demo: Demo) -> None:
    """Opportunities with a copy of their lead's source, then the dated stages of each."""
    keys = load.keys
    pipeline_seed.seed()
    stages = {stage.code: stage for stage in Stage.objects.filter(pipeline__code="sales")}

    def opportunity(row: rows.OpportunityRow) -> Opportunity:
        stage = stages[row.stage]
        return Opportunity(
            number=f"OP{row.id:06d}",
            title=row.title,
            account_id=keys["account"][row.account_id],
            contact_id=keys["contact"][row.contact_id],
            product_id=keys["product"][row.product],
            campaign_id=keys["campaign"][row.campaign],
            channel_id=keys["channel"][row.channel],
            medium_id=keys["medium"][row.medium],
            region_id=keys["region"][row.region],
            stage_id=stage.pk,
            probability=stage.probability,
            amount=Decimal(row.amount),
            currency=CURRENCY,
            opened_on=row.created_at.date(),
            expected_close_on=row.expected_on,
            won_at=row.closed_at if row.status == "won" else None,
            lost_at=row.closed_at if row.status == "lost" else None,
            lost_reason=row.lost_reason,
            owner_id=keys["user"][row.owner],
            created_at=row.created_at,
            updated_at=row.closed_at or row.created_at,
        )

    ids = load.insert(Opportunity, demo.opportunities, opportunity)
    load.keep("opportunity", [row.id for row in demo.opportunities], ids)
    owners = {row.id: keys["user"][row.owner] for row in demo.opportunities}
    before: dict[int, int] = {}
    steps = []
    for step in demo.opportunity_stages:
        stage = stages[step.stage].pk
        steps.append((step, before.get(step.opportunity_id), stage))
        before[step.opportunity_id] = stage

    def change(item: tuple[rows.OpportunityStageRow, int | None, int]) -> StageChange:
        row, from_stage, to_stage = item
        return StageChange(
            opportunity_id=keys["opportunity"][row.opportunity_id],
            from_stage_id=from_stage,
            to_stage_id=to_stage,
            changed_at=row.at,
            changed_by_id=owners[row.opportunity_id],
            created_at=row.at,
            updated_at=row.at,
        )

    load.insert(StageChange, steps, change)


def load_money(load: Load, demo: Demo) -> None:
    """Orders with one line each, and what was paid."""
    keys = load.keys
    deals = {row.id: row for row in demo.opportunities}

    def order(row: rows.OrderRow) -> Order:
        deal = deals[row.opportunity_id]
        return Order(
            number=row.number,
            opportunity_id=keys["opportunity"][row.opportunity_id],
            account_id=keys["account"][row.account_id],
            campaign_id=keys["campaign"][deal.campaign],
            channel_id=keys["channel"][deal.channel],
            medium_id=keys["medium"][deal.medium],
            region_id=keys["region"][deal.region],
            ordered_on=row.ordered_at.date(),
            promised_on=row.promised_on,
            delivered_on=row.delivered_on,
            amount=Decimal(row.quantity * row.price),
            currency=CURRENCY,
            state=Order.State.DELIVERED if row.delivered_on else Order.State.ORDERED,
            owner_id=keys["user"][deal.owner],
            created_at=row.ordered_at,
            updated_at=row.ordered_at,
        )

    load.keep("order", [row.id for row in demo.orders], load.insert(Order, demo.orders, order))
    stored = Order.objects.in_bulk(keys["order"].values())  # a receipt is titled by its order

    def line(row: rows.OrderRow) -> OrderLine:
        return OrderLine(
            order_id=keys["order"][row.id],
            product_id=keys["product"][row.product],
            quantity=row.quantity,
            unit_price=Decimal(row.price),
            amount=Decimal(row.quantity * row.price),
            currency=CURRENCY,
            created_at=row.ordered_at,
            updated_at=row.ordered_at,
        )

    load.insert(OrderLine, demo.orders, line)

    def receipt(row: rows.ReceiptRow) -> Receipt:
        return Receipt(
            order=stored[keys["order"][row.order_id]],
            received_on=row.on,
            amount=Decimal(row.amount),
            currency=CURRENCY,
            method=row.method,
            note=RECEIPT_NOTES[row.kind],
            created_at=at_noon(row.on),
            updated_at=at_noon(row.on),
        )

    load.insert(Receipt, demo.receipts, receipt)
