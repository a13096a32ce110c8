"""Work a revenue target backwards to the leads and the money that each channel needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.planning.backward.history import ChannelHistory, added_up, has_qualified_stage
from kehu.planning.backward.numbers import FULL, RATES, WITHOUT_QUALIFIED, Chain, Figures, PlanNumbers, Row
from kehu.planning.backward.rates import Rates
from kehu.planning.backward.rounding import Number, as_decimal, exact

CHANNEL = "channel"
AGGREGATE = "aggregate"
METHODS = (CHANNEL, AGGREGATE)
ALL_CHANNELS = ""


@dataclass(frozen=True)
class BackwardPlan:
    """The answer: the grid of numbers, how it was made, and what the planner should know about it.

    `left_out` holds the channels of the history that cannot carry a plan; `notes` are sentences for the
    planner.
    """

    method: str
    numbers: PlanNumbers
    left_out: tuple[ChannelHistory, ...]
    notes: tuple[str, ...]

    @property
    def figures(self) -> Figures:
        """The rounded figures beside the exact ones."""
        return Figures.of(self.numbers)


def backward_plan(
    *,
    revenue: Number,
    price: Number | None = None,
    rates: Mapping[str, Number] | None = None,
    history: Sequence[ChannelHistory] = (),
    mix: Mapping[str, Number] | None = None,
    method: str = CHANNEL,
    step: int = 1,
) -> BackwardPlan:
    """Plan backwards: revenue → units → qualified leads → leads by channel → spend.

    The leads keep the mix of the history (or `mix`, weights by channel). Method `channel` gives every
    channel its own rates and average price of sale, and leaves out channels that brought no revenue;
    `aggregate` scales the history as a whole, so channels without revenue keep their part of the leads. A
    price or rate that is given holds for all channels. Nothing is rounded on the way: leads are rounded up
    to `step` when shown, units and qualified leads to whole ones. Method of the chain: sales funnel
    arithmetic, each figure divided by its rate.

    Raises `Refused` for a revenue or price that is not above 0, a rate outside (0, 1], a step below 1, an
    unknown method or channel, and where neither the history nor the planner says what is needed.
    """
    target = _positive(revenue, _("The revenue target must be above 0."))
    given_price = None if price is None else _positive(price, _("The price must be above 0."))
    given = Rates.given(rates or {})
    _check(method, step)
    if not history and not mix:
        return _without_history(target, given_price, given, method, step)
    notes: list[str] = []
    usable = _with_leads(_mixed(history, mix, given, given_price), notes)
    rows, chain = _rows(usable, given, given_price, method, notes)
    kept, left_out = _earning(usable, rows, method, notes)
    yields = sum((row.figure(chain, "revenue") or Fraction(0) for row in kept), Fraction(0))
    if not yields:
        raise Refused(_("The history has no revenue to plan from: give the price and the rates."))
    scale = target / yields
    scaled = tuple(Row(row.code, row.leads * scale, row.links) for row in kept)
    numbers = PlanNumbers(scaled, step, chain)
    notes.extend(_money_notes(numbers, {row.code: row.name for row in usable}))
    return BackwardPlan(method, numbers, left_out, tuple(notes))


def _positive(value: Number, refusal: str) -> Fraction:
    number = exact(value)
    if number <= 0:
        raise Refused(refusal)
    return number


def _check(method: str, step: int) -> None:
    if method not in METHODS:
        raise Refused(
            _("There is no method “%(method)s”; the methods are channel and aggregate.") % {"method": method}
        )
    if step < 1:
        raise Refused(
            _("The rounding step must be a whole number of at least 1."), fields={"step": str(step)}
        )


def _without_history(
    target: Fraction, price: Fraction | None, given: Rates, method: str, step: int
) -> BackwardPlan:
    """One row for all channels, from what the planner gives."""
    if price is None or not given.complete:
        raise Refused(
            _(
                "Without a history the plan needs the price and the rates lead_to_qualified and "
                "qualified_to_sale (or lead_to_sale): give them, or name a past campaign."
            )
        )
    staged = given.lead_to_qualified is not None
    chain = FULL if staged else WITHOUT_QUALIFIED
    links = {"price": price, **given.for_channel(ChannelHistory(ALL_CHANNELS, leads=1), staged=staged)}
    row = Row(ALL_CHANNELS, Fraction(1), links)
    leads = target / (row.figure(chain, "revenue") or Fraction(1))
    numbers = PlanNumbers((Row(ALL_CHANNELS, leads, links),), step, chain)
    notes = (
        _("No history: the leads are not split by channel."),
        _("No cost is known, so the plan has no spend."),
    )
    return BackwardPlan(method, numbers, (), notes)


def _mixed(
    history: Sequence[ChannelHistory],
    mix: Mapping[str, Number] | None,
    given: Rates,
    price: Fraction | None,
) -> list[ChannelHistory]:
    """The history, or its rates with the planner's own mix of leads."""
    if mix is None:
        return list(history)
    known = {row.code: row for row in history}
    mixed = []
    for code, weight in mix.items():
        share = exact(weight)
        if share < 0:
            raise Refused(_("The share of channel %(channel)s cannot be below 0.") % {"channel": code})
        if code not in known and not (given.complete and price):
            raise Refused(_("The history has no channel “%(channel)s”.") % {"channel": code})
        past = known.get(code, ChannelHistory(code, leads=1))
        if past.leads and share:
            mixed.append(_reweighted(past, share / past.leads))
    return mixed


