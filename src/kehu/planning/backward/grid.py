"""Change one number of a plan and let the others follow.

Who follows whom:

1. A typed number keeps the value typed. Rates, price and cost per lead stay; the figures move: a new figure
   pulls all figures of the chain with it, in proportion; a new rate or price keeps the figures above it
   (the need) and moves those below; a new cost per lead moves the spend.
2. A locked figure stops the pull. On the way to it one link gives way: the rate nearest to the typed number
   that is not locked, the price only if there is no such rate. A rate whose lower figure is locked moves
   the figures above.
3. Totals move the channels in proportion, except locked rows. A channel's own number moves that channel,
   and the totals with it; where a total is locked, the other channels make room for it.
4. What is locked never changes: where the rules above would change it, the edit is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kehu.core.errors import Refused
from kehu.planning.backward.numbers import RATES, PlanNumbers, Row
from kehu.planning.backward.rounding import Number, exact


def recompute(numbers: PlanNumbers, edited_cell: str, value: Number) -> PlanNumbers:
    """The grid after one edit, by the rules of this module.

    `edited_cell` is `units` for a total or `website.units` for a channel. The value is what the planner
    typed: a number, or a percentage as text (“7 %”). Raises `Refused` for a cell or channel that does not
    exist, a locked cell, a value that is not above 0 (a channel's leads may be 0), a rate above 1, and an
    edit that locks forbid.
    """
    code, _dot, name = edited_cell.rpartition(".")
    typed = exact(value)
    _check_cell(numbers, code, name)
    _check_value(code, name, typed)
    after = _edit_row(numbers, code, name, typed) if code else _edit_total(numbers, name, typed)
    _check_rates(after)
    for cell in numbers.locked:
        if not cell.endswith(".*") and cell != edited_cell and after.cell(cell) != numbers.cell(cell):
            raise Refused(_("%(name)s is locked: unlock it first.") % {"name": cell_name(cell)})
    return after


def cell_name(cell: str) -> str:
    """What a cell is called, in the user's language."""
    code, _dot, name = cell.rpartition(".")
    names = {
        "revenue": pgettext("plan", "Revenue"),
        "price": pgettext("plan", "Price"),
        "units": pgettext("plan", "Units"),
        "qualified_to_sale": pgettext("plan", "Qualified to sale"),
        "qualified": pgettext("plan", "Qualified leads"),
        "lead_to_qualified": pgettext("plan", "Lead to qualified"),
        "lead_to_sale": pgettext("plan", "Lead to sale"),
        "leads": pgettext("plan", "Leads"),
        "cost_per_lead": pgettext("plan", "Cost per lead"),
        "spend": pgettext("plan", "Spend"),
        "*": pgettext("plan", "Row"),
    }
    return f"{code} · {names.get(name, name)}" if code else names.get(name, name)


def _check_cell(numbers: PlanNumbers, code: str, name: str) -> None:
    row = numbers.row(code) if code else None
    if code and row is None:
        raise Refused(_("The plan has no channel “%(channel)s”.") % {"channel": code})
    if name not in numbers.chain.figures and name not in numbers.chain.links:
        raise Refused(_("The plan has no number “%(name)s”.") % {"name": name})
    if (row is None and name in numbers.locked) or (row is not None and numbers.is_locked(row)):
        cell = f"{code}.{name}" if code else name
        raise Refused(_("%(name)s is locked: unlock it first.") % {"name": cell_name(cell)})


def _check_value(code: str, name: str, value: Fraction) -> None:
    facts = {"name": cell_name(name)}
    if name in RATES and not 0 < value <= 1:
        raise Refused(_("%(name)s must be above 0%% and at most 100%%.") % facts)
    may_be_zero = name == "cost_per_lead" or (code and name == "leads")
    if value < 0 or (value == 0 and not may_be_zero):
        raise Refused(_("%(name)s must be above 0.") % facts)


def _check_rates(numbers: PlanNumbers) -> None:
    for row in numbers.rows:
        for link, value in row.links.items():
            if link in RATES and value > 1:
                raise Refused(
                    _("%(name)s would have to be above 100%%.") % {"name": cell_name(f"{row.code}.{link}")}
                )


def _edit_total(numbers: PlanNumbers, name: str, value: Fraction) -> PlanNumbers:
    chain = numbers.chain
    if name in ("spend", "cost_per_lead") and not numbers.total("spend"):
        leads = numbers.total("leads") or Fraction(1)
        cost = value / leads if name == "spend" else value
        return numbers.with_rows(lambda row: replace(row, links={**row.links, "cost_per_lead": cost}))
    if name in chain.figures:
        start = chain.figures.index(name)
        moving = {name, *_pulled(numbers, start, -1), *_pulled(numbers, start, +1)}
        return _scaled(numbers, name, value, moving)
    at = chain.links.index(name)
    upper, lower = chain.figures[at], chain.figures[at + 1]
    needed = numbers.total(upper) or Fraction(0)
    target = needed * value if name == "cost_per_lead" else needed / value
    if name == "cost_per_lead" and value == 0:
        return numbers.with_rows(lambda row: replace(row, links={**row.links, name: Fraction(0)}))
    if lower not in numbers.locked and not _stuck(numbers, at + 1, +1):
        return _scaled(numbers, lower, target, {lower, *_pulled(numbers, at + 1, +1)})
    if upper in numbers.locked:
        raise Refused(_("%(name)s is locked: unlock it first.") % {"name": cell_name(upper)})
    reached = numbers.total(lower) or Fraction(0)
    wanted = reached / value if name == "cost_per_lead" else reached * value
    return _scaled(numbers, upper, wanted, {upper, *_pulled(numbers, at, -1)})


def _giving_way(numbers: PlanNumbers, start: int, direction: int) -> tuple[int | None, list[int]]:
    """The locked figure that is met from `start`, and the free links on the way to it, nearest first."""
    figures, links = numbers.chain.figures, numbers.chain.links
    free: list[int] = []
    index = start
    while 0 <= index + direction < len(figures):
        link = index if direction > 0 else index - 1
        if links[link] not in numbers.locked:
            free.append(link)
        index += direction
        if figures[index] in numbers.locked:
            return index, free
    return None, free


def _stuck(numbers: PlanNumbers, start: int, direction: int) -> bool:
    """Whether a locked figure lies ahead and no link before it may give way."""
    met, free = _giving_way(numbers, start, direction)
    return met is not None and not free


def _pulled(numbers: PlanNumbers, start: int, direction: int) -> list[str]:
    """The figures beyond `start` that move with it, up to the link that gives way."""
    figures, links = numbers.chain.figures, numbers.chain.links
    met, free = _giving_way(numbers, start, direction)
    if met is None:
        return list(figures[start + 1 :] if direction > 0 else figures[:start])
    if not free:
        raise Refused(_("%(name)s is locked: unlock it first.") % {"name": cell_name(figures[met])})
    link = next((index for index in free if links[index] in RATES), free[0])
    return list(figures[start + 1 : link + 1] if direction > 0 else figures[link + 1 : start])


def _scaled(numbers: PlanNumbers, anchor: str, target: Fraction, moving: set[str]) -> PlanNumbers:
    """Bring a total to `target` by one factor on the moving figures of every row that is not locked."""
    held = sum(
        (row.figure(numbers.chain, anchor) or Fraction(0) for row in numbers.rows if numbers.is_locked(row)),
        Fraction(0),
    )
    free = (numbers.total(anchor) or Fraction(0)) - held
    if free <= 0 or target - held <= 0:
        raise Refused(_("The locked channels leave no room for this: unlock one of them."))
    factor = (target - held) / free
    factors = dict.fromkeys(moving, factor)
    return numbers.with_rows(lambda row: row.scaled(numbers.chain, factors))


def _edit_row(numbers: PlanNumbers, code: str, name: str, value: Fraction) -> PlanNumbers:
    before = numbers.row(code)
    assert before is not None
    edited = _row_after(numbers, before, name, value)
    rows = tuple(edited if row.code == code else row for row in numbers.rows)
    after = replace(numbers, rows=rows)
    for figure in numbers.chain.figures:
        if figure in numbers.locked and after.total(figure) != numbers.total(figure):
            return _make_room(after, code, figure, numbers.total(figure) or Fraction(0))
    if not after.total("leads"):
        raise Refused(_("A plan needs leads in at least one channel."))
    return after


def _row_after(numbers: PlanNumbers, row: Row, name: str, value: Fraction) -> Row:
    chain = numbers.chain
    old = row.links.get(name) if name in chain.links else row.figure(chain, name)
    if name == "leads":
        return replace(row, leads=value)
    if name == "cost_per_lead" or (name == "spend" and not old):
        if name == "spend" and not row.leads:
            raise Refused(_("A channel without leads cannot spend: give it leads first."))
        cost = value if name == "cost_per_lead" else value / row.leads
        return replace(row, links={**row.links, "cost_per_lead": cost})
    if name in chain.figures:
        return replace(row, leads=_leads_for(numbers, row, name, value))
    if not old:
        return replace(row, links={**row.links, name: value})
    return replace(row, leads=row.leads * old / value, links={**row.links, name: value})


def _leads_for(numbers: PlanNumbers, row: Row, name: str, value: Fraction) -> Fraction:
    """The leads that give a row's figure its typed value at the row's own rates."""
    one: Mapping[str, Fraction] = row.links
    each = Row(row.code, Fraction(1), one).figure(numbers.chain, name)
    if not each:
        raise Refused(_("This channel's rates are 0: give it a rate and a price first."))
    return value / each


def _make_room(numbers: PlanNumbers, code: str, figure: str, total: Fraction) -> PlanNumbers:
    """Scale the other channels so that a locked total keeps its value."""
    holding = replace(numbers, locked=numbers.locked | {f"{code}.*"})
    moved = _scaled(holding, figure, total, set(numbers.chain.figures))
    return replace(moved, locked=numbers.locked)
