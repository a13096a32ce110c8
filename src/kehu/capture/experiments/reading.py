"""A file of rows to the people of a test: who was in which arm, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from django.utils.translation import gettext as _

from kehu.capture.experiments import cells, columns
from kehu.core.errors import Refused
from kehu.kit import amounts
from kehu.kit.tables import Row, Table, TableError, open_table
from kehu.kit.tables.zipped import unzipped

NONE = "none"
LOOKED_AT = 5000
# A column with more cells than this share that are no answer is no outcome; a few are mistakes and left out.
UNREADABLE_SHARE = 0.01


@dataclass(frozen=True)
class Asked:
    """The columns of a file. `unit` and `shown`: empty where they are to be found, "none" where there are none."""

    arm: str
    outcomes: tuple[str, ...]
    money: str = ""
    unit: str = ""
    shown: str = ""


@dataclass
class Dropped:
    """Rows that do not count, or count with another one, and why. `first` is the first such row of the file."""

    reason: str
    why: str
    rows: int = 0
    first: int = 0


@dataclass
class Sample:
    """The people of a test. `arm_of` holds their arm's place in `arms`; outcomes are 1, 0 or -1 for unknown; money is
    NaN where it is unknown. `rows` counts the file's, `evidence` says how each column was found."""

    arms: tuple[str, ...]
    arm_of: np.ndarray
    outcomes: dict[str, np.ndarray]
    money: np.ndarray | None
    rows: int
    columns: Asked
    dropped: list[Dropped] = field(default_factory=list)
    evidence: dict[str, str] = field(default_factory=dict)

    @property
    def units(self) -> int:
        return len(self.arm_of)


def read(path: Path, asked: Asked) -> Sample:
    """The people in a file of any kind that can be imported, or in a zip archive of one.

    Rows that contradict the test are left out and counted: unreadable ones, without an arm, that saw what another arm
    was to see, people in two arms. Several rows of one person are one: any outcome counts, money is added up, but for
    rows that are copies of each other. Refused with a sentence where the columns are none of a test.
    """
    named = [name for name in (asked.arm, *asked.outcomes, asked.money, asked.unit, asked.shown) if name]
    if len(set(named) - {NONE}) < sum(name != NONE for name in named):
        raise Refused(_("Each column plays one part: name no column twice."))
    try:
        with unzipped(path) as plain:
            table = open_table(plain)
            chosen, evidence = _chosen(table, asked)
            return _Reader(table, chosen, evidence).read()
    except TableError as error:
        where = _("Row %(row)s: ") % {"row": error.row} if error.row else ""
        raise Refused(f"{where}{error.message}") from error


def _chosen(table: Table, asked: Asked) -> tuple[Asked, dict[str, str]]:
    """The columns as they are read, and how those that nobody named were found."""
    named = (asked.arm, *asked.outcomes, asked.money, asked.unit, asked.shown)
    for name in filter(None, named):
        if name != NONE or name in table.header:
            table.column(name)
    taken = [name for name in named if name]
    evidence = {}
    unit, shown = asked.unit, asked.shown
    if not unit:
        unit = columns.propose_unit(table, taken)
        evidence["unit"] = (
            _("“%(column)s” names the person of each row by its heading and what it holds.")
            % {"column": unit}
            if unit
            else _("No column names the person: every row counts as another one.")
        )
    if not shown:
        shown = columns.propose_shown(table, asked.arm, [*taken, unit])
        if shown:
            evidence["shown"] = _(
                "“%(column)s” says what was really shown, as almost every row agrees with its arm"
                " (--shown none: it does not)."
            ) % {"column": shown}
    absent = [name for name in (unit, shown) if name == NONE and name not in table.header]
    chosen = Asked(
        asked.arm,
        asked.outcomes,
        asked.money,
        "" if unit in absent else unit,
        "" if shown in absent else shown,
    )
    return chosen, evidence


