"""Rows to learn from: columns of text, an outcome each, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from kehu.core.errors import Refused
from kehu.kit import dates
from kehu.kit.tables import TableError, open_table
from kehu.leads.predictive.columns import folded, is_numeric, number
from kehu.leads.predictive.words import outcomes

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Frame:
    """Equally long columns of text, whether each row was won, and the notes on how they were read."""

    columns: dict[str, list[str]]
    outcome: list[int]
    target: str
    time: str = ""
    left_out_rows: dict[str, int] = field(default_factory=dict)
    won: str = ""

    @property
    def count(self) -> int:
        return len(self.outcome)

    def part(self, start: int, end: int) -> Frame:
        """The rows from `start` up to, not including, `end`."""
        columns = {name: texts[start:end] for name, texts in self.columns.items()}
        return Frame(columns, self.outcome[start:end], self.target, self.time, self.left_out_rows, self.won)


def read_file(path: Path) -> tuple[dict[str, list[str]], list[str]]:
    """The columns of a file, and for each of its rows what is the matter with it ("" where nothing is)."""
    try:
        table = open_table(path)
        columns: dict[str, list[str]] = {name: [] for name in table.header}
        problems = []
        lists = list(columns.values())
        for row in table:
            problems.append(row.problem)
            for place, texts in enumerate(lists):
                texts.append(row.cells[place] if place < len(row.cells) else "")
    except TableError as problem:
        raise Refused(problem.message) from problem
    except OSError:
        raise Refused(_("The file “%(name)s” cannot be read.") % {"name": path.name}) from None
    return columns, problems


def labelled(
    columns: dict[str, list[str]],
    problems: Sequence[str],
    *,
    target: str,
    time: str = "",
    won: str = "",
) -> Frame:
    """The rows whose outcome is known, oldest first: by the column `time`, or as they stand where there is none.

    `won` is the value of the target that counts as success; without it the two values have to say it themselves.
    """
    for name in filter(None, (target, time)):
        if name not in columns:
            known = {"column": name, "columns": ", ".join(columns)}
            raise Refused(
                _("The column “%(column)s” is missing. The file has: %(columns)s.") % known,
                fields={"target" if name == target else "time": name},
            )
    outcomes = outcomes_of(columns[target], won)
    moments = moments_of(time, columns[time]) if time else [0.0] * len(outcomes)
    left = {"broken": 0, "open": 0, "undated": 0}
    chosen: list[int] = []
    for place, outcome in enumerate(outcomes):
        reason = (
            "broken" if problems[place] else "open" if outcome is None
            else "undated" if moments[place] is None else ""
        )  # fmt: skip
        if reason:
            left[reason] += 1
        else:
            chosen.append(place)
    chosen.sort(key=lambda place: moments[place] or 0.0)
    return Frame(
        {name: [texts[place] for place in chosen] for name, texts in columns.items() if name != target},
        [int(outcomes[place] or 0) for place in chosen],
        target,
        time,
        {reason: count for reason, count in left.items() if count},
        won,
    )


def outcomes_of(texts: Sequence[str], won: str = "") -> list[int | None]:
    """1 for won, 0 for lost, nothing where the cell is empty or says neither."""
    different = {folded(text) for text in texts} - {""}
    if won:
        if folded(won) not in different:
            raise Refused(_("No row has the value “%(value)s” in the target.") % {"value": won})
        return [None if not folded(text) else int(folded(text) == folded(won)) for text in texts]
    success, failure = outcomes()
    if not (different & success and different & failure):
        shown = ", ".join(sorted(different)[:6]) or "–"
        raise Refused(
            _("Which value of the target is a success cannot be told from: %(values)s. Name it with --won.")
            % {"values": shown}
        )
    return [1 if (key := folded(text)) in success else 0 if key in failure else None for text in texts]


def moments_of(name: str, texts: Sequence[str]) -> list[float | None]:
    """The place of each row in time: from dates, or from numbers that grow with it."""
    if is_numeric(texts):
        return [number(text) for text in texts]
    try:
        written = dates.evidence(texts)
    except ValueError as problem:
        raise Refused(
            _("The column “%(column)s” cannot order the rows: %(why)s") % {"column": name, "why": problem},
            fields={"time": name},
        ) from None
    return [moment(text, written) for text in texts]


def moment(text: str, written: str) -> float | None:
    """A date or a moment as seconds that can be compared; one without a zone counts as UTC."""
    try:
        found = dates.parse_moment(text, written, UTC)
    except ValueError:
        return None
    return (found - BEGINNING).total_seconds()