def _reweighted(past: ChannelHistory, factor: Fraction) -> ChannelHistory:
    """The channel's history as if it had had `factor` times the leads, its rates unchanged."""
    return replace(
        past,
        leads=past.leads * factor,
        sales=past.sales * factor,
        qualified=None if past.qualified is None else past.qualified * factor,
        revenue=Fraction(past.revenue) * factor,
        spend=None if past.spend is None else Fraction(past.spend) * factor,
    )


def _with_leads(history: Sequence[ChannelHistory], notes: list[str]) -> list[ChannelHistory]:
    usable = []
    for row in history:
        if row.leads > 0:
            usable.append(row)
        elif row.sales or row.revenue:
            notes.append(
                _("%(channel)s is left out: it has %(sales)s sales in the history but no leads.")
                % {"channel": row.name, "sales": row.sales}
            )
    if not usable:
        raise Refused(_("There is no history to plan from: the campaigns have no leads."))
    return usable


def _rows(
    usable: Sequence[ChannelHistory], given: Rates, price: Fraction | None, method: str, notes: list[str]
) -> tuple[list[Row], Chain]:
    """The channels' leads and links as in the history, with what the planner gave put in its place."""
    as_one = method == AGGREGATE and given != Rates()
    if as_one:
        notes.append(
            _("A given rate is used with the overall figures of the history, the same for every channel.")
        )
    whole = added_up(usable)
    source = {row.code: whole if as_one else row for row in usable}
    chain = _chain(list(source.values()), given, notes)
    rows = []
    for row in usable:
        past = source[row.code]
        links = {"price": price or past.price, **given.for_channel(past, staged=chain is FULL)}
        if row.cost_per_lead is not None:
            links["cost_per_lead"] = row.cost_per_lead
        rows.append(Row(row.code, Fraction(row.leads), links))
    return rows, chain


def _chain(history: Sequence[ChannelHistory], given: Rates, notes: list[str]) -> Chain:
    """With the qualified stage where history or planner knows it and no rate would be above 1."""
    if not has_qualified_stage(history) and not (given.lead_to_qualified or given.qualified_to_sale):
        notes.append(
            _("The history has no usable count of qualified leads: the plan goes from lead to sale.")
        )
        return WITHOUT_QUALIFIED
    for row in history:
        rates = given.for_channel(row, staged=True)
        if max(rates.values()) <= 1:
            continue
        if given.lead_to_qualified or given.qualified_to_sale:
            name = max(rates, key=lambda stage: rates[stage])
            raise Refused(
                _("With the given rates %(stage)s would be above 1 in channel %(channel)s.")
                % {"stage": name, "channel": row.name}
            )
        notes.append(_("The given lead_to_sale does not fit the qualified leads: the plan leaves them out."))
        return WITHOUT_QUALIFIED
    return FULL


def _earning(
    usable: Sequence[ChannelHistory], rows: Sequence[Row], method: str, notes: list[str]
) -> tuple[list[Row], tuple[ChannelHistory, ...]]:
    """Leave out, or only name, the channels whose leads never brought revenue."""
    kept, left_out = [], []
    for past, row in zip(usable, rows, strict=True):
        earns = all(value for link, value in row.links.items() if link in RATES or link == "price")
        if earns or method == AGGREGATE:
            kept.append(row)
        else:
            left_out.append(past)
        if not earns:
            facts = {"channel": past.name, "leads": as_decimal(Fraction(past.leads)), "sales": past.sales}
            if method == AGGREGATE:
                text = _(
                    "%(channel)s brought no revenue (leads: %(leads)s, sales: %(sales)s) but keeps its leads."
                )
            else:
                text = _(
                    "%(channel)s is left out: no revenue in the history (leads: %(leads)s, sales: %(sales)s)."
                )
            notes.append(text % facts)
    return kept, tuple(left_out)


def _money_notes(numbers: PlanNumbers, names: Mapping[str, str]) -> list[str]:
    """What is said about spend and about money per sale."""
    unknown = [names[row.code] for row in numbers.rows if "cost_per_lead" not in row.links]
    if len(unknown) == len(numbers.rows):
        return [_("The history has no spend, so the plan has none.")]
    if unknown:
        return [
            _("No cost is known for %(channels)s: the spend leaves them out.")
            % {"channels": ", ".join(unknown)}
        ]
    return []


def cost_conflict(numbers: PlanNumbers, goal: Decimal | None) -> str | None:
    """The sentence for a plan that spends more per unit than its own goal; None where they agree."""
    spend, units = numbers.total("spend"), numbers.total("units")
    if not goal or not spend or not units or spend / units <= Fraction(goal):
        return None
    facts = {
        "spend": f"{as_decimal(spend, 0):,f}",
        "units": f"{as_decimal(units, 0):,f}",
        "each": f"{as_decimal(spend / units, 0):,f}",
        "goal": f"{as_decimal(Fraction(goal), 0):,f}",
    }
    return _("%(spend)s for %(units)s units is %(each)s each, but the goal is %(goal)s.") % facts
