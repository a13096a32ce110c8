"""A small company with the car campaign: what tests of plans start from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from kehu.campaigns.models import BudgetPhase, Campaign, Channel
from kehu.core import clock
from kehu.core.access import roles
from kehu.core.models import User
from kehu.planning import actions
from kehu.planning.models import Plan, PlanVersion
from kehu.planning.tests.histories import CAR_LAUNCH

CLASSES = {
    "live_events": "traditional",
    "website": "digital",
    "telephone": "other",
    "print": "traditional",
    "digital_ads": "digital",
    "bought_lists": "other",
    "outdoor": "traditional",
}
RATES = {"lead_to_qualified": "7%", "qualified_to_sale": "20%"}


def person(role: str = roles.GENERAL_MANAGER, **fields: Any) -> User:
    return User.objects.create_user(f"{role}-user", name=role, role=role, **fields)


def stored(record: Any) -> Any:
    """Put a record of another module into the database."""
    record.created_at = record.updated_at = clock.now()
    record.save()
    return record


def car_campaign() -> Campaign:
    for code, budget_class in CLASSES.items():
        if not Channel.objects.filter(code=code).exists():
            stored(Channel(code=code, name=code, budget_class=budget_class))
    return stored(
        Campaign(
            code="ixx", name="iXX", first_weekday=1, starts_on=date(2010, 6, 1), ends_on=date(2010, 12, 31)
        )
    )


def with_budget(campaign: Campaign) -> Campaign:
    shares = ((4_000_000, "0.07", "0.90", "0.03"), (6_000_000, "0.10", "0.90", "0"))
    dates = ((date(2010, 6, 1), date(2010, 8, 31)), (date(2010, 9, 1), date(2010, 12, 31)))
    for number, (amount, digital, traditional, other) in enumerate(shares, start=1):
        starts_on, ends_on = dates[number - 1]
        stored(
            BudgetPhase(
                campaign=campaign,
                number=number,
                amount=Decimal(amount),
                starts_on=starts_on,
                ends_on=ends_on,
                digital_share=Decimal(digital),
                traditional_share=Decimal(traditional),
                other_share=Decimal(other),
            )
        )
    return campaign


def car_plan(monkeypatch: Any, campaign: Campaign, by: User, **changed: Any) -> Plan:
    """The plan of iXX from the history of the launch before it."""
    monkeypatch.setattr("kehu.planning.queries.history", lambda campaigns, user: CAR_LAUNCH)
    values = {
        "name": "iXX plan",
        "campaign": campaign,
        "starts_on": date(2010, 6, 1),
        "ends_on": date(2010, 12, 31),
        "cost_goal_per_unit": Decimal(7000),
    }
    calculation: dict[str, Any] = {
        "revenue": 700_000_000,
        "price": 700_000,
        "rates": RATES,
        "campaigns": [campaign],
        "step": 10,
    }
    return actions.create_plan_from_history(values=values, by=by, **{**calculation, **changed})


def draft(plan: Plan) -> PlanVersion:
    return PlanVersion.objects.get(plan=plan, state="draft")
