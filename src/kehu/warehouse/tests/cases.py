"""A small campaign world for the tests of the engine: nobody's real module."""

from __future__ import annotations

from typing import Any

from kehu.warehouse.catalog import Catalog
from kehu.warehouse.duck import Memory
from kehu.warehouse.engine import Engine
from kehu.warehouse.examples import tables_of
from kehu.warehouse.facts import Column, Shape
from kehu.warehouse.metrics import MONEY, RATE, Dataset, Derived, Dimension, Example, Metric, Ratio


def shape(table: str, **columns: str) -> Shape:
    return Shape(table, tuple(Column(name, kind, name) for name, kind in {"id": "int", **columns}.items()))


SHAPES = {
    item.table: item
    for item in (
        shape(
            "lead",
            campaign_id="int",
            channel_id="int",
            owner_id="int",
            region="text",
            created_on="date",
            qualified_on="date",
        ),
        shape(
            "deal", lead_id="int", lead_created_on="date", channel_id="int", won_on="date", value="decimal"
        ),
        shape("spend", channel_id="int", spent_on="date", amount="decimal"),
        shape("channel", name="text", budget_class="text"),
        shape("campaign", name="text", starts_on="date", first_weekday="int"),
        shape("user", name="text", username="text"),
    )
}
DIMENSIONS = (
    Dimension("channel", "Channel", table="channel"),
    Dimension("budget_class", "Budget class", table="channel", value="budget_class"),
    Dimension("campaign", "Campaign", table="campaign", starts="starts_on", weekday="first_weekday"),
    Dimension("region", "Region"),
)
CHANNELS = {"channel": "channel_id", "budget_class": "channel_id"}
DATASETS = (
    Dataset(
        "leads",
        "lead",
        dimensions={**CHANNELS, "campaign": "campaign_id", "region": "region", "owner": "owner_id"},
        cohorts={"lead": "created_on"},
    ),
    Dataset("deals", "deal", time="won_on", dimensions=CHANNELS, cohorts={"lead": "lead_created_on"}),
    Dataset("costs", "spend", time="spent_on", dimensions=CHANNELS),
)
METRICS = (
    Metric("leads", "Leads", "Leads by the day they came.", "leads"),
    Metric("qualified", "Qualified", "Leads by the day they qualified.", "leads", time="qualified_on"),
    Metric("sales", "Sales", "Deals by the day they were won.", "deals"),
    Metric("revenue", "Revenue", "Value of won deals.", "deals", unit=MONEY, measure="sum(value)"),
    Metric("spend", "Spend", "What was spent.", "costs", unit=MONEY, measure="sum(amount)"),
    Metric("large", "Large", "Deals above 100.", "deals", measure="count(*)", where="value > 100"),
    Ratio("lead_to_qualified", "Rate", "Qualified ÷ leads.", "qualified", "leads", cohort="lead"),
    Ratio("lead_to_sale", "Rate", "Sales ÷ leads.", "sales", "leads", cohort="lead"),
    Ratio("cost_per_lead", "Cost", "Spend ÷ leads.", "spend", "leads", unit=MONEY),
    Ratio("share_large", "Share", "Large deals.", "large", ("sales",), unit=RATE),
    Derived("profit", "Profit", "Revenue less spend.", "revenue - spend", unit=MONEY),
    Derived("return", "Return", "Profit ÷ spend.", "(revenue - spend) / nullif(spend, 0)", unit=RATE),
)
CATALOG = Catalog(DATASETS, DIMENSIONS, METRICS)

ROWS: dict[str, list[dict[str, Any]]] = {
    "channel": [
        {"id": 1, "name": "Web", "budget_class": "digital"},
        {"id": 2, "name": "Fair", "budget_class": "traditional"},
    ],
    "campaign": [{"id": 1, "name": "iXX", "starts_on": "2010-06-02", "first_weekday": 1}],
    "user": [
        {"id": 1, "name": "王伟", "username": "wang1"},
        {"id": 2, "name": "王伟", "username": "wang2"},
        {"id": 3, "name": "李娜", "username": "li"},
    ],
    "lead": [
        {
            "id": 1,
            "campaign_id": 1,
            "channel_id": 1,
            "owner_id": 1,
            "region": "北",
            "created_on": "2010-06-01",
        },
        {"id": 2, "campaign_id": 1, "channel_id": 1, "owner_id": 2, "region": "", "created_on": "2010-06-07"},
        {"id": 3, "campaign_id": 1, "channel_id": 2, "owner_id": 3, "created_on": "2010-06-08"},
        {"id": 4, "channel_id": 99, "created_on": "2010-07-01"},
        {"id": 5, "created_on": "2010-07-02"},
    ],
    "deal": [
        {
            "id": 1,
            "lead_id": 1,
            "lead_created_on": "2010-06-01",
            "channel_id": 1,
            "won_on": "2010-07-05",
            "value": 100,
        },
        {
            "id": 2,
            "lead_id": 3,
            "lead_created_on": "2010-06-08",
            "channel_id": 2,
            "won_on": "2010-08-01",
            "value": "250.5",
        },
    ],
    "spend": [
        {"id": 1, "channel_id": 1, "spent_on": "2010-06-01", "amount": 30},
        {"id": 2, "channel_id": 1, "spent_on": "2010-07-01", "amount": 20},
    ],
}
QUALIFIED = {1: "2010-06-20", 3: "2010-08-15"}
for _row in ROWS["lead"]:
    _row["qualified_on"] = QUALIFIED.get(_row["id"])


def engine(first_weekday: int = 0) -> Engine:
    return Engine(CATALOG, Memory(SHAPES, tables_of(Example(ROWS, ()), SHAPES)), first_weekday)
