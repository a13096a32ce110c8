"""Stages, what is open, and what is still to be paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from kehu.activities.queries import has_open_task
from kehu.core import clock
from kehu.core.errors import Refused
from kehu.sales.models import LEAD_STAGE, Opportunity, Order, Pipeline, Receipt, Stage, StageChange

if TYPE_CHECKING:
    from kehu.core.models import User


def pipeline() -> Pipeline:
    """The company's first pipeline; Refused where none has been set up."""
    found = Pipeline.objects.order_by("id").first()
    if found is None:
        raise Refused(_("There is no pipeline yet. Ask your administrator to set one up."))
    return found


def stages(of: Pipeline | None = None) -> list[Stage]:
    """The live stages of a pipeline (the first one) in their order."""
    return list(Stage.objects.filter(pipeline=of or pipeline()).order_by("rank", "id"))


def first_stage(of: Pipeline | None = None) -> Stage:
    """Where an opportunity starts: the first open stage."""
    return _of_kind(Stage.Kind.OPEN, of)


def converted_stage(of: Pipeline | None = None) -> Stage:
    """Where the opportunity of a converted lead starts: the first open stage behind that of mere leads."""
    further = [stage for stage in stages(of) if stage.kind == Stage.Kind.OPEN and stage.code != LEAD_STAGE]
    return further[0] if further else first_stage(of)


def won_stage(of: Pipeline | None = None) -> Stage:
    return _of_kind(Stage.Kind.WON, of)


def lost_stage(of: Pipeline | None = None) -> Stage:
    return _of_kind(Stage.Kind.LOST, of)


def _of_kind(kind: str, of: Pipeline | None) -> Stage:
    found = next((stage for stage in stages(of) if stage.kind == kind), None)
    if found is None:
        raise Refused(
            _("The pipeline has no stage of the kind “%(kind)s”. Ask your administrator to add one.")
            % {"kind": Stage.Kind(kind).label}
        )
    return found


def last_change(opportunity: Opportunity) -> StageChange | None:
    """The newest step of an opportunity by the day it happened."""
    return StageChange.objects.filter(opportunity=opportunity).order_by("-changed_at", "-id").first()


def stage_on(opportunity: Opportunity, day: date) -> Stage | None:
    """Where an opportunity stood at the end of a day; nothing before it was opened."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.zone())
    steps = StageChange.objects.filter(opportunity=opportunity, changed_at__lt=midnight)
    found = steps.select_related("to_stage").order_by("-changed_at", "-id").first()
    return found.to_stage if found else None


def received(order: Order) -> Decimal:
    """The sum of an order's receipts."""
    return Receipt.objects.filter(order=order).aggregate(total=Sum("amount"))["total"] or Decimal(0)


def outstanding(order: Order) -> Decimal:
    """What is still to be paid for an order; never below zero."""
    if order.state == Order.State.CANCELLED:
        return Decimal(0)
    return max(order.amount - received(order), Decimal(0))


def unpaid(orders: Sequence[Order]) -> dict[int, Decimal]:
    """What is still to be paid for each of several orders, by id, in one query."""
    sums = Receipt.objects.filter(order__in=orders).values_list("order").annotate(Sum("amount")).order_by()
    paid = dict(sums)
    return {
        order.pk: max(order.amount - (paid.get(order.pk) or Decimal(0)), Decimal(0))
        for order in orders
        if order.state != Order.State.CANCELLED
    }


def open_opportunities(user: User) -> QuerySet[Opportunity]:
    """The person's own open opportunities, the soonest expected first."""
    return Opportunity.objects.filter(owner=user, won_at=None, lost_at=None).order_by(
        F("expected_close_on").asc(nulls_last=True), "id"
    )


def slipped(user: User, on: date | None = None) -> QuerySet[Opportunity]:
    """Own open opportunities whose expected day has passed."""
    return open_opportunities(user).filter(expected_close_on__lt=on or clock.today())


def closing_soon(user: User, on: date | None = None, days: int = 7) -> QuerySet[Opportunity]:
    """Own open opportunities that are expected to close within the next days."""
    day = on or clock.today()
    return open_opportunities(user).filter(expected_close_on__range=(day, day + timedelta(days=days)))


def without_next_step(user: User) -> QuerySet[Opportunity]:
    """Own open opportunities for which nothing is planned: no next step and no open task."""
    return open_opportunities(user).filter(~has_open_task("opportunity"), next_step="")
