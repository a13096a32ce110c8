"""Budget in phases: how much in which period, split over budget classes, and what that gives each channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.planning.backward.numbers import PlanNumbers, Row
from kehu.planning.backward.rounding import as_decimal


@dataclass(frozen=True)
class PhaseBudget:
    """One phase: its days, its money, the share of each budget class (summing to 1) and, if known, of each
    month.

    Without `shares` the money goes to all channels alike; without `by_month` ("2010-06": amount) evenly
    over days.
    """

    name: str
    starts_on: date
    ends_on: date
    amount: Decimal = Decimal(0)
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    by_month: Mapping[str, Decimal] = field(default_factory=dict)

    def days(self) -> Iterator[date]:
        """Every day of the phase."""
        return days_between(self.starts_on, self.ends_on)

    def share(self, budget_class: str) -> Fraction:
        """The part of the phase's money that the class receives; 1 if the phase does not name classes."""
        return Fraction(self.shares.get(budget_class, Decimal(0))) if self.shares else Fraction(1)

    @property
    def missing(self) -> Decimal:
        """The part of the phase's money that no class has been given; 0 if the phase does not name classes."""
        return 1 - sum(self.shares.values(), Decimal(0)) if self.shares else Decimal(0)

    def day_weights(self) -> dict[date, Fraction]:
        """How the phase's money falls on its days; the weights sum to 1."""
        days = list(self.days())
        months = [f"{day:%Y-%m}" for day in days]
        given = {month: Fraction(amount) for month, amount in self.by_month.items() if month in months}
        whole = sum(given.values(), Fraction(0))
        if not whole:
            return dict.fromkeys(days, Fraction(1, len(days)))
        return {
            day: given.get(month, Fraction(0)) / whole / months.count(month)
            for day, month in zip(days, months, strict=True)
        }


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def checked_phases(phases: Sequence[PhaseBudget], starts_on: date, ends_on: date) -> list[PhaseBudget]:
    """The phases in order of time.

    Raises `Refused` if a phase ends before it starts, leaves the plan's period, overlaps another, has money
    below 0 or class shares that sum to more than 1. Shares that sum to less leave money that no class has yet.
    """
    ordered = sorted(phases, key=lambda phase: phase.starts_on)
    for phase in ordered:
        facts = {"phase": phase.name}
        if phase.ends_on < phase.starts_on:
            raise Refused(_("Phase %(phase)s ends before it starts.") % facts)
        if phase.starts_on < starts_on or phase.ends_on > ends_on:
            raise Refused(_("Phase %(phase)s leaves the period of the plan.") % facts)
        if phase.amount < 0:
            raise Refused(_("The budget of phase %(phase)s cannot be below 0.") % facts)
        if phase.missing < 0 or min(phase.shares.values(), default=0) < 0:
            raise Refused(_("The class shares of phase %(phase)s sum to more than 100%%.") % facts)
    for earlier, later in pairwise(ordered):
        if later.starts_on <= earlier.ends_on:
            raise Refused(
                _("The phases %(first)s and %(second)s overlap.")
                % {"first": earlier.name, "second": later.name}
            )
    return ordered


def whole_phases(phases: Sequence[PhaseBudget]) -> None:
    """Raises `Refused`, saying what is missing, for class shares that do not sum to 100 %."""
    for phase in phases:
        if phase.missing:
            raise Refused(missing_share(phase))


def missing_share(phase: PhaseBudget) -> str:
    """The sentence for a phase whose class shares do not sum to 100 %."""
    facts = {
        "phase": phase.name,
        "sum": percentage(1 - phase.missing),
        "missing": percentage(phase.missing),
    }
    return _("The class shares of phase %(phase)s sum to %(sum)s: %(missing)s are missing to 100%%.") % facts


def percentage(share: Decimal) -> str:
    """A share as it is typed: 7%, 2.5%."""
    return f"{(share * 100).normalize():f}%"


def phase_spend(
    numbers: PlanNumbers, classes: Mapping[str, str], phases: Sequence[PhaseBudget]
) -> dict[str, list[Fraction]]:
    """What each channel receives from each phase: the class's part, split by the leads that the channel
    must bring.

    Raises `Refused` where a class with money has no channel with leads, since the money would vanish.
    """
    received: dict[str, list[Fraction]] = {row.code: [] for row in numbers.rows}
    for phase in phases:
        groups: dict[str, list[Row]] = {}
        for row in numbers.rows:
            groups.setdefault(classes.get(row.code, "") if phase.shares else "", []).append(row)
        for name in phase.shares:
            if phase.shares[name] and not sum(row.leads for row in groups.get(name, [])):
                raise Refused(
                    _("Phase %(phase)s has money for the class %(class)s, but the plan has no channel of it.")
                    % {"phase": phase.name, "class": name}
                )
        for name, rows in groups.items():
            money = Fraction(phase.amount) * phase.share(name)
            leads = sum((row.leads for row in rows), Fraction(0))
            for row in rows:
                received[row.code].append(money * row.leads / leads if leads else Fraction(0))
    return received


def with_phase_costs(
    numbers: PlanNumbers, classes: Mapping[str, str], phases: Sequence[PhaseBudget]
) -> PlanNumbers:
    """The grid with every channel's cost per lead set to what the phases pay for it."""
    received = phase_spend(numbers, classes, phases)

    def costed(row: Row) -> Row:
        cost = sum(received[row.code], Fraction(0)) / row.leads if row.leads else Fraction(0)
        return replace(row, links={**row.links, "cost_per_lead": cost})

    return numbers.with_rows(costed)


def phase_conflict(numbers: PlanNumbers, phases: Sequence[PhaseBudget]) -> str | None:
    """The sentence for phases that hold another sum than the channels need; None where they agree."""
    budget = sum((Fraction(phase.amount) for phase in phases), Fraction(0))
    spend = numbers.total("spend")
    if not budget or spend is None or abs(budget - spend) < 1:
        return None
    facts = {"budget": f"{as_decimal(budget, 0):,f}", "spend": f"{as_decimal(spend, 0):,f}"}
    return _("The phases hold %(budget)s, but the channels need %(spend)s.") % facts