class _Reader:
    def __init__(self, table: Table, asked: Asked, evidence: dict[str, str]) -> None:
        self.table, self.asked, self.evidence = table, asked, evidence
        self.arm = table.column(asked.arm)
        self.unit = table.column(asked.unit) if asked.unit else None
        self.shown = table.column(asked.shown) if asked.shown else None
        self.outcomes = [table.column(name) for name in asked.outcomes]
        self.money = table.column(asked.money) if asked.money else None
        self.rows = 0
        self.dropped: dict[str, Dropped] = {}
        self.names: dict[str, str] = {}
        self.written = "point"

    def read(self) -> Sample:
        meant = self._meant() if self.shown is not None else {}
        self.written = self._written()
        people = _People(len(self.outcomes), self.money is not None)
        for row, arm in self._counted(meant):
            unit = row.cells[self.unit].strip() if self.unit is not None else str(row.number)
            if not unit:
                self._drop("unit_missing", _("The column of persons is empty."), row.number)
                continue
            people.add(unit, arm, self._answers(row), self._money(row), row)
        told = {
            "copy": _("The same row stands in the file already."),
            "repeat": _("Another row of the same person: the person counts once, with what either row says."),
            "crossed": _("The same person was in more than one arm."),
        }
        for reason, numbers in people.several():
            self._drop(reason, told[reason], min(numbers), len(numbers))
        return self._sample(people)

    def _counted(self, meant: dict[str, str]) -> Iterator[tuple[Row, str]]:
        """The rows that have an arm and saw what it was to show."""
        known: dict[str, str] = {}
        for row in self.table.rows():
            self.rows += 1
            if row.problem:
                self._drop("unreadable", row.problem, row.number)
                continue
            said = row.cells[self.arm]
            arm = known.get(said)
            if arm is None:
                arm = known[said] = cells.folded(said)
                if len(known) > 50_000:
                    self._too_many(len(known))
            if arm in cells.NOTHING and arm not in ("none", "nil"):
                self._drop("arm_missing", _("The column of the arm is empty."), row.number)
                continue
            self.names.setdefault(arm, " ".join(said.split()))
            if self.shown is not None and arm in meant and cells.folded(row.cells[self.shown]) != meant[arm]:
                self._drop("mismatch", _("What was shown is not what the arm was to see."), row.number)
                continue
            yield row, arm

    def _answers(self, row: Row) -> list[int]:
        return [cells.yes_or_no(row.cells[place]) for place in self.outcomes]

    def _money(self, row: Row) -> float | None:
        """What the row brought; None, and told, where that is no amount or a negative one."""
        if self.money is None:
            return None
        found = cells.amount(row.cells[self.money], self.written)
        if found is None:
            told = _("The amount cannot be read: the person does not count for money.")
            self._drop("money_unreadable", told, row.number)
        elif found < 0:
            told = _(
                "The amount is negative: the person does not count for money. Take returns off their sale."
            )
            self._drop("money_negative", told, row.number)
            return None
        return found

    def _meant(self) -> dict[str, str]:
        assert self.shown is not None
        pairs = Counter(
            (cells.folded(row.cells[self.arm]), cells.folded(row.cells[self.shown]))
            for row in self.table.rows()
            if not row.problem
        )
        found = columns.meant_by(pairs)
        if not found:
            raise Refused(
                _(
                    "“%(shown)s” does not tell what was shown: not every arm of “%(arm)s” has a value of its own in it."
                )
                % {"shown": self.asked.shown, "arm": self.asked.arm}
            )
        return found

    def _written(self) -> str:
        """How the column of amounts writes its numbers."""
        if self.money is None:
            return "point"
        first = [row.cells[self.money] for row in islice(self.table.rows(), LOOKED_AT) if not row.problem]
        try:
            return amounts.evidence(first)
        except ValueError as error:
            raise Refused(f"{self.asked.money}: {error}") from error

    def _drop(self, reason: str, why: str, number: int, rows: int = 1) -> None:
        kept = self.dropped.setdefault(reason, Dropped(reason, why, 0, number))
        kept.rows += rows

    def _too_many(self, count: int) -> None:
        raise Refused(
            _("“%(column)s” holds %(count)s different values or more; a test has at most %(most)s arms.")
            % {"column": self.asked.arm, "count": f"{count:,}", "most": columns.MOST_ARMS}
        )

    def _sample(self, people: _People) -> Sample:
        arms = sorted(people.arms_left(), key=lambda arm: self.names[arm])
        if len(arms) > columns.MOST_ARMS:
            self._too_many(len(arms))
        if len(arms) < 2:
            left = ", ".join(f"“{self.names[arm]}”" for arm in arms) or "–"
            raise Refused(
                _(
                    "A test compares at least two arms; “%(column)s” has %(left)s."
                    " Name the column that tells them apart."
                )
                % {"column": self.asked.arm, "left": left}
            )
        arm_of, answers, money = people.arrays(arms)
        outcomes = {
            name: self._outcome(name, answers[:, place]) for place, name in enumerate(self.asked.outcomes)
        }
        return Sample(
            tuple(self.names[arm] for arm in arms), arm_of, outcomes, money, self.rows, self.asked,
            list(self.dropped.values()), self.evidence,
        )  # fmt: skip

    def _outcome(self, name: str, answers: np.ndarray) -> np.ndarray:
        """1, 0, or -1 for unknown; a column that knows no “no” says it by an empty cell."""
        unreadable = int((answers == cells.UNREADABLE).sum())
        if unreadable > UNREADABLE_SHARE * len(answers):
            raise Refused(
                _(
                    "“%(column)s” is no outcome: %(count)s people have something else than yes or no there"
                    " (1 or 0, true or false)."
                )
                % {"column": name, "count": f"{unreadable:,}"}
            )
        if not (answers >= 0).any():
            raise Refused(_("“%(column)s” is empty: it tells no outcome.") % {"column": name})
        unknown = answers == cells.UNKNOWN
        if unknown.any() and not (answers == 0).any():
            self.evidence[name] = _("The column knows only yes: an empty cell counts as no.")
            return np.where(answers == 1, 1, np.where(unknown, 0, -1)).astype(np.int8)
        return np.where(answers < 0, -1, answers).astype(np.int8)


