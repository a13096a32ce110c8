"""A plan version laid out for the planner's page: the chain, the channels, the phases, the weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from kehu.campaigns.models import BudgetClass
from kehu.planning import queries
from kehu.planning.backward import Figure, Figures, PlanNumbers
from kehu.planning.backward.grid import cell_name
from kehu.planning.backward.numbers import RATES
from kehu.planning.backward.phases import PhaseBudget, missing_share, percentage
from kehu.planning.backward.rounding import as_decimal
from kehu.planning.backward.weeks import WeekLine
from kehu.planning.models import PlanVersion

WEEK_FIGURES = ("leads", "qualified", "sales", "revenue", "spend")
TYPED_BY_WEEK = ("leads", "spend")
SIGNS = {"cost_per_lead": "×"}


@dataclass(frozen=True)
class SheetCell:
    """One number: the name it is posted under, what stands in the field, and what it is before rounding.

    A refused edit leaves what was typed in the field, with the sentence why and what still holds.
    """

    name: str
    label: str
    text: str
    exact: str = ""
    kind: str = "figure"
    locked: bool = False
    readonly: bool = False
    sign: str = ""
    refusal: str = ""
    kept: str = ""

    @property
    def lock(self) -> str:
        """The name under which the lock is posted."""
        return f"lock:{self.name}"

    @property
    def turned(self) -> str:
        """What the lock is to become when pressed."""
        return "false" if self.locked else "true"


@dataclass(frozen=True)
class ChannelRow:
    """One channel: its numbers in the order of the table's columns, and its part of the leads."""

    code: str
    name: str
    budget_class: str
    cells: list[SheetCell]
    share: float
    locked: bool

    @property
    def lock(self) -> str:
        return f"lock:{self.code}.*"

    @property
    def turned(self) -> str:
        return "false" if self.locked else "true"


@dataclass(frozen=True)
class PhaseRow:
    """A budget phase with its money and class shares; `missing` says what they lack to 100 %."""

    name: str
    starts_on: date
    ends_on: date
    amount: SheetCell
    shares: list[SheetCell]
    missing: str = ""


@dataclass(frozen=True)
class WeekRow:
    """One week: a number per channel, their sum, and what is expected up to its end."""

    number: int
    starts_on: date
    ends_on: date
    phases: str
    cells: list[SheetCell]
    total: int
    expected: int


@dataclass(frozen=True)
class Sheet:
    """Everything that the planner's page shows of one version."""

    version: PlanVersion
    editable: bool
    chain: list[SheetCell]
    columns: list[str]
    channels: list[ChannelRow]
    totals: list[SheetCell]
    phases: list[PhaseRow]
    classes: list[str]
    figure: str
    figures: list[tuple[str, str]]
    week_columns: list[str]
    weeks: list[WeekRow]
    week_totals: list[int]
    contradictions: list[str]
    notes: list[str] = field(default_factory=list)


def sheet_of(version: PlanVersion, *, editable: bool, figure: str = "leads") -> Sheet:
    """Lay a version out; `figure` is what the weeks show."""
    grid, figures = version.grid, version.figures
    chosen = figure if figure in WEEK_FIGURES else "leads"
    names = queries.channel_names(grid)
    names[""] = _("All channels")
    columns = [name for name in _order(grid) if name not in ("revenue", "price")]
    lines = queries.week_lines(version)
    weeks = _weeks(lines, grid, names, chosen, editable)
    return Sheet(
        version=version,
        editable=editable,
        chain=[_total(grid, figures, name, editable) for name in _order(grid)],
        columns=[cell_name(name) for name in columns],
        channels=_channels(grid, figures, columns, names, editable),
        totals=[_total(grid, figures, name, False) for name in columns],
        phases=[_phase(index, phase, editable) for index, phase in enumerate(version.budgets)],
        classes=[str(label) for _name, label in BudgetClass.choices],
        figure=chosen,
        figures=[(name, cell_name("units" if name == "sales" else name)) for name in _week_figures(grid)],
        week_columns=[names.get(row.code, row.code) for row in grid.rows],
        weeks=weeks,
        week_totals=_week_totals(lines, grid, chosen),
        contradictions=queries.contradictions(version),
        notes=list(version.basis.get("notes", [])),
    )


def with_refusal(sheet: Sheet, name: str, typed: str, sentence: str) -> Sheet | None:
    """The sheet with the sentence at the cell that was refused; nothing where the sheet shows no such cell."""
    found = False

    def told(cell: SheetCell) -> SheetCell:
        nonlocal found
        if cell.name != name or cell.readonly:
            return cell
        found = True
        return replace(cell, text=typed, kept=cell.text, refusal=sentence)

    def all_told(cells: list[SheetCell]) -> list[SheetCell]:
        return [told(cell) for cell in cells]

    refused = replace(
        sheet,
        chain=all_told(sheet.chain),
        channels=[replace(row, cells=all_told(row.cells)) for row in sheet.channels],
        phases=[replace(row, amount=told(row.amount), shares=all_told(row.shares)) for row in sheet.phases],
        weeks=[replace(row, cells=all_told(row.cells)) for row in sheet.weeks],
    )
    return refused if found else None


def _order(grid: PlanNumbers) -> list[str]:
    """Figures and links in the order in which the plan is worked out."""
    found: list[str] = []
    for figure, link in zip(grid.chain.figures, (*grid.chain.links, ""), strict=True):
        found += [figure, link] if link else [figure]
    return found


