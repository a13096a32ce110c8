"""Why a figure differs from what the plan expects: the gap as a sum of effects. Arithmetic without a database.

Method: additive logarithmic mean Divisia index (LMDI-I). A figure is a product of factors, as
sales = money × leads per money × qualified per lead × sales per qualified. With expected E, actual A and factor
ratios r (actual ÷ expected), the effect of a factor is w × ln r with w = (A − E) ÷ ln(A ÷ E). Since the logarithms
of the factors sum to ln(A ÷ E), the effects sum to A − E without a rest, and no order of the factors is favoured.
Where a factor has fallen to zero the limit of the method gives it the whole gap; the first such factor is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isclose, log

SPEND, PER_MONEY, LEADS = "spend", "leads_per_money", "leads"
QUALIFYING, CLOSING, DELAY = "qualifying", "closing", "delay"
# In the order in which a lead meets them.
FACTORS = (SPEND, PER_MONEY, LEADS, QUALIFYING, CLOSING, DELAY)


@dataclass(frozen=True)
class Stage:
    """What a channel has brought, or should have: money and counts; `spend` is None where it is not known."""

    leads: float
    spend: float | None = None
    qualified: float | None = None
    sales: float | None = None


@dataclass(frozen=True)
class Maturity:
    """The rates of all leads ÷ those of leads that have had time: below 1 where young leads pull them down."""

    qualifying: float = 1.0
    closing: float = 1.0


def effects(expected: float, actual: float, ratios: Sequence[tuple[str, float]]) -> dict[str, float]:
    """The effect of each factor on `actual - expected`; empty where nothing was expected.

    `ratios` are factors with actual ÷ expected, whose product is actual ÷ expected of the figure.
    """
    if expected <= 0:
        return {}
    found = dict.fromkeys((name for name, _ratio in ratios), 0.0)
    if actual <= 0:
        gone = next((name for name, ratio in ratios if ratio <= 0), ratios[-1][0])
        found[gone] = -float(expected)
        return found
    whole = log(actual / expected)
    weight = float(actual) if isclose(whole, 0.0, abs_tol=1e-12) else (actual - expected) / whole
    for name, ratio in ratios:
        found[name] += weight * log(ratio)
    return found


def gaps(expected: Stage, actual: Stage, young: Maturity | None = None) -> dict[str, dict[str, int]]:
    """By figure (`leads`, `qualified`, `sales`) the effect of each factor in whole units, summing to the gap.

    Without money on one of the sides (or with leads that cost nothing) the number of leads stands in for it.
    """
    late = young or Maturity()
    chain = _until_leads(expected, actual)
    found = {"leads": whole(effects(expected.leads, actual.leads, chain), actual.leads - expected.leads)}
    steps = (
        ("qualified", QUALIFYING, (expected.leads, expected.qualified), (actual.leads, actual.qualified),
         late.qualifying),
        ("sales", CLOSING, (expected.qualified, expected.sales), (actual.qualified, actual.sales),
         late.closing),
    )  # fmt: skip
    for figure, factor, plan, fact, delay in steps:
        rate = _ratio(_over(plan), _over(fact))
        if rate is None or plan[1] is None or fact[1] is None:
            break
        chain = [*chain, (factor, rate / delay), (DELAY, delay)]
        found[figure] = whole(effects(plan[1], fact[1], chain), fact[1] - plan[1])
    return {figure: parts for figure, parts in found.items() if parts}


def whole(parts: Mapping[str, float], gap: float) -> dict[str, int]:
    """Whole numbers that sum to the whole gap, each at most one away from its part (largest remainder)."""
    found = {name: floor(part) for name, part in parts.items()}
    rest = round(gap) - sum(found.values())
    for name in sorted(parts, key=lambda name: found[name] - parts[name])[: max(rest, 0)]:
        found[name] += 1
    return found


def _until_leads(expected: Stage, actual: Stage) -> list[tuple[str, float]]:
    leads = actual.leads / expected.leads if expected.leads else 0.0
    if not expected.spend or actual.spend is None or (not actual.spend and actual.leads):
        return [(LEADS, leads)]
    money = actual.spend / expected.spend
    return [(SPEND, money), (PER_MONEY, leads / money if money else 1.0)]


def _over(pair: tuple[float | None, float | None]) -> float | None:
    below, above = pair
    if above is None or below is None or (above and not below):
        return None
    return above / below if below else 0.0


def _ratio(expected: float | None, actual: float | None) -> float | None:
    return None if not expected or actual is None else actual / expected
