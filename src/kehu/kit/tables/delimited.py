"""Text files with separators, read as a stream: a broken row is reported and the next one read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.utils.translation import gettext

from kehu.kit.tables.detect import Encoding, delimiter_of, encoding_of
from kehu.kit.tables.header import find_header
from kehu.kit.tables.model import Row, Table, TableError, empty_file, fit, header_of
from kehu.kit.tables.writers import bare

_SAMPLE = 1 << 16
_WRITTEN_AS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "big5": "cp950",
    "gbk": "gb18030",
    "gb2312": "gb18030",
}
# Python's own notations, no files of anybody.
_NO_ENCODINGS = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "unicode-escape",
    "raw-unicode-escape",
}
# The module's limit is one for the process; a longer cell is a quotation mark that was never closed.
csv.field_size_limit(1_000_000)


def open_delimited(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> Table:
    """A table from a text file; encoding, delimiter and header are found unless given."""
    found, lines = encoding_of(path) if encoding is None else given_encoding(path, encoding)
    with _open(path, found) as file:
        sample = file.read(_SAMPLE)
    if not sample.strip():
        raise empty_file()
    announced = _announced(sample)
    told = _told(delimiter, announced)
    if delimiter is None:
        delimiter = announced or delimiter_of(_whole_lines(sample))
    elif len(delimiter) != 1 or delimiter in '\r\n"':
        raise TableError(gettext("A delimiter is one character, such as a comma."))
    records = _records(path, found, delimiter, skip=1 if announced else 0)
    number, cells, why = find_header(_readable(records), header_row)
    if not number:
        raise empty_file()
    if problem := _not_readable(cells, (), found):
        raise TableError(problem, row=number)
    header = header_of(cells, number)
    rows = partial(_rows, path, found, delimiter, header, number, skip=1 if announced else 0)
    return Table(
        header,
        "csv",
        rows,
        encoding=found.name,
        delimiter=delimiter,
        estimate=max(0, lines - number),
        header_row=number,
        evidence={"encoding": found.why, "delimiter": told, "header_row": why},
    )


def _told(given: str | None, announced: str | None) -> str:
    if given is not None:
        return gettext("It was chosen.")
    if announced:
        return gettext("The file's first line names it.")
    return gettext("It cuts the first rows into equally many cells.")


def given_encoding(path: Path, encoding: str) -> tuple[Encoding, int]:
    """The encoding that a person named, and the number of the file's lines."""
    try:
        "".encode(encoding)
        if encoding.lower() in _NO_ENCODINGS:
            raise LookupError
    except (LookupError, ValueError) as error:
        raise TableError(gettext("There is no encoding named “%(name)s”.") % {"name": encoding}) from error
    name = encoding.lower().replace("_", "-")
    if name in ("utf-16", "big5"):
        found, lines = encoding_of(path)  # one name, several ways of writing
        if found.name == name:
            return found, lines
    codec = _WRITTEN_AS.get(name, encoding)
    with path.open("rb") as file:
        lines = sum(chunk.count(b"\n") for chunk in iter(partial(file.read, 1 << 20), b""))
    return Encoding(codec, encoding, broken=True, nul=True, why=gettext("It was chosen.")), lines


def _open(path: Path, encoding: Encoding) -> io.TextIOWrapper:
    return path.open(encoding=encoding.codec, errors="replace", newline="")


def _announced(sample: str) -> str | None:
    """Excel's own first line `sep=;`."""
    first = sample.split("\n", 1)[0].strip("\r\ufeff")
    return first[4] if len(first) == 5 and first.startswith("sep=") else None


def _whole_lines(sample: str) -> str:
    return sample if len(sample) < _SAMPLE else sample[: sample.rfind("\n") + 1] or sample


class _Lines:
    """The file's lines, remembering those of the record being read so that they can be given again."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self.file = file
        self.record: list[str] = []
        self.again: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.again.pop() if self.again else next(self.file)
        self.record.append(line)
        return line


def _records(
    path: Path, encoding: Encoding, delimiter: str, skip: int
) -> Iterator[tuple[int, list[str], str]]:
    """Number, cells and problem of every record. After a broken quotation only its first line is given up."""
    with _open(path, encoding) as file:
        for _line in range(skip):
            next(file)
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = skip
        while True:
            lines.record.clear()
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                lines.again.extend(reversed(lines.record[1:]))
                yield number, [lines.record[0].rstrip("\r\n")], _quotation(error)
                continue
            yield number, cells, ""


def _readable(records: Iterator[tuple[int, list[str], str]]) -> Iterator[tuple[int, list[str]]]:
    """The records up to the first that cannot be read; with none before it that is the answer."""
    for place, (number, cells, problem) in enumerate(records):
        if problem:
            if not place:
                raise TableError(problem, row=number)
            return
        yield number, cells


def _rows(
    path: Path, encoding: Encoding, delimiter: str, header: tuple[str, ...], header_row: int, *, skip: int
) -> Iterator[Row]:
    width = len(header)
    doubtful = encoding.broken or encoding.nul
    for number, cells, problem in _records(path, encoding, delimiter, skip):
        if number <= header_row or not cells:
            continue
        if "'" in "".join(cells):
            cells = [bare(cell) for cell in cells]
        if not problem and doubtful:
            problem = _not_readable(cells, header, encoding)
        if len(cells) == width or problem:
            if problem or any(cells):
                yield Row(number, cells, problem)
        elif any(cells):
            problem = fit(cells, width)
            yield Row(number, cells, problem)


def _not_readable(cells: list[str], header: tuple[str, ...], encoding: Encoding) -> str:
    """The sentence about a cell whose bytes do not fit the encoding, or that holds a zero byte."""
    for place, cell in enumerate(cells):
        if encoding.broken and "\ufffd" in cell:
            column = header[place] if place < len(header) else str(place + 1)
            return gettext("Column “%(column)s” holds bytes that are not %(encoding)s.") % {
                "column": column,
                "encoding": encoding.name.upper(),
            }
        if encoding.nul and "\0" in cell:
            column = header[place] if place < len(header) else str(place + 1)
            return gettext("Column “%(column)s” holds a zero character.") % {"column": column}
    return ""


def _quotation(error: csv.Error) -> str:
    if "expected after" in str(error):
        return gettext("Text follows a closing quotation mark, or one inside a cell is not doubled.")
    if "end of data" in str(error) or "field limit" in str(error):
        return gettext("A quotation mark is opened and never closed.")
    return gettext("The row cannot be read: %(reason)s.") % {"reason": str(error)}