def _total(grid: PlanNumbers, figures: Figures, name: str, editable: bool) -> SheetCell:
    if name in grid.chain.links:
        return _link(grid, name, grid.total(name), editable)
    return _figure(grid, name, figures.totals[name], editable)


def _figure(
    grid: PlanNumbers, name: str, figure: Figure | None, editable: bool, held: bool = False
) -> SheetCell:
    text = "" if figure is None else f"{figure.rounded:,}"
    exact = "" if figure is None or figure.exact == figure.rounded else f"{as_decimal(figure.exact, 2):,f}"
    locked = held or name in grid.locked
    return SheetCell(
        name, cell_name(name.rpartition(".")[2]), text, exact, "figure", locked, locked or not editable
    )


def _link(
    grid: PlanNumbers, name: str, value: Fraction | None, editable: bool, held: bool = False
) -> SheetCell:
    last = name.rpartition(".")[2]
    factor, unit = (100, "%") if last in RATES else (1, "")
    text, exact = "", ""
    if value is not None:
        shown = as_decimal(value * factor, 2)
        text = f"{shown:,f}{unit}"
        exact = "" if shown == value * factor else f"{as_decimal(value * factor, 4):,f}{unit}"
    locked = held or name in grid.locked
    sign = SIGNS.get(last, "÷")
    return SheetCell(
        name, cell_name(name.rpartition(".")[2]), text, exact, "link", locked, locked or not editable, sign
    )


def _channels(
    grid: PlanNumbers, figures: Figures, columns: list[str], names: Mapping[str, str], editable: bool
) -> list[ChannelRow]:
    labels = {str(code): str(label) for code, label in BudgetClass.choices}
    classes = queries.budget_classes(grid)
    leads = grid.total("leads") or Fraction(1)
    rows = []
    for row in grid.rows:
        held, cells = grid.is_locked(row), []
        for column in columns:
            name = f"{row.code}.{column}"
            if column in grid.chain.links:
                cells.append(_link(grid, name, row.links.get(column), editable, held))
            else:
                cells.append(_figure(grid, name, figures.rows[row.code][column], editable, held))
        share = float(row.leads / leads)
        budget_class = labels.get(classes.get(row.code, ""), "")
        rows.append(ChannelRow(row.code, names.get(row.code, row.code), budget_class, cells, share, held))
    return rows


def _phase(index: int, phase: PhaseBudget, editable: bool) -> PhaseRow:
    amount = SheetCell(
        f"phase:{index}:amount", _("Budget of phase %(phase)s") % {"phase": phase.name},
        f"{phase.amount:,f}", readonly=not editable,
    )  # fmt: skip
    shares = [
        SheetCell(
            f"phase:{index}:share:{name}",
            _("Share of %(class)s in phase %(phase)s") % {"class": label, "phase": phase.name},
            percentage(phase.shares[name]) if name in phase.shares else "",
            readonly=not editable,
        )
        for name, label in BudgetClass.choices
    ]
    missing = missing_share(phase) if phase.missing else ""
    return PhaseRow(phase.name, phase.starts_on, phase.ends_on, amount, shares, missing)


def _week_figures(grid: PlanNumbers) -> list[str]:
    known = {"leads", "sales", "revenue"}
    known |= {"qualified"} if "qualified" in grid.chain.figures else set()
    known |= {"spend"} if grid.total("spend") is not None else set()
    return [name for name in WEEK_FIGURES if name in known]


def _weeks(
    lines: list[WeekLine], grid: PlanNumbers, names: Mapping[str, str], figure: str, editable: bool
) -> list[WeekRow]:
    by_week: dict[date, dict[str, int]] = {}
    phases: dict[date, dict[str, None]] = {}
    for line in lines:
        sums = by_week.setdefault(line.week, {})
        sums[line.channel] = sums.get(line.channel, 0) + (getattr(line, figure) or 0)
        phases.setdefault(line.week, {})[line.phase] = None
    rows, expected = [], 0
    for number, (week, values) in enumerate(sorted(by_week.items()), start=1):
        total = sum(values.values())
        expected += total
        cells = []
        for row in grid.rows:
            name = names.get(row.code, row.code)
            cells.append(
                SheetCell(
                    f"week:{row.code}:{week.isoformat()}:{figure}",
                    _("%(channel)s, week %(number)s") % {"channel": name, "number": number},
                    f"{values[row.code]:,}",
                    readonly=not editable or figure not in TYPED_BY_WEEK or grid.is_locked(row),
                )
            )
        shown = _phases_of([name for name in phases[week] if name])
        rows.append(WeekRow(number, week, week + timedelta(days=6), shown, cells, total, expected))
    return rows


def _phases_of(names: list[str]) -> str:
    """The phases that a week touches, in order: Phase 1→2, or their names."""
    text = "→".join(names)
    return _("Phase %(number)s") % {"number": text} if names and all(map(str.isdigit, names)) else text


def _week_totals(lines: list[WeekLine], grid: PlanNumbers, figure: str) -> list[int]:
    totals = {row.code: 0 for row in grid.rows}
    for line in lines:
        totals[line.channel] += getattr(line, figure) or 0
    return [*totals.values(), sum(totals.values())]
