"""One edit in the planner: a number, a lock, the rounding step, a phase, a week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes
from kehu.core.actions import records
from kehu.core.errors import Conflict, Refused
from kehu.core.models import User
from kehu.kit.text import whole_number
from kehu.planning import queries
from kehu.planning.actions.plans import held, set_grid
from kehu.planning.backward import PlanNumbers, exact, recompute
from kehu.planning.backward.grid import cell_name
from kehu.planning.backward.phases import PhaseBudget, with_phase_costs
from kehu.planning.backward.rounding import as_decimal
from kehu.planning.backward.weeks import profile_of
from kehu.planning.models import PlanVersion, phase_to_json

SHARE_DIGITS = Decimal("0.0001")


@transaction.atomic
def edit_cell(*, version: PlanVersion, cell: str, value: str, by: User) -> PlanVersion:
    """Write one cell of a draft; the other numbers follow by the rules of `planning.backward.grid`.

    Returns the version as it stands afterwards.

    `cell` is a cell of the grid (`units`, `website.leads`), `lock:CELL` (value true or false), `step`,
    `note`, `phase:N:amount`, `phase:N:share:CLASS`, or `week:CHANNEL:DAY:FIGURE` with the week's first day.
    Raises `Refused` with a sentence for whatever cannot be.
    """
    access.require(by, "change", version)
    version = held(version)
    if version.state != PlanVersion.State.DRAFT:
        raise Conflict(_("Only a draft can be edited: start a new version."))
    kind, _colon, rest = cell.partition(":")
    writers: dict[str, Callable[[PlanVersion, str, str], None]] = {
        "lock": _lock,
        "step": _step,
        "note": _note,
        "phase": _phase,
        "week": _week,
    }
    writer = writers.get(kind)
    if writer is None:
        set_grid(version, recompute(version.grid, cell, value))
    else:
        writer(version, rest, value)
    changes.save(version, by=by, verb="edit")
    return version


def _lock(version: PlanVersion, cell: str, value: str) -> None:
    grid = version.grid
    if not cell.endswith(".*") and grid.cell(cell) is None:
        raise Refused(_("The plan has no number “%(name)s”.") % {"name": cell})
    locked = grid.locked | {cell} if value == "true" else grid.locked - {cell}
    set_grid(version, replace(grid, locked=frozenset(locked)))


def _step(version: PlanVersion, _rest: str, value: str) -> None:
    step = exact(value)
    if step.denominator != 1 or step < 1:
        raise Refused(_("The rounding step must be a whole number of at least 1."))
    set_grid(version, replace(version.grid, step=int(step)))


def _note(version: PlanVersion, _rest: str, value: str) -> None:
    version.note = value.strip()[:300]
    records.refuse_broken_text(version)


def _phase(version: PlanVersion, rest: str, value: str) -> None:
    """Change the money of a phase or the share of a class in it; every channel's cost follows."""
    position, _colon, what = rest.partition(":")
    phases = version.budgets
    place = whole_number(position)
    if place is None or place >= len(phases):
        raise Refused(_("The plan has no such phase."))
    phase = phases[place]
    if what == "amount":
        phase = _with_amount(phase, exact(value))
    else:
        phase = replace(phase, shares=_with_share(phase, what.removeprefix("share:"), exact(value)))
    phases[place] = phase
    before = version.grid
    grid = with_phase_costs(before, queries.budget_classes(before), phases)
    _require_locks(before, grid)
    version.phases = [phase_to_json(item) for item in phases]
    version.profile = {
        code: {name: weights for name, weights in shape.items() if name != "spend"}
        for code, shape in version.profile.items()
    }
    set_grid(version, grid)


def _with_amount(phase: PhaseBudget, amount: Fraction) -> PhaseBudget:
    if amount < 0:
        raise Refused(_("The budget of phase %(phase)s cannot be below 0.") % {"phase": phase.name})
    factor = amount / Fraction(phase.amount) if phase.amount else Fraction(0)
    months = {month: as_decimal(Fraction(part) * factor) for month, part in phase.by_month.items()}
    return replace(phase, amount=as_decimal(amount, 4), by_month=months)


def _with_share(phase: PhaseBudget, name: str, share: Fraction) -> dict[str, Decimal]:
    """The shares with one typed; the others keep their proportions and sum with it to the whole."""
    if name not in phase.shares:
        raise Refused(_("The phase has no class “%(name)s”.") % {"name": name})
    if not 0 <= share <= 1:
        raise Refused(_("A share must be from 0% to 100%."))
    others = {key: Fraction(value) for key, value in phase.shares.items() if key != name}
    whole = sum(others.values(), Fraction(0))
    if not whole and share != 1:
        raise Refused(_("Give another class its share first: all shares sum to 100%."))
    typed = as_decimal(share, 4)
    found = {
        key: (as_decimal((1 - share) * value / whole) if whole else Decimal(0)).quantize(
            SHARE_DIGITS, ROUND_DOWN
        )
        for key, value in others.items()
    }
    if found:
        largest = max(found, key=lambda key: others[key])
        found[largest] += 1 - typed - sum(found.values())
    return {key: typed if key == name else found[key] for key in phase.shares}


def _require_locks(before: PlanNumbers, after: PlanNumbers) -> None:
    for cell in before.locked:
        if not cell.endswith(".*") and before.cell(cell) != after.cell(cell):
            raise Refused(_("%(name)s is locked: unlock it first.") % {"name": cell_name(cell)})


def _week(version: PlanVersion, rest: str, value: str) -> None:
    """Set one week of a channel; the channel's total and the plan's follow, the other weeks stay."""
    code, day, figure = ["", "", *rest.rsplit(":", 2)][-3:]
    typed = exact(value)
    if figure not in ("leads", "spend"):
        raise Refused(_("Leads and spend can be set by week; the other figures follow the leads."))
    if typed < 0 or typed.denominator != 1:
        raise Refused(_("A week takes a whole number from 0 up."))
    lines = queries.week_lines(version)
    mine = [line for line in lines if line.channel == code]
    at = [index for index, line in enumerate(mine) if line.week.isoformat() == day]
    if not at:
        raise Refused(_("The plan has no such week."))
    profile = profile_of(lines)[code]
    weights = profile.get(figure, [0] * len(mine))
    for index in at:
        weights[index] = 0
    weights[at[0]] = int(typed)
    set_grid(version, recompute(version.grid, f"{code}.{figure}", sum(weights)))
    shapes = (
        {figure: weights} if figure == "spend" else {name: weights for name in profile if name != "spend"}
    )
    version.profile = {**version.profile, code: {**version.profile.get(code, {}), **shapes}}
