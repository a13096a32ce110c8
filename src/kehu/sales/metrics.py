"""Opportunities, sales, revenue, money received: each counted on the day of its own event."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.campaigns.metrics import SOURCE
from kehu.sales.models import SEEDED_STAGES
from kehu.warehouse.metrics import DAYS, MONEY, Dataset, Dimension, Example, Metric, Ratio

DIMENSIONS = (
    Dimension(
        "deal_stage",
        _("Stage of the opportunity"),
        table="stage",
        value="CASE WHEN seeded THEN code ELSE name END",
        unique="code",
        choices={code: name for code, name, _probability, _kind in SEEDED_STAGES},
    ),
)

DATASETS = (
    Dataset(
        "opportunities",
        "opportunity",
        _("Opportunities"),
        # A load may not know when an opportunity was opened; then the day of its record counts.
        sql="SELECT *, coalesce(opened_on, created_on) AS counted_on FROM opportunity",
        time="counted_on",
        dimensions={**SOURCE, "owner": "owner_id", "product": "product_id", "deal_stage": "stage_id"},
    ),
    Dataset(
        "orders",
        "order",
        _("Orders"),
        time="ordered_on",
        dimensions={**SOURCE, "owner": "owner_id"},
    ),
    Dataset(
        "receipts",
        "receipt",
        _("Receipts"),
        time="received_on",
        dimensions={**SOURCE, "owner": "owner_id"},
    ),
)

# Five opportunities: two won for 900 and 300, one lost, two open; the flagged one was won before it was opened.
DEALS = {
    "opportunity": [
        {"id": 1, "channel_id": 1, "opened_on": "2010-06-01", "won_on": "2010-06-11", "amount": 900},
        {"id": 2, "channel_id": 1, "opened_on": "2010-06-05", "lost_on": "2010-07-02", "amount": 400},
        {"id": 3, "channel_id": 2, "opened_on": "2010-06-20", "won_on": "2010-07-14", "amount": 300},
        {"id": 4, "channel_id": 2, "opened_on": "2010-07-01", "amount": 700},
        {"id": 5, "channel_id": 2, "created_on": "2010-07-03"},
        {
            "id": 6,
            "opened_on": "2010-08-09",
            "won_on": "2010-08-01",
            "amount": 100,
            "won_before_contact": True,
        },
    ],
    "channel": [
        {"id": 1, "code": "website", "name": "Website", "seeded": True},
        {"id": 2, "code": "radio", "name": "Radio", "seeded": False},
    ],
}
JUNE_JULY: dict[str, Any] = {"start": "2010-06-01", "end": "2010-07-31"}

METRICS = (
    Metric(
        "opportunities",
        _("Opportunities"),
        _("Opportunities by the day they were opened; by the day of their record where that is unknown."),
        "opportunities",
        example=Example(rows=DEALS, by=("channel",), **JUNE_JULY, expect=(("Radio", 3), ("website", 2))),
    ),
    Metric(
        "sales",
        _("Sales"),
        _("Won opportunities by the day they were won."),
        "opportunities",
        time="won_on",
        example=Example(rows=DEALS, by=("month",), **JUNE_JULY, expect=(("2010-06", 1), ("2010-07", 1))),
    ),
    Metric(
        "won",
        _("Won"),
        _("Won opportunities by the day they were won; the same as sales."),
        "opportunities",
        time="won_on",
        example=Example(rows=DEALS, expect=((3,),)),
    ),
    Metric(
        "lost",
        _("Lost"),
        _("Lost opportunities by the day they were lost."),
        "opportunities",
        time="lost_on",
        example=Example(rows=DEALS, by=("channel",), expect=(("website", 1),)),
    ),
    Metric(
        "won_value",
        _("Value won"),
        _("The amounts of won opportunities by the day they were won."),
        "opportunities",
        unit=MONEY,
        measure="sum(amount)",
        time="won_on",
        example=Example(rows=DEALS, **JUNE_JULY, expect=((1200,),)),
    ),
    Ratio(
        "win_rate",
        _("Win rate"),
        _("Won ÷ (won + lost), each by the day it was closed."),
        "won",
        ("won", "lost"),
        example=Example(rows=DEALS, **JUNE_JULY, expect=((2 / 3,),)),
    ),
    Metric(
        "sales_cycle",
        _("Sales cycle"),
        _(
            "Days from opening to winning, on average over the opportunities won;"
            " those recorded as won before the first contact are left out."
        ),
        "opportunities",
        unit=DAYS,
        measure="avg(date_diff('day', opened_on, won_on))",
        where="NOT coalesce(won_before_contact, FALSE)",
        time="won_on",
        zero=False,
        example=Example(rows=DEALS, expect=((17,),)),
    ),
    Metric(
        "revenue",
        _("Revenue"),
        _("Ordered value by the day of the order; cancelled orders do not count."),
        "orders",
        unit=MONEY,
        measure="sum(amount)",
        where="state <> 'cancelled'",
        example=Example(
            rows={
                "order": [
                    {"id": 1, "ordered_on": "2010-06-11", "amount": 900, "state": "ordered"},
                    {"id": 2, "ordered_on": "2010-06-12", "amount": 50, "state": "cancelled"},
                    {"id": 3, "ordered_on": "2010-07-14", "amount": 300, "state": "delivered"},
                ]
            },
            by=("month",),
            expect=(("2010-06", 900), ("2010-07", 300)),
        ),
    ),
    Metric(
        "active_accounts",
        _("Active accounts"),
        _("Accounts with at least one order in the period; cancelled orders do not count."),
        "orders",
        measure="count(DISTINCT account_id)",
        where="state <> 'cancelled'",
        example=Example(
            rows={
                "order": [
                    {"id": 1, "account_id": 7, "ordered_on": "2010-06-11", "amount": 900, "state": "ordered"},
                    {"id": 2, "account_id": 7, "ordered_on": "2010-06-12", "amount": 50, "state": "ordered"},
                    {"id": 3, "account_id": 8, "ordered_on": "2010-06-14", "amount": 3, "state": "cancelled"},
                    {"id": 4, "account_id": 9, "ordered_on": "2010-07-14", "amount": 300, "state": "ordered"},
                    {"id": 5, "ordered_on": "2010-07-15", "amount": 20, "state": "ordered"},
                ]
            },
            expect=((2,),),
        ),
    ),
    Metric(
        "received",
        _("Money received"),
        _("Receipts by the day the money came."),
        "receipts",
        unit=MONEY,
        measure="sum(amount)",
        example=Example(
            rows={
                "receipt": [
                    {"id": 1, "order_id": 1, "received_on": "2010-06-20", "amount": 200},
                    {"id": 2, "order_id": 1, "received_on": "2010-08-01", "amount": 700},
                ]
            },
            as_of="2010-07-31",
            expect=((200,),),
        ),
    ),
    Ratio(
        "cost_per_sale",
        _("Cost per sale"),
        _("Money spent on campaigns ÷ sales, both of the period."),
        "spend",
        "sales",
        unit=MONEY,
        example=Example(
            rows={**DEALS, "spend_line": [{"id": 1, "channel_id": 1, "day": "2010-06-03", "amount": 250}]},
            by=("channel",),
            **JUNE_JULY,
            expect=(("Radio", 0), ("website", 250)),
        ),
    ),
)
