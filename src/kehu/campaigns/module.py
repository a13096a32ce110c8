"""What campaigns declares: channels, media, campaigns, budget phases, spend."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.activities.queries import TASKS_AND_NOTES
from kehu.campaigns import actions, queries
from kehu.campaigns.models import BudgetPhase, Campaign, Channel, Medium, SpendLine
from kehu.core.access import EVERYTHING, Policy, everyone, roles
from kehu.core.registry import Column, ObjectType, Panel, Section
from kehu.warehouse.metrics import Facts

# Who sees what campaigns cost, and who writes it.
PAYING = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.SALES_HEAD)
PLANNING = (roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER)
BUYING = (*PLANNING, roles.CHANNEL_MANAGER)

CHANNEL = ObjectType(
    key="channel",
    model=Channel,
    label=_("Channel"),
    label_plural=_("Channels"),
    few=True,
    icon="route",
    group="market",
    rank=60,
    policy=Policy(
        view=everyone(EVERYTHING),
        change=everyone(EVERYTHING, *BUYING),
        delete=everyone(EVERYTHING, *BUYING),
        add=BUYING,
    ),
    columns=(Column("name", value=str), "code", Column("budget_class", kind="pill"), "active"),
    filters=("budget_class", "active"),
    form=(Section(_("Channel"), ("code", "name", "budget_class", "active")),),
    search=("name", "code"),
    keys=("code", "name"),
    lookup="code",
    ordering=("name", "id"),
    facts=Facts(("code", "name", "seeded", "budget_class", "active")),
    panels=(Panel("medium", "channel"), Panel("spend_line", "channel")),
    edit=actions.edit_channel,
)

MEDIUM = ObjectType(
    key="medium",
    model=Medium,
    label=_("Medium"),
    label_plural=_("Media"),
    few=True,
    icon="news",
    group="market",
    rank=70,
    policy=Policy(
        view=everyone(EVERYTHING),
        change=everyone(EVERYTHING, *BUYING),
        delete=everyone(EVERYTHING, *BUYING),
        add=BUYING,
    ),
    columns=("name", "channel"),
    filters=("channel",),
    form=(Section(_("Medium"), ("name", "channel")),),
    search=("name",),
    keys=("name",),
    lookup="name",
    ordering=("name", "id"),
    facts=Facts(("name", "channel")),
    panels=(Panel("spend_line", "medium"),),
)


def campaign_state(campaign: Campaign) -> tuple[str, Any]:
    kinds = {Campaign.State.RUNNING: "good", Campaign.State.PLANNED: "info"}
    return kinds.get(Campaign.State(campaign.state), ""), campaign.get_state_display()


CAMPAIGN = ObjectType(
    key="campaign",
    model=Campaign,
    label=_("Campaign"),
    label_plural=_("Campaigns"),
    few=True,
    icon="speakerphone",
    group="market",
    rank=10,
    policy=Policy(
        view=everyone(EVERYTHING),
        change=everyone(EVERYTHING, roles.GENERAL_MANAGER, *PLANNING),
        delete={roles.MARKETING_HEAD: EVERYTHING},
        add=(roles.GENERAL_MANAGER, *PLANNING),
    ),
    columns=(
        "name",
        Column("state", kind="pill"),
        "starts_on",
        "ends_on",
        "product",
        "price",
        "parent",
        "owner",
    ),
    filters=("state", "product", "parent", "owner", "starts_on"),
    form=(
        Section(_("Campaign"), ("code", "name", "parent", "state", "owner", "description")),
        Section(_("Time"), ("starts_on", "ends_on", "first_weekday")),
        Section(_("Offer"), ("product", "price")),
    ),
    search=("name", "code", "description"),
    keys=("code", "name"),
    lookup="code",
    ordering=("-starts_on", "-id"),
    facts=Facts(
        (
            "code",
            "name",
            "parent",
            "product",
            "price",
            "starts_on",
            "ends_on",
            "state",
            "first_weekday",
            "owner",
        )
    ),
    check=actions.check_campaign,
    panels=(
        Panel("budget_phase", "campaign"),
        Panel("spend_line", "campaign"),
        Panel("campaign", "parent", _("Parts of this campaign")),
        TASKS_AND_NOTES,
    ),
    state=campaign_state,
)

SHARES = ("digital_share", "traditional_share", "other_share")

BUDGET_PHASE = ObjectType(
    key="budget_phase",
    model=BudgetPhase,
    label=_("Budget phase"),
    label_plural=_("Budget phases"),
    few=True,
    icon="chart-pie",
    policy=Policy(
        view=everyone(EVERYTHING, *PAYING),
        change=everyone(EVERYTHING, roles.GENERAL_MANAGER, *PLANNING),
        delete=everyone(EVERYTHING, roles.GENERAL_MANAGER, *PLANNING),
        add=(roles.GENERAL_MANAGER, *PLANNING),
    ),
    columns=("number", "name", "campaign", "amount", "starts_on", "ends_on"),
    filters=("campaign",),
    form=(
        Section(_("Phase"), ("campaign", "number", "name", "amount", "starts_on", "ends_on")),
        Section(_("Split, as parts of 1"), SHARES),
    ),
    ordering=("campaign_id", "number"),
    facts=Facts(
        (
            "campaign",
            "number",
            "amount",
            "starts_on",
            "ends_on",
            "digital_share",
            "traditional_share",
            "other_share",
        )
    ),
)


def spend_state(line: SpendLine) -> tuple[str, Any] | None:
    return ("warn", _("Outside the campaign's dates")) if queries.outside(line) else None


SPEND_LINE = ObjectType(
    key="spend_line",
    model=SpendLine,
    label=_("Spend line"),
    label_plural=_("Spend"),
    icon="coins",
    group="market",
    rank=80,
    policy=Policy(
        view=everyone(EVERYTHING, *PAYING),
        change=everyone(EVERYTHING, *roles.MARKETING),
        delete=everyone(EVERYTHING, *BUYING),
        add=roles.MARKETING,
    ),
    columns=("day", "campaign", "channel", "medium", "region", "amount", "note"),
    filters=("campaign", "channel", "medium", "region", "day"),
    form=(
        Section(_("Spend"), ("campaign", "channel", "medium", "region", "day", "amount", "note")),
        Section(_("Elsewhere"), ("external_key",)),
    ),
    search=("note",),
    keys=("external_key",),
    ordering=("-day", "-id"),
    facts=Facts(("campaign", "channel", "medium", "region", "day", "amount")),
    create=actions.create_spend,
    edit=actions.edit_spend,
    check=actions.check_medium,
    import_fields=("currency",),
    insert_many=actions.import_spend,
    state=spend_state,
)

OBJECTS = (CHANNEL, MEDIUM, CAMPAIGN, BUDGET_PHASE, SPEND_LINE)
