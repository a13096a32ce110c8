"""Spread a plan over weeks and phases: the lines that actual figures are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.planning.backward.numbers import Figures, PlanNumbers
from kehu.planning.backward.phases import PhaseBudget, checked_phases, days_between
from kehu.planning.backward.rounding import apportion, spread


@dataclass(frozen=True)
class WeekLine:
    """What one channel is to bring and spend in the part of a week that belongs to one phase. Whole numbers.

    `week` is the first day of the week, which may lie before the plan's first day; `starts_on` and
    `ends_on` bound the part. `qualified` is None where the plan has no such stage, `spend` where no cost is known.
    """

    channel: str
    week: date
    starts_on: date
    ends_on: date
    phase: str
    leads: int
    qualified: int | None
    sales: int
    revenue: int
    spend: int | None


# By channel and figure: one weight for every line of the channel, in order of time.
Profile = Mapping[str, Mapping[str, Sequence[int]]]


@dataclass(frozen=True)
class _Part:
    """The days of one week in one phase."""

    week: date
    starts_on: date
    phase: int | None
    days: int

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=self.days - 1)


def week_of(day: date, first_weekday: int) -> date:
    """The first day of the week that holds `day`; weeks start on `first_weekday` (Monday is 0)."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def spread_over_weeks(
    numbers: PlanNumbers,
    *,
    starts_on: date,
    ends_on: date,
    first_weekday: int = 0,
    phases: Sequence[PhaseBudget] = (),
    classes: Mapping[str, str] | None = None,
    profile: Profile | None = None,
) -> list[WeekLine]:
    """Lines by channel × week × phase that sum to the plan's rounded figures.

    Leads, qualified leads, sales and revenue fall evenly on the days; every running sum of a channel is
    right to within one half, so "expected by now" is, too. Spend follows the phases (their months, and the
    share of the channel's budget class), evenly where there are none; each phase's money is split by
    largest remainder.

    Raises `Refused` for a period that ends before it starts and for phases that do not fit (see
    `checked_phases`).
    """
    if ends_on < starts_on:
        raise Refused(_("The plan ends before it starts."))
    ordered = checked_phases(phases, starts_on, ends_on)
    parts = _parts(starts_on, ends_on, first_weekday, ordered)
    figures = Figures.of(numbers)
    shapes = profile or {}
    spend = _spend(numbers, figures, parts, ordered, classes or {})
    days = [Fraction(part.days) for part in parts]
    lines = []
    for row in numbers.rows:
        rounded = {name: figure and figure.rounded for name, figure in figures.rows[row.code].items()}
        shape = shapes.get(row.code, {})
        columns = {
            name: spread(rounded.get(name) or 0, _weights(shape.get(name), days))
            for name in ("leads", "qualified", "units", "revenue")
        }
        money = spend[row.code]
        if "spend" in shape:
            money = spread(rounded["spend"] or 0, _weights(shape["spend"], days))
        for index, part in enumerate(parts):
            lines.append(
                WeekLine(
                    channel=row.code,
                    week=part.week,
                    starts_on=part.starts_on,
                    ends_on=part.ends_on,
                    phase="" if part.phase is None else ordered[part.phase].name,
                    leads=columns["leads"][index],
                    qualified=columns["qualified"][index] if "qualified" in rounded else None,
                    sales=columns["units"][index],
                    revenue=columns["revenue"][index],
                    spend=money[index] if rounded["spend"] is not None else None,
                )
            )
    return lines


def profile_of(lines: Sequence[WeekLine]) -> dict[str, dict[str, list[int]]]:
    """How lines fall on the weeks, as a profile that gives the same lines back for the same figures."""
    found: dict[str, dict[str, list[int]]] = {}
    for line in sorted(lines, key=lambda line: line.starts_on):
        shape = found.setdefault(line.channel, {})
        values = {
            "leads": line.leads,
            "qualified": line.qualified,
            "units": line.sales,
            "revenue": line.revenue,
            "spend": line.spend,
        }
        for name, value in values.items():
            if value is not None:
                shape.setdefault(name, []).append(value)
    return found


