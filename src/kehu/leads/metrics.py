"""Leads and what becomes of them, counted by their own dates; rates by the leads of a period."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.campaigns.metrics import SOURCE
from kehu.leads.models import TouchKind
from kehu.warehouse.metrics import MONEY, Dataset, Example, FactColumn, Facts, Metric, Ratio

LEAD_FACTS = Facts(
    (
        "campaign", "channel", "medium", "region", "owner", "product", "stage", "score", "first_kind", "kind",
        "captured_at", "qualified_at", "customer_at", "opportunity",
        # The deal itself says when it was won; `customer_at` follows a moment later.
        FactColumn("won_at", source="opportunity.won_at"),
    )
)  # fmt: skip
TOUCH_FACTS = Facts(
    (
        "lead", "kind", "campaign", "channel", "medium", "region",
        FactColumn("touched_at", source="at"),
        FactColumn("owner_id", source="lead.owner"),
    )
)  # fmt: skip
STAGE_FACTS = Facts(("lead", "from_stage", "to_stage", FactColumn("changed_at", source="at")))
SCORE_FACTS = Facts(("lead", "score", "touch", "scoring_model", FactColumn("scored_at", source="at")))

DATASETS = (
    Dataset(
        "leads",
        "lead",
        _("Leads"),
        time="captured_on",
        dimensions={**SOURCE, "owner": "owner_id", "product": "product_id"},
        cohorts={"lead": "captured_on"},
    ),
    Dataset(
        "touches",
        "touch",
        _("Touches"),
        # A deleted lead takes its touches with it.
        sql="SELECT touch.* FROM touch JOIN lead ON lead.id = touch.lead_id",
        time="touched_on",
        dimensions={**SOURCE, "owner": "owner_id"},
    ),
)

# Three leads of June and one of July. Two qualify, one of them in July; one is sold, in August.
LEADS: tuple[dict[str, Any], ...] = (
    {
        "id": 1,
        "channel_id": 1,
        "captured_on": "2010-06-02",
        "qualified_on": "2010-06-20",
        "won_on": "2010-08-05",
    },
    {"id": 2, "channel_id": 1, "captured_on": "2010-06-30", "qualified_on": "2010-07-04"},
    {"id": 3, "channel_id": 2, "captured_on": "2010-06-10"},
    {"id": 4, "captured_on": "2010-07-01"},
)
CHANNELS: tuple[dict[str, Any], ...] = (
    {"id": 1, "code": "website", "name": "Website", "seeded": True, "budget_class": "digital"},
    {"id": 2, "code": "outdoor", "name": "Outdoor", "seeded": True, "budget_class": "traditional"},
)
SPEND: tuple[dict[str, Any], ...] = (
    {"id": 1, "channel_id": 1, "day": "2010-06-15", "amount": 600},
    {"id": 2, "channel_id": 2, "day": "2010-06-16", "amount": 300},
    {"id": 3, "channel_id": 1, "day": "2010-07-02", "amount": 90},
)
TOUCHES: tuple[dict[str, Any], ...] = (
    {"id": 1, "lead_id": 1, "kind": "test_drive_booked", "touched_on": "2010-06-08"},
    {"id": 2, "lead_id": 1, "kind": "showroom_visit", "touched_on": "2010-06-09"},
    {"id": 3, "lead_id": 2, "kind": "test_drive_booked", "touched_on": "2010-07-03"},
    # Its lead was deleted.
    {"id": 4, "lead_id": 99, "kind": "test_drive_booked", "touched_on": "2010-06-08"},
    {"id": 5, "lead_id": 3, "kind": "showroom_visit", "touched_on": "2010-06-30"},
)
ROWS = {"lead": LEADS, "channel": CHANNELS, "touch": TOUCHES, "spend_line": SPEND}
JUNE: dict[str, Any] = {"start": "2010-06-01", "end": "2010-06-30"}

METRICS = (
    Metric(
        "leads",
        _("Leads"),
        _("Leads by the day of the first contact."),
        "leads",
        example=Example(
            ROWS, by=("channel",), expect=(("(blank)", 1), ("outdoor", 1), ("website", 2))
        ),
    ),
    Metric(
        "qualified_leads",
        _("Qualified leads"),
        _("Leads by the day on which their score first reached the threshold, or sales took them."),
        "leads",
        time="qualified_on",
        example=Example(ROWS, by=("month",), expect=(("2010-06", 1), ("2010-07", 1))),
    ),
    Metric(
        "leads_won",
        _("Leads won"),
        _("Leads by the day on which their opportunity was won."),
        "leads",
        time="won_on",
        example=Example(ROWS, as_of="2010-08-31", expect=((1,),)),
    ),
    Metric(
        "bookings",
        _("Bookings"),
        _("Test drives booked, by the day of the booking."),
        "touches",
        where=f"kind = '{TouchKind.TEST_DRIVE_BOOKED.value}'",
        example=Example(ROWS, **JUNE, expect=((1,),)),
    ),
    Metric(
        "visits",
        _("Visits"),
        _("Visits to a showroom, by the day of the visit."),
        "touches",
        where=f"kind = '{TouchKind.SHOWROOM_VISIT.value}'",
        example=Example(ROWS, **JUNE, expect=((2,),)),
    ),
    Ratio(
        "lead_to_qualified",
        _("Lead to qualified"),
        _("Of the leads that came in the period, the share that has qualified by now."),
        "qualified_leads",
        "leads",
        cohort="lead",
        example=Example(ROWS, **JUNE, as_of="2010-06-30", expect=((1 / 3,),)),
    ),
    Ratio(
        "qualified_to_sale",
        _("Qualified to sale"),
        _("Of the leads that came in the period and have qualified, the share that has been sold to by now."),
        "leads_won",
        "qualified_leads",
        cohort="lead",
        example=Example(ROWS, **JUNE, as_of="2010-08-31", expect=((1 / 2,),)),
    ),
    Ratio(
        "lead_to_sale",
        _("Lead to sale"),
        _("Of the leads that came in the period, the share that has been sold to by now."),
        "leads_won",
        "leads",
        cohort="lead",
        example=Example(
            ROWS, by=("channel",), as_of="2010-08-31",
            expect=(("(blank)", 0), ("outdoor", 0), ("website", 1 / 2)),
        ),
    ),
    Ratio(
        "cost_per_lead",
        _("Cost per lead"),
        _("Money spent in the period divided by the leads that came in it."),
        "spend",
        "leads",
        unit=MONEY,
        example=Example(ROWS, **JUNE, expect=((300,),)),
    ),
    Ratio(
        "cost_per_qualified",
        _("Cost per qualified lead"),
        _("Money spent in the period divided by the leads that qualified in it."),
        "spend",
        "qualified_leads",
        unit=MONEY,
        example=Example(ROWS, by=("month",), expect=(("2010-06", 900), ("2010-07", 90))),
    ),
)  # fmt: skip
