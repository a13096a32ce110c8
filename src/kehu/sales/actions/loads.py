"""Loading many rows at once: imports, moves from other systems, the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kehu.campaigns.actions import settle_medium
from kehu.catalog.actions import in_own_currency, refuse_other_currencies
from kehu.core import access, changes, clock, registry
from kehu.core.database import reserve_ids
from kehu.sales import queries
from kehu.sales.actions.orders import inherit
from kehu.sales.actions.stages import close_dates
from kehu.sales.models import Opportunity, Order, OrderLine, Receipt, Stage, StageChange

if TYPE_CHECKING:
    from kehu.core.models import Batch, Record, User

# The stages that an opportunity went through, each with its moment, oldest first.
Steps = Sequence[tuple[Stage, datetime]]


@transaction.atomic
def load_opportunities(
    opportunities: Sequence[Opportunity],
    *,
    by: User | None,
    batch: Batch | None,
    steps: Sequence[Steps] | None = None,
    verb: str = "import",
) -> list[int]:
    """Insert many opportunities with their dated stages; their ids in the same order.

    `steps` holds the stages of each opportunity. Without it each stands in the first stage from the day it was opened
    and comes to its own stage when it was closed; an open one stands in its stage from the start. A win before the
    opening is kept and flagged. A chunk of a few thousand keeps SQLite's write lock short.
    """
    _require_add(Opportunity, by)
    refuse_other_currencies({opportunity.currency for opportunity in opportunities})
    numbers = iter(_numbers(Opportunity, "O-", sum(not item.number for item in opportunities)))
    for opportunity in opportunities:
        if opportunity.stage_id is None:
            opportunity.stage = queries.first_stage()
        if opportunity.medium_id is not None:
            settle_medium(opportunity)
        opportunity.number = opportunity.number or next(numbers)
        opportunity.probability = opportunity.probability or opportunity.stage.probability
        close_dates(opportunity, at=None)
        opportunity.won_before_contact = opportunity.won_before_contact or opportunity.starts_after_win()
    ids = changes.insert_many(Opportunity, opportunities, by=by, batch=batch, verb=verb)
    rows: list[StageChange] = []
    for place, opportunity in enumerate(opportunities):
        rows += _rows(opportunity, steps[place] if steps else _likely_steps(opportunity), by)
    changes.insert_many(StageChange, rows, by=by, batch=batch, verb=verb)
    return ids


def _likely_steps(opportunity: Opportunity) -> Steps:
    opened = opportunity.opened_on
    start = datetime.combine(opened, time.min, tzinfo=clock.zone()) if opened else None
    end = opportunity.closed_at
    if end is None:
        return [(opportunity.stage, start or opportunity.created_at)]
    first = _first_stage(opportunity.stage)
    if start is None or start > end:
        return [(opportunity.stage, end)]
    return [(first, start), (opportunity.stage, end)]


def _first_stage(stage: Stage) -> Stage:
    """The first open stage of the stage's pipeline, kept on the stage for the rest of the load."""
    kept = stage.__dict__.get("_first")
    if kept is None:
        kept = stage.__dict__["_first"] = queries.first_stage(stage.pipeline)
    return kept


def _rows(opportunity: Opportunity, steps: Steps, by: User | None) -> list[StageChange]:
    rows, before = [], None
    for stage, at in steps:
        rows.append(
            StageChange(
                opportunity=opportunity, from_stage=before, to_stage=stage, changed_at=at, changed_by=by
            )
        )
        before = stage
    return rows


@transaction.atomic
def load_orders(
    orders: Sequence[Order], *, by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Insert many orders; what an order does not say it copies from its opportunity. Their ids in the same order."""
    _require_add(Order, by)
    refuse_other_currencies({order.currency for order in orders})
    numbers = iter(_numbers(Order, "A-", sum(not order.number for order in orders)))
    for order in orders:
        order.number = order.number or next(numbers)
        inherit(order)
        if order.medium_id is not None:
            settle_medium(order)
    return changes.insert_many(Order, orders, by=by, batch=batch, verb=verb)


@transaction.atomic
def load_order_lines(
    lines: Sequence[OrderLine], *, by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Insert many order lines; the amount is quantity × price where it is not given."""
    _require_add(OrderLine, by)
    for line in lines:
        if line.amount is None:
            line.amount = line.unit_price * line.quantity
    return changes.insert_many(OrderLine, lines, by=by, batch=batch, verb=verb)


@transaction.atomic
def load_receipts(
    receipts: Sequence[Receipt], *, by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Insert many receipts as they are: history may hold surplus payments."""
    _require_add(Receipt, by)
    refuse_other_currencies({receipt.currency for receipt in receipts})
    return changes.insert_many(Receipt, receipts, by=by, batch=batch, verb=verb)


def import_opportunities(
    *, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None
) -> list[int]:
    """The new rows of an import as opportunities."""
    return load_opportunities(in_own_currency(Opportunity, values), by=by, batch=batch)


def import_orders(*, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None) -> list[int]:
    """The new rows of an import as orders."""
    return load_orders(in_own_currency(Order, values), by=by, batch=batch)


def import_order_lines(
    *, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None
) -> list[int]:
    """The new rows of an import as order lines."""
    return load_order_lines(in_own_currency(OrderLine, values), by=by, batch=batch)


def import_receipts(
    *, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None
) -> list[int]:
    """The new rows of an import as receipts."""
    return load_receipts(in_own_currency(Receipt, values), by=by, batch=batch)


def _require_add(model: type[Record], by: User | None) -> None:
    if by is not None:
        access.require(by, "add", registry.of(model))


def _numbers(model: type[Record], prefix: str, count: int) -> list[str]:
    """Fresh numbers; taken from the ids, so that two writers never get the same."""
    return [f"{prefix}{pk:06d}" for pk in reserve_ids(model, count)] if count else []