@dataclass
class _More:
    """Further rows of a person: the fingerprints of all, the numbers of copies and of others."""

    prints: set[int]
    copies: list[int] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)


class _People:
    """The persons of a file as they come up, each with an arm, answers and money."""

    def __init__(self, outcomes: int, has_money: bool) -> None:
        self.place: dict[str, int] = {}
        self.arms: list[str] = []
        self.answers: list[list[int]] = []
        self.money: list[float | None] = []
        self.first: list[tuple[int, int]] = []  # number and fingerprint of the first row
        self.more: dict[int, _More] = {}
        self.crossed: set[int] = set()
        self.outcomes, self.has_money = outcomes, has_money

    def add(self, unit: str, arm: str, answers: list[int], money: float | None, row: Row) -> None:
        """Take a row in; another one of a person is a copy, or joined to the first."""
        place = self.place.setdefault(unit, len(self.arms))
        if place == len(self.arms):
            self.arms.append(arm)
            self.answers.append(answers)
            self.money.append(money)
            self.first.append((row.number, hash(tuple(row.cells))))
            return
        if self.arms[place] != arm:
            self.crossed.add(place)
        more = self.more.setdefault(place, _More({self.first[place][1]}))
        printed = hash(tuple(row.cells))
        if printed in more.prints:
            more.copies.append(row.number)
            return
        more.prints.add(printed)
        more.repeats.append(row.number)
        self.answers[place] = [max(old, new) for old, new in zip(self.answers[place], answers, strict=True)]
        if self.has_money:
            before = self.money[place]
            self.money[place] = None if before is None or money is None else before + money

    def several(self) -> Iterator[tuple[str, list[int]]]:
        """The numbers of the rows that are copies, that repeat a person, and of people in several arms."""
        found: dict[str, list[int]] = {"copy": [], "repeat": [], "crossed": []}
        for place, more in self.more.items():
            if place in self.crossed:
                found["crossed"] += [self.first[place][0], *more.copies, *more.repeats]
            else:
                found["copy"] += more.copies
                found["repeat"] += more.repeats
        return ((reason, numbers) for reason, numbers in found.items() if numbers)

    def arms_left(self) -> set[str]:
        return {arm for place, arm in enumerate(self.arms) if place not in self.crossed}

    def arrays(self, arms: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Arm, answers and money of those who were in one arm; money that is unknown is NaN."""
        number = {arm: place for place, arm in enumerate(arms)}
        arm_of = np.fromiter((number.get(arm, 0) for arm in self.arms), np.int16, len(self.arms))
        keep = np.ones(len(self.arms), bool)
        keep[list(self.crossed)] = False
        answers = np.array(self.answers, np.int8).reshape(len(self.arms), self.outcomes)
        money = np.array(self.money, float)[keep] if self.has_money else None
        return arm_of[keep], answers[keep], money
