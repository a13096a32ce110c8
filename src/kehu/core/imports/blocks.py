"""Rows of a file, typed column by column: each distinct text of a column once, the common forms without a library."""

from __future__ import annotations

import marshal
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models

from kehu.core import search
from kehu.core.errors import Refused
from kehu.core.imports.rejects import Reject
from kehu.core.imports.values import Reader, Source, Unusable
from kehu.kit import phones
from kehu.kit.tables import Row, Table

# Rows that are typed together.
ROWS = 2000
# Rows whose date format is learnt.
SAMPLE = 200
# Texts remembered by column: what many rows share is typed once, memory does not grow with the file.
MOST_KNOWN = 10_000
# What `text.clean_text` leaves as it is.
_PLAIN = re.compile("[\x20-\x7e\u3400-\u4dbf\u4e00-\u9fff]+")
_LABEL = "[a-z0-9]+(?:-[a-z0-9]+)*"
_EMAIL = re.compile(rf"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:{_LABEL}\.)+[a-z]{{2,20}}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?")
_SHAPES = {"%Y-%m-%d %H:%M": (16,), "%Y-%m-%d %H:%M:%S": (19,), "ymd": (16, 19), None: (16, 19)}

Values = list[Any]


@dataclass(slots=True)
class Block:
    """Rows of a file: the good ones by column, the others with the reason.

    References are still the names that the file gives them. `old` are rows of an earlier run, there for their keys
    only. `cells` are the rows as they came, folded up: they are needed again only for what is rejected later.
    """

    last: int
    numbers: list[int] = field(default_factory=list)
    cells: list[bytes] = field(default_factory=list)
    columns: dict[str, Values] = field(default_factory=dict)
    rejected: list[Reject] = field(default_factory=list)
    texts: search.Texts | None = None
    old: bool = False

    @property
    def read(self) -> int:
        return len(self.numbers) + len(self.rejected)

    def row(self, place: int) -> Row:
        return Row(self.numbers[place], marshal.loads(self.cells[place]))

    def parts(self, size: int) -> Iterator[Block]:
        """The same rows in pieces of at most `size` good ones."""
        if self.read <= size:
            yield self
            return
        rejected = sorted(self.rejected, key=lambda reject: reject.row.number)
        for start in range(0, max(len(self.numbers), 1), size):
            here = slice(start, start + size)
            numbers = self.numbers[here]
            is_last = start + size >= len(self.numbers)
            last = self.last if is_last else numbers[-1]
            yield replace(
                self,
                last=last,
                numbers=numbers,
                cells=self.cells[here],
                columns={name: values[here] for name, values in self.columns.items()},
                rejected=[reject for reject in rejected if reject.row.number <= last],
                texts=self.texts.part(here) if self.texts else None,
            )
            rejected = [reject for reject in rejected if reject.row.number > last]


