"""Who may do what, written down by hand a second time: the oracle that the walk compares the product with.

Nothing here is computed from the policies. Whoever changes a policy changes this table, knowingly.
"""

from __future__ import annotations

from kehu.core.access import roles

from .market import BINNED, CUSTOM, SLOTS

GM, MH, CM, SM = roles.GENERAL_MANAGER, roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER, roles.SEGMENT_MANAGER
HM, AN, PM = roles.CHANNEL_MANAGER, roles.ANALYST, roles.PRIVACY_MANAGER
SH, SR, SA, AD = roles.SALES_HEAD, roles.SALES_REP, roles.SERVICE_AGENT, roles.ADMINISTRATOR
EVERYBODY = (GM, MH, CM, SM, HM, AN, PM, SH, SR, SA, AD)
MARKETING = (MH, CM, SM, HM)

ALL = frozenset({*SLOTS, "only", "company"})
NONE: frozenset[str] = frozenset()
OWN = frozenset({"own"})
STRANGER = frozenset({"stranger"})
NORTH = OWN | {"mate", "below"}
NORTH_AND_FREE = NORTH | {"nobody"}

Grants = dict[str, frozenset[str]]


def to(slots: frozenset[str], *who: str) -> Grants:
    return dict.fromkeys(who, slots)


def everything(*who: str) -> Grants:
    """The administrator is always among them."""
    return to(ALL, *who, AD)


SOLD: Grants = {SH: NORTH_AND_FREE, SR: OWN}
# Everyone sees the own team's work and that of the teams below. The head of sales and the representative stand in
# North, the service agent in the stranger's team, marketing apart, analyst and privacy manager in no team.
# Who sees none of these records may still open the page: others of the same role stand in a team.
BY_TEAM: Grants = {
    **to(NONE, MH, CM, SM, HM, AN, PM),
    GM: NORTH | STRANGER,
    SH: NORTH,
    SR: NORTH,
    SA: STRANGER,
    AD: ALL,
}
LEADS: Grants = {**everything(GM, *MARKETING, AN, PM), **SOLD}
SALES: Grants = {**everything(GM, *MARKETING, AN, SA), **SOLD}
PAYING = everything(GM, *MARKETING, AN, SH)

