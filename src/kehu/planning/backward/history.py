"""What past campaigns say about a channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class ChannelHistory:
    """Counts and money of one channel over the campaigns that the plan learns from.

    `qualified` and `spend` are None where nobody recorded them; zero means that there were none.
    """

    code: str
    leads: int | Fraction
    sales: int | Fraction = 0
    qualified: int | Fraction | None = None
    revenue: Decimal | Fraction = Decimal(0)
    spend: Decimal | Fraction | None = None
    label: str = ""

    @property
    def name(self) -> str:
        """The channel as a sentence calls it."""
        return self.label or self.code

    @property
    def sale_rate(self) -> Fraction:
        """Sales per lead."""
        return Fraction(self.sales, self.leads)

    @property
    def price(self) -> Fraction:
        """Average revenue of one sale; 0 where there was no sale."""
        return Fraction(self.revenue) / self.sales if self.sales else Fraction(0)

    @property
    def cost_per_lead(self) -> Fraction | None:
        """Spend per lead, None where the spend is unknown."""
        return None if self.spend is None else Fraction(self.spend) / self.leads


def added_up(history: Iterable[ChannelHistory]) -> ChannelHistory:
    """All channels as one; the qualified leads are known only where every channel knows them."""
    rows = list(history)
    counted = [row.qualified for row in rows if row.qualified is not None]
    return ChannelHistory(
        code="",
        leads=sum(row.leads for row in rows),
        sales=sum(row.sales for row in rows),
        qualified=sum(counted) if len(counted) == len(rows) else None,
        revenue=sum((Fraction(row.revenue) for row in rows), Fraction(0)),
    )


def has_qualified_stage(history: Iterable[ChannelHistory]) -> bool:
    """Whether every channel's leads, qualified leads and sales can be read as one funnel."""
    rows = list(history)
    return any(row.qualified for row in rows) and all(
        row.qualified is not None and row.sales <= row.qualified <= row.leads for row in rows
    )
