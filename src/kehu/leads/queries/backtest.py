"""How a scoring version would have told won from lost leads, had it been in force when they were decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING, Any

from kehu.leads.models import Stage
from kehu.leads.queries.scored import score_sql
from kehu.leads.scoring import Version
from kehu.warehouse.queries import select

if TYPE_CHECKING:
    from kehu.core.models import User

# Closed leads below which a rate is more chance than knowledge.
FEW = 30
# The normal quantile of a 95 % interval.
Z = 1.959964
# What a deal says of its lead; where more leads became one deal each has its part of the money. A deal that was
# decided before the first contact says nothing of what the lead did.
DEALS = """
SELECT lead.id AS lead_id, opportunity.won_at IS NOT NULL AS won,
  coalesce(opportunity.won_at, opportunity.lost_at) AS at,
  CASE WHEN opportunity.won_at IS NOT NULL
    THEN opportunity.amount / count(*) OVER (PARTITION BY opportunity.id) END AS money,
  lead.captured_at >= coalesce(opportunity.won_at, opportunity.lost_at) AS too_early
FROM lead JOIN opportunity ON opportunity.id = lead.opportunity_id
WHERE coalesce(opportunity.won_at, opportunity.lost_at) IS NOT NULL
"""
SCREENED = f"""
UNION ALL SELECT lead.id, FALSE, max(lead_stage_change.changed_at), NULL, FALSE
FROM lead JOIN lead_stage_change ON lead_stage_change.lead_id = lead.id
WHERE lead.stage = '{Stage.SCREENED_OUT.value}' AND lead.opportunity_id IS NULL
  AND lead_stage_change.to_stage = '{Stage.SCREENED_OUT.value}'
GROUP BY lead.id
"""


@dataclass(frozen=True)
class Cell:
    """Closed leads of one score: how many were won and lost, and the money of the won ones."""

    won: int = 0
    lost: int = 0
    money: Decimal = Decimal(0)

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def rate(self) -> float | None:
        return self.won / self.closed if self.closed else None

    @property
    def few(self) -> bool:
        return self.closed < FEW

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.won, self.closed)


@dataclass(frozen=True)
class Line:
    """A threshold held against the closed leads; a figure is None where there was nothing to divide by."""

    threshold: int
    chosen: int
    won: int
    precision: float | None
    recall: float | None
    f1: float | None
    lift: float | None


@dataclass(frozen=True)
class Backtest:
    """Closed leads by the score that they had just before they were decided.

    `left_out` were decided before their first contact.
    """

    cells: Mapping[int, Cell]
    left_out: int

    @property
    def total(self) -> Cell:
        return _sum(self.cells.values())

    def lines(self, thresholds: Iterable[int]) -> list[Line]:
        """Precision, recall, F1 and lift (precision against the rate of all) for each threshold."""
        return [self._line(threshold) for threshold in thresholds]

    def _line(self, threshold: int) -> Line:
        above = _sum(cell for score, cell in self.cells.items() if score >= threshold)
        total = self.total
        precision = above.rate
        recall = above.won / total.won if total.won else None
        f1 = 2 * above.won / (above.closed + total.won) if above.closed + total.won else None
        lift = precision / total.rate if precision is not None and total.rate else None
        return Line(threshold, above.closed, above.won, precision, recall, f1, lift)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; without trials it is everything from 0 to 1."""
    if not trials:
        return 0.0, 1.0
    share, z2 = successes / trials, Z * Z
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z / (1 + z2 / trials) * sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def backtest(version: Version, *, user: User | None, screened_out: bool = False) -> Backtest:
    """Score the closed leads that the user may see by what they did before the decision, under a version.

    Won and lost are those of the deal; `screened_out` also counts leads that never became one as lost.
    `user=None` is the machine itself. Forbidden where the role sees no leads or no opportunities.
    """
    before = "touch.touched_at < decided.at"
    rows = select(
        f"""
        WITH decided AS ({DEALS}{SCREENED if screened_out else ""}),
        judged AS (
          SELECT decided.lead_id, decided.won, decided.money, decided.too_early,
            {score_sql(version, before)} AS score
          FROM decided LEFT JOIN touch ON touch.lead_id = decided.lead_id
          GROUP BY decided.lead_id, decided.won, decided.money, decided.too_early
        )
        SELECT too_early, score, won, count(*), sum(money) FROM judged GROUP BY too_early, score, won
        """,
        user=user,
    )
    return _counted(rows)


def _counted(rows: Iterable[tuple[Any, ...]]) -> Backtest:
    counts: dict[int, Counter[bool]] = defaultdict(Counter)
    money: dict[int, Decimal] = defaultdict(Decimal)
    left_out = 0
    for too_early, score, won, count, amount in rows:
        if too_early:
            left_out += count
            continue
        counts[score][won] += count
        money[score] += Decimal(amount or 0)
    cells = {score: Cell(found[True], found[False], money[score]) for score, found in sorted(counts.items())}
    return Backtest(cells, left_out)


def _sum(cells: Iterable[Cell]) -> Cell:
    listed = list(cells)
    return Cell(
        sum(cell.won for cell in listed),
        sum(cell.lost for cell in listed),
        sum((cell.money for cell in listed), Decimal(0)),
    )