def _weights(shape: Sequence[int] | None, days: list[Fraction]) -> list[Fraction]:
    """The profile's weights if they fit the weeks of the plan, else the days."""
    if shape is None or len(shape) != len(days) or not sum(shape):
        return days
    return [Fraction(weight) for weight in shape]


def _parts(first: date, last: date, first_weekday: int, phases: Sequence[PhaseBudget]) -> list[_Part]:
    parts: list[_Part] = []
    for day in days_between(first, last):
        week = week_of(day, first_weekday)
        phase = next((i for i, item in enumerate(phases) if item.starts_on <= day <= item.ends_on), None)
        if parts and (parts[-1].week, parts[-1].phase) == (week, phase):
            parts[-1] = _Part(week, parts[-1].starts_on, phase, parts[-1].days + 1)
        else:
            parts.append(_Part(week, day, phase, 1))
    return parts


def _spend(
    numbers: PlanNumbers,
    figures: Figures,
    parts: Sequence[_Part],
    phases: Sequence[PhaseBudget],
    classes: Mapping[str, str],
) -> dict[str, list[int]]:
    """Spend by channel and part: first whole amounts by phase, then by channel, then by day."""
    total = figures.totals["spend"]
    budget = sum((Fraction(phase.amount) for phase in phases), Fraction(0))
    if not budget:
        days = [Fraction(part.days) for part in parts]
        return {code: spread(_rounded(row["spend"]), days) for code, row in figures.rows.items()}
    by_phase: list[dict[str, Fraction]] = [{} for _phase in phases]
    for row in numbers.rows:
        weights = [Fraction(phase.amount) * phase.share(classes.get(row.code, "")) for phase in phases]
        whole = sum(weights, Fraction(0))
        even = [Fraction(phase.amount) / budget for phase in phases]
        shares = [weight / whole for weight in weights] if whole else even
        needed = row.figure(numbers.chain, "spend") or Fraction(0)
        for index, share in enumerate(shares):
            by_phase[index][row.code] = needed * share
    amounts = spread(_rounded(total), [sum(needs.values(), Fraction(0)) for needs in by_phase])
    given = _by_phase(amounts, by_phase, {code: _rounded(row["spend"]) for code, row in figures.rows.items()})
    lines = {row.code: [0] * len(parts) for row in numbers.rows}
    for index, phase in enumerate(phases):
        day_weights = phase.day_weights()
        places = [at for at, part in enumerate(parts) if part.phase == index]
        weights = [_weight(parts[at], day_weights) for at in places]
        for code, amount in given[index].items():
            for at, portion in zip(places, spread(amount, weights), strict=True):
                lines[code][at] = portion
    return lines


def _by_phase(
    amounts: Sequence[int], needs: Sequence[Mapping[str, Fraction]], totals: Mapping[str, int]
) -> list[dict[str, int]]:
    """Whole amounts by phase and channel that sum to the phases' amounts and to the channels' totals.

    Every phase but the last by largest remainder, as far as a channel's total allows; the last takes the rest.
    """
    left = dict(totals)
    given = []
    for amount, need in list(zip(amounts, needs, strict=True))[:-1]:
        wanted = dict(zip(need, apportion(amount, list(need.values())), strict=True))
        parts = {code: min(wanted[code], left[code]) for code in need}
        for _unit in range(amount - sum(parts.values())):
            roomiest = max(parts, key=lambda code: left[code] - parts[code])
            parts[roomiest] += 1
        left = {code: left[code] - parts[code] for code in left}
        given.append(parts)
    return [*given, left]


def _weight(part: _Part, day_weights: Mapping[date, Fraction]) -> Fraction:
    days = days_between(part.starts_on, part.ends_on)
    return sum((day_weights[day] for day in days), Fraction(0))


def _rounded(figure: object) -> int:
    return getattr(figure, "rounded", 0)
