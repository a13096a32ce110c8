"""What plans promise, by the lines of the version that was in force in each week."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kehu.warehouse.metrics import COUNT, MONEY, Dataset, Example, Metric

# A line counts from its first day on, in the version that was in force on that day. So a figure as of a day is
# what was to be expected by then, and a figure without one is the whole plan.
IN_FORCE = """
SELECT line.*
FROM plan_line AS line JOIN plan_version AS version ON version.id = line.version_id
WHERE version.state IN ('approved', 'superseded')
  AND line.starts_on >= version.in_force_from
  AND (version.in_force_to IS NULL OR line.starts_on < version.in_force_to)
"""

DATASETS = (
    Dataset(
        "plan_lines",
        "plan_line",
        _("Plan"),
        sql=IN_FORCE,
        time="starts_on",
        dimensions={"campaign": "campaign_id", "channel": "channel_id", "budget_class": "channel_id"},
    ),
)

_VERSIONS: list[dict[str, Any]] = [
    {"id": 1, "state": "superseded", "in_force_from": "2010-06-01", "in_force_to": "2010-06-08"},
    {"id": 2, "state": "approved", "in_force_from": "2010-06-08"},
    {"id": 3, "state": "draft"},
]


def _example(measure: str, expected: int) -> Example:
    """The first week of version 1 and the second of version 2 count; drafts and weeks to come do not."""
    lines = [
        {"id": 1, "version_id": 1, "starts_on": "2010-06-01", measure: 100},
        {"id": 2, "version_id": 1, "starts_on": "2010-06-08", measure: 200},
        {"id": 3, "version_id": 2, "starts_on": "2010-06-01", measure: 1000},
        {"id": 4, "version_id": 2, "starts_on": "2010-06-08", measure: 50},
        {"id": 5, "version_id": 2, "starts_on": "2010-06-15", measure: 70},
        {"id": 6, "version_id": 3, "starts_on": "2010-06-01", measure: 9},
    ]
    return Example(
        rows={"plan_line": lines, "plan_version": _VERSIONS}, as_of="2010-06-14", expect=((expected,),)
    )


def _planned(name: str, label: str | Promise, meaning: str | Promise, measure: str, unit: str) -> Metric:
    return Metric(
        name,
        label,
        meaning,
        "plan_lines",
        unit=unit,
        measure=f"sum({measure})",
        example=_example(measure, 150),
    )


METRICS = (
    _planned(
        "planned_leads",
        _("Planned leads"),
        _("Leads that the plan in force expects, from the first day of each of its weeks."),
        "leads",
        COUNT,
    ),
    _planned(
        "planned_qualified",
        _("Planned qualified leads"),
        _("Qualified leads that the plan in force expects, from the first day of each of its weeks."),
        "qualified",
        COUNT,
    ),
    _planned(
        "planned_sales",
        _("Planned sales"),
        _("Sales that the plan in force expects, from the first day of each of its weeks."),
        "sales",
        COUNT,
    ),
    _planned(
        "planned_revenue",
        _("Planned revenue"),
        _("Ordered value that the plan in force expects, from the first day of each of its weeks."),
        "revenue",
        MONEY,
    ),
    _planned(
        "planned_spend",
        _("Planned spend"),
        _("Money that the plan in force allows, from the first day of each of its weeks."),
        "spend",
        MONEY,
    ),
)
