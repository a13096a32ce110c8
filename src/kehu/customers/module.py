"""What customers declares: regions, accounts, contacts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.core.access import EVERYTHING, OWN, TEAM, Policy, Unowned, everyone, roles
from kehu.core.duplicates.rule import Compared, DuplicateRule
from kehu.core.registry import Column, ObjectType, Panel, Section
from kehu.customers import actions
from kehu.customers.actions import lines
from kehu.customers.models import Account, Contact, Region
from kehu.customers.queries import CHART
from kehu.warehouse.metrics import Facts

HEADS = (roles.GENERAL_MANAGER, *roles.MARKETING, roles.ANALYST, roles.PRIVACY_MANAGER, roles.SERVICE_AGENT)
TEAM_AND_FREE = TEAM | Unowned()
SOLD = {roles.SALES_HEAD: TEAM_AND_FREE, roles.SALES_REP: OWN}

REGION = ObjectType(
    key="region",
    model=Region,
    label=_("Region"),
    label_plural=_("Regions"),
    few=True,
    icon="map-pin",
    group="setup",
    policy=Policy(
        view=everyone(EVERYTHING),
        change=everyone(EVERYTHING, roles.MARKETING_HEAD, roles.SALES_HEAD),
        add=(roles.MARKETING_HEAD, roles.SALES_HEAD),
    ),
    columns=("name", "code"),
    form=(Section(_("Region"), ("code", "name")),),
    search=("name", "code"),
    keys=("code", "name"),
    lookup="code",
    ordering=("name", "id"),
    facts=Facts(("code", "name")),
)


def account_state(account: Account) -> tuple[str, Any]:
    kinds = {Account.Status.CURRENT: "good", Account.Status.LOST: "bad"}
    return kinds.get(Account.Status(account.status), ""), account.get_status_display()


ACCOUNT = ObjectType(
    key="account",
    model=Account,
    label=_("Account"),
    label_plural=_("Accounts"),
    icon="building",
    group="sell",
    rank=30,
    policy=Policy(
        view={**everyone(EVERYTHING, *HEADS), **SOLD},
        change={
            **everyone(EVERYTHING, roles.GENERAL_MANAGER, roles.PRIVACY_MANAGER, roles.SERVICE_AGENT),
            **SOLD,
        },
        delete={roles.PRIVACY_MANAGER: EVERYTHING, roles.SALES_HEAD: TEAM_AND_FREE},
        add=(roles.GENERAL_MANAGER, *roles.SALES, roles.SERVICE_AGENT),
        # Who hands out bought lists and media has no business with customers' telephone numbers.
        hidden={"phone": (roles.CHANNEL_MANAGER,)},
        masked={"phone": (roles.ANALYST,)},
    ),
    columns=("name", Column("status", kind="pill"), "kind", "industry", "region", "owner"),
    filters=("status", "kind", "region", "owner"),
    form=(
        Section(_("Customer"), ("name", "kind", "status", "lost_reason", "parent", "owner")),
        Section(_("About the customer"), ("industry", "size", "website", "phone", "region", "address")),
        Section(_("Elsewhere"), ("external_key",)),
    ),
    search=("name", "phone", "website"),
    keys=("external_key", "phone", "name"),
    duplicates=DuplicateRule(
        (Compared("company", ("name",)), Compared("phone", ("phone",)), Compared("text", ("address",)))
    ),
    lookup="name",
    facts=Facts(("name", "kind", "status", "industry", "region", "owner")),
    panels=(
        Panel("contact", "account", told=True),
        CHART,
        Panel("account", "parent", _("Branches")),
    ),
    create=actions.create_account,
    edit=actions.edit_account,
    check=actions.check_account,
    insert_many=actions.import_accounts,
    state=account_state,
    state_field="status",
)

# Nor with the people themselves.
CONTACTED = tuple(role for role in HEADS if role != roles.CHANNEL_MANAGER)

CONTACT = ObjectType(
    key="contact",
    model=Contact,
    label=_("Contact"),
    label_plural=_("Contacts"),
    icon="address-book",
    group="sell",
    rank=40,
    policy=Policy(
        view={**everyone(EVERYTHING, *CONTACTED), **SOLD},
        change={
            **everyone(EVERYTHING, roles.GENERAL_MANAGER, roles.PRIVACY_MANAGER, roles.SERVICE_AGENT),
            **SOLD,
        },
        delete={roles.PRIVACY_MANAGER: EVERYTHING, roles.SALES_HEAD: TEAM_AND_FREE},
        add=(roles.GENERAL_MANAGER, *roles.SALES, roles.SERVICE_AGENT),
        masked=dict.fromkeys(("phone", "mobile", "email"), (roles.ANALYST,)),
    ),
    columns=("name", "account", "title", "phone", "email", "region", "owner"),
    filters=("account", "region", "owner", "opted_out"),
    panels=(Panel("contact", "reports_to", _("Reports to this person")),),
    form=(
        Section(_("Person"), ("name", "account", "title", "reports_to", "owner")),
        Section(_("How to reach"), ("phone", "mobile", "email", "region", "language", "opted_out")),
        Section(_("About the person"), ("birth_year", "external_key")),
    ),
    search=("name", "phone", "mobile", "email"),
    keys=("external_key", "email", "phone", "name"),
    duplicates=DuplicateRule(
        (Compared("name", ("name",)), Compared("phone", ("phone", "mobile")), Compared("email", ("email",)))
    ),
    lookup="name",
    facts=Facts(("account", "region", "language", "birth_year", "opted_out", "owner")),
    create=actions.create_contact,
    edit=actions.edit_contact,
    insert_many=actions.import_contacts,
    undo_guard=lines.guard_undo,
)

OBJECTS = (REGION, ACCOUNT, CONTACT)
