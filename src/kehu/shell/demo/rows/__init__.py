"""The plain rows that the demo generator yields: no Django, no database, one dataclass per kind of row.

Rows refer to each other by code (regions, channels, media, campaigns, products, users, teams) or by
running number (`id`, 1, 2, 3 … in order of time). Times are aware, in Asia/Taipei; amounts are whole NT$.
"""

from kehu.shell.demo.rows.company import (
    CampaignRow,
    ChannelRow,
    MediumRow,
    ProductRow,
    RegionRow,
    TeamRow,
    UserRow,
)
from kehu.shell.demo.rows.leads import LeadRow, PersonRow, ScoringVersionRow, StageChangeRow, TouchRow
from kehu.shell.demo.rows.plans import (
    PhaseRow,
    PlanChannelRow,
    PlanVersionRow,
    SpendRow,
    TargetRow,
)
from kehu.shell.demo.rows.sales import (
    AccountRow,
    ContactRow,
    OpportunityRow,
    OpportunityStageRow,
    OrderRow,
    ReceiptRow,
    TaskRow,
)

__all__ = [
    "AccountRow",
    "CampaignRow",
    "ChannelRow",
    "ContactRow",
    "LeadRow",
    "MediumRow",
    "OpportunityRow",
    "OpportunityStageRow",
    "OrderRow",
    "PersonRow",
    "PhaseRow",
    "PlanChannelRow",
    "PlanVersionRow",
    "ProductRow",
    "ReceiptRow",
    "RegionRow",
    "ScoringVersionRow",
    "SpendRow",
    "StageChangeRow",
    "TargetRow",
    "TaskRow",
    "TeamRow",
    "TouchRow",
    "UserRow",
]