VIEW: dict[str, Grants] = {
    **{key: everything() for key in ("custom_field", "custom_object", "field_rule", "layout")},
    CUSTOM: BY_TEAM,
    "region": everything(*EVERYBODY),
    "account": {**everything(GM, *MARKETING, AN, PM, SA), **SOLD},
    "contact": {**everything(GM, MH, CM, SM, AN, PM, SA), **SOLD},
    "file": {**everything(GM, *MARKETING, AN, PM, SA), **SOLD},
    "tag": everything(*EVERYBODY),
    "task": BY_TEAM,
    "note": BY_TEAM,
    "product": everything(*EVERYBODY),
    "channel": everything(*EVERYBODY),
    "medium": everything(*EVERYBODY),
    "campaign": everything(*EVERYBODY),
    "budget_phase": PAYING,
    "spend_line": PAYING,
    "pipeline": everything(*EVERYBODY),
    "stage": everything(*EVERYBODY),
    "opportunity": SALES,
    "stage_change": SALES,
    "order": SALES,
    "order_line": SALES,
    "receipt": {**everything(GM, MH, CM, AN, SA), **SOLD},
    "target": {**everything(GM, MH, CM, AN, SH), SR: OWN},
    "lead": LEADS,
    "touch": LEADS,
    "lead_stage_change": LEADS,
    "score_entry": LEADS,
    "scoring_model": everything(GM, *MARKETING, AN, PM, SH, SR),
    "scoring_rule": everything(GM, *MARKETING, AN, PM, SH, SR),
    "predictive_model": everything(GM, *MARKETING, AN, PM),
    "plan": PAYING,
    "plan_version": PAYING,
    "plan_line": PAYING,
    "webhook": everything(),
    "site": everything(GM, *MARKETING, AN, PM),
    "event": LEADS,
    "visitor": LEADS,
    "form": PAYING,
    "submission": everything(*MARKETING, PM),
    "utm_value": PAYING,
    "consent_purpose": {**PAYING, **everything(SR, PM)},
    "consent": LEADS,
    "experiment": PAYING,
    "experiment_variant": PAYING,
}
# No entry: nobody but the administrator.
CHANGE: dict[str, Grants] = {
    CUSTOM: {SH: NORTH, SR: NORTH, AD: ALL},
    "region": everything(MH, SH),
    "account": {**everything(GM, PM, SA), **SOLD},
    "contact": {**everything(GM, PM, SA), **SOLD},
    "file": {},
    "tag": everything(MH, SH),
    "task": {GM: NORTH | STRANGER, SH: NORTH, SR: OWN, AD: ALL},
    "note": {SR: OWN, AD: ALL},
    "product": everything(GM, MH, SH),
    "channel": everything(MH, CM, HM),
    "medium": everything(MH, CM, HM),
    "campaign": everything(GM, MH, CM),
    "budget_phase": everything(GM, MH, CM),
    "spend_line": everything(*MARKETING),
    "pipeline": everything(SH),
    "stage": everything(SH),
    "opportunity": {AD: ALL, **SOLD},
    "stage_change": {AD: ALL, **SOLD},
    "order": {AD: ALL, **SOLD},
    "order_line": {AD: ALL, **SOLD},
    "receipt": {AD: ALL, **SOLD},
    "target": everything(GM, SH),
    "lead": {**everything(*MARKETING), **SOLD},
    "touch": {**everything(*MARKETING), **SOLD},
    "lead_stage_change": {**everything(*MARKETING), **SOLD},
    "score_entry": {**everything(*MARKETING), **SOLD},
    "scoring_model": everything(MH, CM),
    "predictive_model": everything(MH, CM),
    "scoring_rule": everything(MH, CM),
    "plan": everything(GM, MH, CM),
    "plan_version": everything(GM, MH, CM),
    "site": everything(MH, CM, HM),
    "form": everything(MH, CM, HM),
    "submission": everything(MH, CM, HM),
    "utm_value": everything(MH, CM, HM),
    "consent_purpose": everything(MH, PM),
    "consent": {**everything(MH, PM), **SOLD},
    "experiment": everything(MH, CM, HM),
    "experiment_variant": everything(MH, CM, HM),
}
ADD: dict[str, frozenset[str]] = {
    **{key: frozenset({AD}) for key in ("custom_field", "custom_object", "field_rule")},
    CUSTOM: frozenset({SH, SR, AD}),
    "region": frozenset({MH, SH, AD}),
    "account": frozenset({GM, SH, SR, SA, AD}),
    "contact": frozenset({GM, SH, SR, SA, AD}),
    "tag": frozenset({MH, SH, AD}),
    "task": frozenset(EVERYBODY),
    "note": frozenset(EVERYBODY),
    "product": frozenset({GM, MH, SH, AD}),
    "channel": frozenset({MH, CM, HM, AD}),
    "medium": frozenset({MH, CM, HM, AD}),
    "campaign": frozenset({GM, MH, CM, AD}),
    "budget_phase": frozenset({GM, MH, CM, AD}),
    "spend_line": frozenset({*MARKETING, AD}),
    "pipeline": frozenset({SH, AD}),
    "stage": frozenset({SH, AD}),
    "opportunity": frozenset({SH, SR, AD}),
    "order": frozenset({SH, SR, AD}),
    "order_line": frozenset({SH, SR, AD}),
    "receipt": frozenset({SH, SR, AD}),
    "target": frozenset({GM, SH, AD}),
    "lead": frozenset({*MARKETING, SH, SR, AD}),
    "touch": frozenset({*MARKETING, SH, SR, AD}),
    "scoring_model": frozenset({MH, CM, AD}),
    "predictive_model": frozenset({MH, CM, AD}),
    "scoring_rule": frozenset({MH, CM, AD}),
    "plan": frozenset({GM, MH, CM, AD}),
    "webhook": frozenset({AD}),
    "site": frozenset({MH, CM, HM, AD}),
    "form": frozenset({MH, CM, HM, AD}),
    "consent_purpose": frozenset({MH, PM, AD}),
    "experiment": frozenset({MH, CM, HM, AD}),
    "experiment_variant": frozenset({MH, CM, HM, AD}),
}
# Into the recycle bin. What is not named is kept for good, or only the administrator may.
DELETE: dict[str, Grants] = {
    CUSTOM: {SH: NORTH, AD: ALL},
    **{key: everything() for key in ("field_rule", "layout")},
    "region": everything(),
    "account": {**everything(PM), SH: NORTH_AND_FREE},
    "contact": {**everything(PM), SH: NORTH_AND_FREE},
    "file": CHANGE["account"],
    "tag": CHANGE["tag"],
    "task": CHANGE["task"],
    "note": CHANGE["note"],
    "product": CHANGE["product"],
    "channel": CHANGE["channel"],
    "medium": CHANGE["medium"],
    "campaign": everything(MH),
    "budget_phase": CHANGE["budget_phase"],
    "spend_line": everything(MH, CM, HM),
    "pipeline": everything(),
    "stage": CHANGE["stage"],
    "opportunity": {AD: ALL, SH: NORTH_AND_FREE},
    "order_line": CHANGE["order_line"],
    "receipt": CHANGE["receipt"],
    "target": CHANGE["target"],
    "lead": everything(MH, CM, PM),
    "plan": everything(GM, MH),
    "webhook": everything(),
    "form": everything(MH),
    "submission": everything(MH, PM),
}
# The campaign manager may delete plans of the own, and there is none.
HIDDEN: dict[tuple[str, str], tuple[str, ...]] = {
    # Made of what the role may not read.
    ("account", "custom.zq_won"): (SA, PM),
    ("account", "custom.zq_deals"): (PM,),
    ("lead", "custom.zq_call"): (AN,),
    ("product", "cost"): (CM, SM, HM, PM, SR, SA),
    ("opportunity", "amount"): (SA,),
    ("account", "phone"): (HM,),
    ("submission", "address"): (GM, *MARKETING, AN, SH, SR, SA),
    **{("plan_version", name): EVERYBODY for name in ("numbers", "phases", "profile", "basis")},
}
MASKED: dict[tuple[str, str], tuple[str, ...]] = {
    ("account", "phone"): (AN,),
    **{("contact", name): (AN,) for name in ("phone", "mobile", "email")},
    **{("lead", name): (AN,) for name in ("phone", "email")},
}
# What a role must never read whole, as it would stand in a page or an answer.
SECRETS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((CM, SM, HM, PM, SR), ("418,273", "418273")),
    SA: ("418,273", "418273", "271,82", "27182"),
    AN: ("zqmail", "88622345", "2234 5", "22345"),
}


# Rows of a record in the recycle bin: who sees every row sees them too.
OUTLIVE = ("touch", "consent", "lead_stage_change", "score_entry", "stage_change", "event", "visitor")


def visible(key: str, role: str) -> frozenset[str]:
    found = VIEW[key].get(role, NONE)
    return found | {BINNED} if key in OUTLIVE and found == ALL else found


def changeable(key: str, role: str) -> frozenset[str]:
    return CHANGE.get(key, {AD: ALL}).get(role, NONE)


def deletable(key: str, role: str) -> frozenset[str]:
    return DELETE.get(key, {}).get(role, NONE)


def may_add(key: str, role: str) -> bool:
    return role in ADD.get(key, frozenset())


def opens(key: str, role: str) -> bool:
    """Whether the pages of the object type are there for the role at all."""
    return role in VIEW[key]


def closed(key: str, role: str) -> set[str]:
    """The fields of an object type that the role may not read whole."""
    return {name for (owner, name), who in {**HIDDEN, **MASKED}.items() if owner == key and role in who}
