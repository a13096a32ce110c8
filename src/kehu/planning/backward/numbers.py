"""The numbers of a plan as a grid: one row per channel, one chain of figures from revenue to spend.

    revenue ← price ← units ← qualified_to_sale ← qualified ← lead_to_qualified ← leads
    leads → cost_per_lead → spend

Figures (revenue, units, …) add up over the channels, links (price, rates, cost per lead) are the ratio of
the two figures beside them. A row keeps its leads and its links, so a channel without leads still knows its
rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kehu.planning.backward.rounding import Figure, apportion, ceil_to


@dataclass(frozen=True)
class Chain:
    """The order of the figures; `links[i]` stands between `figures[i]` and `figures[i + 1]`."""

    figures: tuple[str, ...]
    links: tuple[str, ...]

    def upper(self, link: str) -> str:
        """The figure above a link."""
        return self.figures[self.links.index(link)]

    def lower(self, link: str) -> str:
        """The figure below a link."""
        return self.figures[self.links.index(link) + 1]


FULL = Chain(
    ("revenue", "units", "qualified", "leads", "spend"),
    ("price", "qualified_to_sale", "lead_to_qualified", "cost_per_lead"),
)
WITHOUT_QUALIFIED = Chain(("revenue", "units", "leads", "spend"), ("price", "lead_to_sale", "cost_per_lead"))
RATES = frozenset({"qualified_to_sale", "lead_to_qualified", "lead_to_sale"})


@dataclass(frozen=True)
class Row:
    """One channel: its leads and the links of the chain. Without `cost_per_lead` its spend is unknown."""

    code: str
    leads: Fraction
    links: Mapping[str, Fraction]

    def figure(self, chain: Chain, name: str) -> Fraction | None:
        """A figure of the row; None for the spend of a channel whose cost is unknown."""
        if name == "spend":
            cost = self.links.get("cost_per_lead")
            return None if cost is None else self.leads * cost
        value = self.leads
        for link in chain.links[chain.figures.index(name) : chain.figures.index("leads")]:
            value *= self.links[link]
        return value

    def scaled(self, chain: Chain, factors: Mapping[str, Fraction]) -> Row:
        """The row with each figure multiplied by its factor (1 if absent); the links follow."""
        links = dict(self.links)
        for link in links:
            upper = factors.get(chain.upper(link), Fraction(1))
            lower = factors.get(chain.lower(link), Fraction(1))
            links[link] *= lower / upper if link == "cost_per_lead" else upper / lower
        return replace(self, leads=self.leads * factors.get("leads", Fraction(1)), links=links)


@dataclass(frozen=True)
class PlanNumbers:
    """The grid: rows, the rounding step of the leads, and the cells that may not change.

    A cell is `leads` (the total) or `website.leads` (a channel's); a lock is a total's cell or `website.*`
    for the whole row of a channel.
    """

    rows: tuple[Row, ...]
    step: int = 1
    chain: Chain = FULL
    locked: frozenset[str] = field(default_factory=frozenset)

    def total(self, name: str) -> Fraction | None:
        """A figure or link over all channels; None where it is unknown in every channel.

        The spend of channels whose cost is unknown counts as nothing; a link over nothing is 0.
        """
        if name in self.chain.links:
            upper, lower = self.total(self.chain.upper(name)), self.total(self.chain.lower(name))
            if upper is None or lower is None:
                return None
            over, under = (lower, upper) if name == "cost_per_lead" else (upper, lower)
            return over / under if under else Fraction(0)
        known = [value for row in self.rows if (value := row.figure(self.chain, name)) is not None]
        return sum(known, Fraction(0)) if known else None

    def row(self, code: str) -> Row | None:
        """The row of a channel."""
        return next((row for row in self.rows if row.code == code), None)

    def cell(self, name: str) -> Fraction | None:
        """What stands in a cell; None where there is no such cell or nothing is known."""
        code, _dot, field_name = name.rpartition(".")
        if field_name not in (*self.chain.figures, *self.chain.links):
            return None
        if not code:
            return self.total(field_name)
        row = self.row(code)
        if row is None:
            return None
        return (
            row.links.get(field_name)
            if field_name in self.chain.links
            else row.figure(self.chain, field_name)
        )

    def is_locked(self, row: Row) -> bool:
        """Whether the whole row of a channel is held."""
        return f"{row.code}.*" in self.locked

    def with_rows(self, change: Callable[[Row], Row]) -> PlanNumbers:
        """The grid with every row that is not locked passed through `change`."""
        return replace(self, rows=tuple(row if self.is_locked(row) else change(row) for row in self.rows))


@dataclass(frozen=True)
class Figures:
    """The grid as people read it: totals rounded up to cover the need, channels that sum to them.

    Leads are multiples of the step, everything else whole; the parts are split by largest remainder.
    """

    totals: Mapping[str, Figure | None]
    rows: Mapping[str, Mapping[str, Figure | None]]

    @classmethod
    def of(cls, numbers: PlanNumbers) -> Figures:
        """Round every figure of the grid."""
        totals: dict[str, Figure | None] = {}
        rows: dict[str, dict[str, Figure | None]] = {row.code: {} for row in numbers.rows}
        for name in numbers.chain.figures:
            step = numbers.step if name == "leads" else 1
            total = numbers.total(name)
            if total is None:
                totals[name] = None
                for row in numbers.rows:
                    rows[row.code][name] = None
                continue
            whole = ceil_to(total, step)
            totals[name] = Figure(total, whole)
            parts = [row.figure(numbers.chain, name) for row in numbers.rows]
            split = apportion(whole, [part or Fraction(0) for part in parts], step)
            for row, part, rounded in zip(numbers.rows, parts, split, strict=True):
                rows[row.code][name] = None if part is None else Figure(part, rounded)
        return cls(totals, rows)
