"""What sales makes of qualified leads: accounts, opportunities with dated stages, orders, receipts."""

from datetime import date, datetime, timedelta
from random import Random

from kehu.shell.demo.company import CAMPAIGNS, PRICE
from kehu.shell.demo.ixx import Draft
from kehu.shell.demo.moments import CLOCK, END
from kehu.shell.demo.rows import (
    AccountRow,
    ContactRow,
    LeadRow,
    OpportunityRow,
    OpportunityStageRow,
    OrderRow,
    PersonRow,
    ReceiptRow,
)

STAGES = ("set_up", "proposal", "evaluation", "negotiation", "contract", "delivery")
LOST = "lost"
LOST_REASONS = ("買了別家的車", "價格超出預算", "暫時不買", "等車期太長", "家人不同意", "貸款未核准")
PRODUCT_OF = {row.code: row.product for row in CAMPAIGNS}
DEPOSIT = 70_000
METHODS = ("transfer", "cheque", "card", "loan")


class Sales:
    """The rows of the sales side; `add` appends those of one lead with an opportunity."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.accounts: list[AccountRow] = []
        self.contacts: list[ContactRow] = []
        self.opportunities: list[OpportunityRow] = []
        self.stages: list[OpportunityStageRow] = []
        self.orders: list[OrderRow] = []
        self.receipts: list[ReceiptRow] = []

    def add(self, lead: LeadRow, person: PersonRow, draft: Draft) -> None:
        opened, closed = draft.line.opened, draft.line.closed
        assert opened and closed and lead.owner
        status = draft.outcome
        won = status == "won"
        account = self.add_account(lead, person, opened, won)
        opportunity = OpportunityRow(
            len(self.opportunities) + 1,
            f"{person.name} · {PRODUCT_OF[lead.campaign]}",
            lead.id,
            account.id,
            account.id,
            lead.owner,
            PRODUCT_OF[lead.campaign],
            lead.campaign,
            lead.channel,
            lead.medium,
            lead.region,
            PRICE if won else PRICE + 1_000 * self.rng.choice((-30, -20, -10, 0, 0, 0, 0, 15, 25, 40)),
            opened,
            status,
            STAGES[0],
            self.expected_on(closed, status),
            None if status == "open" else closed,
            self.rng.choice(LOST_REASONS) if status == "lost" else "",
        )
        self.opportunities.append(opportunity)
        self.add_stages(opportunity, closed)
        if won:
            self.add_order(opportunity, closed)

    def expected_on(self, closed: datetime, status: str) -> date:
        """The date that the salesperson expects; some open ones have slipped into the past."""
        shift = self.rng.choice((-12, -7, -5, -3, 0, 0, 0)) if status == "open" else 0
        return (closed + timedelta(days=shift)).date()

    def add_account(self, lead: LeadRow, person: PersonRow, at: datetime, won: bool) -> AccountRow:
        """A company when the car is for the firm, else the household; same id as its contact."""
        number = len(self.accounts) + 1
        is_company = bool(person.company) and self.rng.random() < 0.25
        name, kind = (person.company, "company") if is_company else (person.name, "household")
        assert lead.owner
        status = "current" if won else "potential"
        account = AccountRow(
            number, name, kind, status, lead.region, person.city, person.phone, lead.owner, at
        )
        self.accounts.append(account)
        self.contacts.append(ContactRow(number, number, person.id, at))
        return account

    def add_stages(self, opportunity: OpportunityRow, closed: datetime) -> None:
        """Dates the stages evenly from creation to decision; a lost or open one stops before delivery."""
        opened = opportunity.created_at
        reached = len(STAGES) - 1  # delivery begins when a deal is won
        if opportunity.status == "lost":
            reached = self.rng.choice((0, 1, 1, 2, 2, 3, 3, 4))
        elif opportunity.status == "open":
            reached = min(int((END - opened) / (closed - opened) * 5), 4)
        span = (closed - opened) / (5 if opportunity.status != "lost" else reached + 1)
        for number in range(reached + 1):
            at = closed if number == 5 else (opened + span * number).replace(second=0, microsecond=0)
            self.stages.append(OpportunityStageRow(opportunity.id, STAGES[number], at))
        opportunity.stage = STAGES[reached]
        if opportunity.status == "lost":
            self.stages.append(OpportunityStageRow(opportunity.id, LOST, closed))
            opportunity.stage = LOST

    def add_order(self, opportunity: OpportunityRow, won: datetime) -> None:
        """One car; a deposit on the day, the rest at delivery if that has come."""
        number = len(self.orders) + 1
        promised = (won + timedelta(days=self.rng.randint(12, 45))).date()
        delivered = promised + timedelta(days=self.rng.choice((-2, -1, 0, 0, 0, 1, 3, 6)))
        order = OrderRow(
            number,
            f"SO{won:%y%m}-{number:04d}",
            opportunity.id,
            opportunity.account_id,
            opportunity.product,
            1,
            PRICE,
            won,
            promised,
            delivered if delivered < CLOCK.date() else None,
        )
        self.orders.append(order)
        self.add_receipt(order, won.date(), DEPOSIT, "deposit")
        if order.delivered_on:
            self.add_receipt(order, order.delivered_on, PRICE - DEPOSIT, "balance")

    def add_receipt(self, order: OrderRow, on: date, amount: int, kind: str) -> None:
        method = self.rng.choice(METHODS[:3] if kind == "deposit" else METHODS)
        self.receipts.append(ReceiptRow(len(self.receipts) + 1, order.id, on, amount, kind, method))
