"""Targets, with what has been reached of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kehu.core.access import EVERYTHING, Own, Policy, everyone, roles
from kehu.core.models import User
from kehu.core.registry import Column, ObjectType, Panel, Section, State
from kehu.sales.models import Target
from kehu.sales.queries import Attainment, attainments
from kehu.warehouse.metrics import Facts

LEADING = (roles.GENERAL_MANAGER, roles.SALES_HEAD)


def standing(targets: Sequence[Target], user: User) -> list[Attainment]:
    """How targets stand, found out once for all columns of a page: kept on the records, which live as long."""
    if any(target.__dict__.get("_standing", (None,))[0] != user.pk for target in targets):
        for target, found in zip(targets, attainments(targets, user), strict=True):
            target.__dict__["_standing"] = (user.pk, found)
    return [target.__dict__["_standing"][1] for target in targets]


def actual(metric: str) -> Callable[[Sequence[Target], User], list[Decimal | None]]:
    return lambda targets, user: [found.actual.get(metric) for found in standing(targets, user)]


def reached(targets: Sequence[Target], user: User) -> list[int | None]:
    return [
        None if found.reached is None else round(found.reached * 100) for found in standing(targets, user)
    ]


def due(targets: Sequence[Target], user: User) -> list[int]:
    return [round(found.due * 100) for found in standing(targets, user)]


def states(targets: Sequence[Target], user: User) -> list[State]:
    return [found.state for found in standing(targets, user)]


def panel(target: Target, user: User) -> Mapping[str, Any]:
    return {"standing": standing([target], user)[0]}


TARGET = ObjectType(
    key="target",
    model=Target,
    label=_("Target"),
    label_plural=_("Targets"),
    few=True,
    icon="target",
    group="plan",
    rank=60,
    policy=Policy(
        view={
            **everyone(EVERYTHING, *LEADING, roles.MARKETING_HEAD, roles.CAMPAIGN_MANAGER, roles.ANALYST),
            roles.SALES_REP: Own("person"),
        },
        change=everyone(EVERYTHING, *LEADING),
        delete=everyone(EVERYTHING, *LEADING),
        add=LEADING,
    ),
    columns=(
        Column("whom", _("For"), value=lambda target: target.whom, on_page=False),
        "starts_on",
        "ends_on",
        "revenue",
        Column("revenue_so_far", _("Revenue so far"), kind="money", values=actual("revenue"), on_page=False),
        "sales",
        Column("sales_so_far", _("Sales so far"), kind="number", values=actual("sales"), on_page=False),
        Column("reached", _("Reached"), kind="percent", values=reached, on_page=False),
        Column("due", _("Due by today"), kind="percent", values=due, on_page=False),
        "campaign",
    ),
    filters=("scope", "team", "person", "campaign", "starts_on"),
    form=(
        Section(_("For whom"), ("scope", "team", "person", "campaign")),
        Section(_("What and when"), ("starts_on", "ends_on", "revenue", "sales")),
    ),
    ordering=("-starts_on", "-id"),
    panels=(Panel(title=_("So far"), template="sales/target.html", context=panel),),
    states=states,
    facts=Facts(("scope", "team", "person", "campaign", "starts_on", "ends_on", "revenue", "sales")),
)
