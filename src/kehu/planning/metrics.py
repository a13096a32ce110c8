"""What plans promise, by the lines of the version that was in force in each week."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kehu.warehouse.metrics import COUNT, MONEY, Dataset, Example, Metric

# A line falls evenly on its days, and a day counts in the version that was in force on it. So a figure as of a
# day is what was to be expected by then, and a figure without one is the whole plan.
IN_FORCE = """
SELECT line.*
FROM (
  SELECT *,
    date_diff('day', starts_on, ends_on) + 1 AS days,
    CAST(unnest(generate_series(starts_on, ends_on, INTERVAL 1 DAY)) AS DATE) AS day
  FROM plan_line
) AS line JOIN plan_version AS version ON version.id = line.version_id
WHERE version.state IN ('approved', 'superseded')
  AND line.day >= version.in_force_from
  AND (version.in_force_to IS NULL OR line.day < version.in_force_to)
"""

DATASETS = (
    Dataset(
        "plan_lines",
        "plan_line",
        _("Plan"),
        sql=IN_FORCE,
        time="day",
        dimensions={"campaign": "campaign_id", "channel": "channel_id", "budget_class": "channel_id"},
    ),
)

_VERSIONS: list[dict[str, Any]] = [
    {"id": 1, "state": "superseded", "in_force_from": "2010-06-01", "in_force_to": "2010-06-08"},
    {"id": 2, "state": "approved", "in_force_from": "2010-06-08"},
    {"id": 3, "state": "draft"},
]


def _example(measure: str) -> Example:
    """Seven days of version 1 (700), then two of the seven days of version 2 (210); drafts do not count."""
    first = {"starts_on": "2010-06-01", "ends_on": "2010-06-07"}
    second = {"starts_on": "2010-06-08", "ends_on": "2010-06-14"}
    lines = [
        {"id": 1, "version_id": 1, **first, measure: 700},
        {"id": 2, "version_id": 1, **second, measure: 900},
        {"id": 3, "version_id": 2, **first, measure: 1000},
        {"id": 4, "version_id": 2, **second, measure: 210},
        {"id": 5, "version_id": 3, **first, measure: 9},
    ]
    return Example(rows={"plan_line": lines, "plan_version": _VERSIONS}, as_of="2010-06-09", expect=((760,),))


def _planned(name: str, label: str | Promise, meaning: str | Promise, measure: str, unit: str) -> Metric:
    return Metric(
        name,
        label,
        meaning,
        "plan_lines",
        unit=unit,
        measure=f"CAST(round(sum(CAST({measure} AS DOUBLE) / days)) AS BIGINT)",
        example=_example(measure),
    )


METRICS = (
    _planned(
        "planned_leads",
        _("Planned leads"),
        _("Leads that the plan in force expects, each week's spread evenly over its days."),
        "leads",
        COUNT,
    ),
    _planned(
        "planned_qualified",
        _("Planned qualified leads"),
        _("Qualified leads that the plan in force expects, each week's spread evenly over its days."),
        "qualified",
        COUNT,
    ),
    _planned(
        "planned_sales",
        _("Planned sales"),
        _("Sales that the plan in force expects, each week's spread evenly over its days."),
        "sales",
        COUNT,
    ),
    _planned(
        "planned_revenue",
        _("Planned revenue"),
        _("Ordered value that the plan in force expects, each week's spread evenly over its days."),
        "revenue",
        MONEY,
    ),
    _planned(
        "planned_spend",
        _("Planned spend"),
        _("Money that the plan in force allows, each week's spread evenly over its days."),
        "spend",
        MONEY,
    ),
)
