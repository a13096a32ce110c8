"""Money spent, and the sources that every figure is broken down by."""

from django.utils.translation import gettext_lazy as _

from kehu.campaigns.models import SEEDED_CHANNELS, BudgetClass
from kehu.warehouse.metrics import MONEY, Dataset, Dimension, Example, Metric

# A seeded channel is called by its code, so that files and the command line read the same in every language.
SEEDED_BY_CODE = "CASE WHEN seeded THEN code ELSE name END"

DIMENSIONS = (
    Dimension(
        "campaign",
        _("Campaign"),
        table="campaign",
        unique="code",
        starts="starts_on",
        weekday="first_weekday",
    ),
    Dimension(
        "channel",
        _("Channel"),
        table="channel",
        value=SEEDED_BY_CODE,
        unique="code",
        choices={code: name for code, name, _budget_class in SEEDED_CHANNELS},
    ),
    Dimension(
        "budget_class",
        _("Budget class"),
        table="channel",
        value="budget_class",
        choices=dict(BudgetClass.choices),
    ),
    Dimension("medium", _("Medium"), table="medium"),
)

# What a dataset needs that carries a copy of a source: campaign, channel, medium, region.
SOURCE = {
    "campaign": "campaign_id",
    "channel": "channel_id",
    "budget_class": "channel_id",
    "medium": "medium_id",
    "region": "region_id",
}

DATASETS = (Dataset("spend_lines", "spend_line", _("Spend"), time="day", dimensions=SOURCE),)

METRICS = (
    Metric(
        "spend",
        _("Spend"),
        _("Money spent on campaigns, on the day that each spend line names."),
        "spend_lines",
        unit=MONEY,
        measure="sum(amount)",
        example=Example(
            rows={
                "spend_line": [
                    {"id": 1, "channel_id": 1, "day": "2010-06-01", "amount": 700},
                    {"id": 2, "channel_id": 2, "day": "2010-06-30", "amount": 300},
                    {"id": 3, "channel_id": 1, "day": "2010-07-01", "amount": 50},
                ],
                "channel": [
                    {
                        "id": 1,
                        "code": "website",
                        "name": "Website",
                        "seeded": True,
                        "budget_class": "digital",
                    },
                    {
                        "id": 2,
                        "code": "radio",
                        "name": "Radio",
                        "seeded": False,
                        "budget_class": "traditional",
                    },
                ],
            },
            by=("channel",),
            start="2010-06-01",
            end="2010-06-30",
            expect=(("Radio", 300), ("website", 700)),
        ),
    ),
)