class Typist:
    """Makes blocks of rows. What a text of a column means is found out once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.known: dict[str, dict[Any, Any]] = {name: {} for name in reader.mapping.fields}
        self.problems: dict[str, dict[Any, Unusable]] = {name: {} for name in reader.mapping.fields}
        self.quick = {name: _quick(reader, name) for name in reader.mapping.fields}
        self.search = search.fields_of(reader.kind) if reader.kind.insert_columns else None

    def blocks(self, rows: Iterable[Row], position: int = 0, size: int = ROWS) -> Iterator[Block]:
        """All rows; those up to `position` were written by an earlier run."""
        held: list[Row] = []
        old = False
        for row in rows:
            if len(held) == size or (old and row.number > position):
                yield self.block(held, old=old)
                held = []
            old = row.number <= position
            held.append(row)
        if held:
            yield self.block(held, old=old)

    def block(self, rows: Sequence[Row], *, old: bool = False) -> Block:
        block = Block(rows[-1].number, old=old)
        block.rejected = [Reject(row, row.problem) for row in rows if row.problem]
        good = [row for row in rows if not row.problem] if block.rejected else list(rows)
        bad: dict[int, str] = {}
        for name, source in self.reader.mapping.fields.items():
            block.columns[name] = self._column(name, source, [row.cells for row in good], bad)
        if bad:
            block.rejected += [Reject(good[place], bad[place]) for place in sorted(bad)]
            keep = [place for place in range(len(good)) if place not in bad]
            good = [good[place] for place in keep]
            for name, values in block.columns.items():
                block.columns[name] = [values[place] for place in keep]
        block.numbers = [row.number for row in good]
        block.cells = [] if old else [marshal.dumps(row.cells) for row in good]
        if self.search and not old:
            block.texts = self._texts(block.columns, len(good))
        return block

    def _column(self, name: str, source: Source, rows: list[list[str]], bad: dict[int, str]) -> Values:
        """The values of one field; of a row that makes no sense the first reason is put down in `bad`."""
        if source.column and not source.when:
            place = self.reader.places[source.column]
            givens: Values = [cells[place] for cells in rows]
            given = self._of_cell(source)
        else:
            givens = [self.reader.given(source, cells) for cells in rows]
            given = None
        known, problems = self.known[name], self.problems[name]
        if len(known) > MOST_KNOWN:
            known.clear()
            problems.clear()
        if givens and not _hashable(givens[0]):  # one value for all rows, from the mapping
            value = self._typed(name, source, givens[0], problems)
            if None in problems:
                bad.update(dict.fromkeys(range(len(givens)), f"{name}: {problems[None]}"))
            return [value] * len(givens)
        quick = self.quick[name]
        for text in set(givens).difference(known):
            plain = given(text) if given else text
            value = quick(plain) if quick and type(plain) is str and plain else None
            known[text] = self._typed(name, source, plain, problems, text) if value is None else value
        if problems:
            where = source.label or name
            for row, text in enumerate(givens):
                if row not in bad and (problem := problems.get(text)) is not None:
                    bad[row] = f"{where}: {problem}"
        return [known[text] for text in givens]

    @staticmethod
    def _of_cell(source: Source) -> Callable[[str], Any]:
        def given(cell: str) -> Any:
            text = cell.strip()
            return source.values.get(text, text)

        return given

    def _typed(
        self, name: str, source: Source, given: Any, problems: dict[Any, Unusable], text: Any = None
    ) -> Any:
        try:
            value = self.reader.settled(name, source, given)
        except (ValueError, Refused) as error:
            problems[text] = Unusable(str(error))
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value

    def _texts(self, columns: dict[str, Values], count: int) -> search.Texts:
        """What the rows are found by, as far as the file says it; titles and the rest come when they are written."""
        assert self.search
        texts = search.Texts()
        parts = []
        for names in self.search:
            held = [columns[name] for name in names if name in columns]
            if held:
                rows = zip(*held, strict=True)
                parts.append([" ".join([str(v) for v in row if v is not None and v != ""]) for row in rows])
            else:
                parts.append([""] * count)
        texts.add_columns(*parts)
        return texts


def blocks_of(table: Table, reader: Reader, position: int) -> Iterator[Block]:
    """The rows of a table as blocks, in this process."""
    reader.learn_formats(row.cells for row in first_rows(table))
    return Typist(reader).blocks(table.rows(), position)


def first_rows(table: Table) -> Iterator[Row]:
    for number, row in enumerate(table.rows()):
        if number >= SAMPLE:
            return
        if not row.problem:
            yield row


def _hashable(value: Any) -> bool:
    return not isinstance(value, list | dict)


def _quick(reader: Reader, name: str) -> Callable[[str], Any] | None:
    """What reads the common forms of a field's texts, as `Reader.settled` would; None from it means: ask that one."""
    found: Any = reader.model_fields[name]
    kind = type(found)
    if reader.kinds[name] == "time" and kind is models.DateTimeField:
        return _moments(reader, name)
    if found.choices or found.is_relation or not isinstance(found, models.CharField | models.TextField):
        return None
    longest = found.max_length or 1_000_000
    usual = (MaxLengthValidator, ProhibitNullCharactersValidator)
    if kind is models.EmailField:
        longest = min(longest, 120)
        return lambda text: text if len(text) <= longest and _EMAIL.fullmatch(text) else None
    if kind not in (models.CharField, models.TextField) or not all(
        type(validator) in usual for validator in found.validators
    ):
        return None
    if name in {"phone", "mobile"}:
        return lambda text: phones.mobile(text, reader.country)
    return lambda text: text if len(text) <= longest and _PLAIN.fullmatch(text) else None


def _moments(reader: Reader, name: str) -> Callable[[str], Any]:
    zone = reader.zone

    def quick(text: str) -> datetime | None:
        written = reader.mapping.fields[name].format or reader.formats.get(name)
        if len(text) not in _SHAPES.get(written, ()) or not _MOMENT.fullmatch(text):
            return None
        if written and "%" in written and text[10] != " ":
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    return quick
