"""What is scanned: the records that a user may see, or the rows of a file that is not imported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.core import access, imports
from kehu.core.duplicates.forms import comparable
from kehu.core.duplicates.likely import readable
from kehu.core.errors import Refused
from kehu.core.models import Company
from kehu.kit.tables import Table
from kehu.warehouse.duplicates.compare import Column

if TYPE_CHECKING:
    from kehu.core.models import User
    from kehu.core.registry import ObjectType

LOOKED_AT = 2_000
BLOCK = 5_000
_CODE = re.compile(r"[\d./: +-]+")


@dataclass(frozen=True)
class Source:
    """Compared columns, their rows, and how a row is called: by the record's id, its first column or its number.

    `names` and `lines` (a file's row numbers) fill as the rows are read.
    """

    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Sequence[Any]]]
    names: list[Any]
    lines: list[int] = field(default_factory=list)


def from_records(kind: ObjectType, user: User) -> Source:
    """The records that the user may see, compared by what the user reads in full."""
    if not access.sees(user, kind):
        raise Refused(_("%(user)s sees no %(kind)s.") % {"user": user, "kind": kind.label_plural})
    compared = readable(kind, user)
    if not compared:
        raise Refused(_("%(kind)s cannot be scanned for duplicates.") % {"kind": kind.label_plural})
    names: list[Any] = []
    country = Company.current().country
    fields = [name for part in compared for name in part.fields]
    lookups = [name.replace(".", "__") for name in fields]

    def rows() -> Iterator[Sequence[Any]]:
        found = kind.model.objects.visible_to(user).order_by("pk").values_list("pk", *lookups)
        after = 0
        # Block by block: SQLite refuses to write, and so to say how far this is, from within a read that is open.
        while block := list(found.filter(pk__gt=after)[:BLOCK]):
            for pk, *values in block:
                names.append(pk)
                by_field = dict(zip(fields, values, strict=True))
                yield [
                    _forms(part.by, [by_field[name] for name in part.fields], country) for part in compared
                ]
            after = block[-1][0]

    columns = tuple(Column(str(kind.label_of(part.fields[0])), part.by) for part in compared)
    return Source(columns, rows, names)


def from_file(kind: ObjectType, path: Path, user: User, given: Mapping[str, str]) -> Source:
    """The rows of a file: by the fields of the rule that its columns are recognised as or `given` for, and its others.

    `given` names a column by the field it fills, several as one (`name=First+Last`). Of a user who is not stored,
    nothing is asked of the database: telephone numbers are then read as of the country a new installation starts with.
    """
    if kind.duplicates is None:
        raise Refused(_("%(kind)s cannot be scanned for duplicates.") % {"kind": kind.label_plural})
    table = imports.opened(path)
    sample = [row.cells for row in islice(table, LOOKED_AT) if not row.problem]
    sources = _recognised(kind, table, user, given)
    parts = [
        (part.by, [sources[name] for name in part.fields if name in sources])
        for part in kind.duplicates.compared
    ]
    parts = [(by, places) for by, places in parts if places]
    columns = [
        Column(" + ".join(table.header[at] for group in places for at in group), by) for by, places in parts
    ]
    used = {at for _by, places in parts for group in places for at in group}
    for by, place in _others(table.header, sample, used):
        columns.append(Column(table.header[place], by, beside=True))
        parts.append((by, [[place]]))
    if not columns:
        known = ", ".join(name for part in kind.duplicates.compared for name in part.fields)
        raise Refused(
            _(
                "No column of the file can be compared. Name one: --columns FIELD=COLUMN. There are: %(known)s."
            )
            % {"known": known}
        )
    named = _names_rows(sample)
    country = Company.current().country if user.pk else Company().country
    names: list[Any] = []
    lines: list[int] = []

    def rows() -> Iterator[Sequence[Any]]:
        for row in table:
            if row.problem or len(row.cells) != len(table.header):
                continue
            names.append(row.cells[0].strip() if named else row.number)
            lines.append(row.number)
            texts = [
                [" ".join(row.cells[at].strip() for at in group).strip() for group in groups]
                for _by, groups in parts
            ]
            yield [_forms(by, values, country) for (by, _groups), values in zip(parts, texts, strict=True)]

    return Source(tuple(columns), rows, names, lines)


def _forms(by: str, values: Iterable[Any], country: str) -> Any:
    forms = [form for value in values if (form := comparable(by, value, country))]
    return forms if by == "phone" else (forms[0] if forms else "")


def _recognised(kind: ObjectType, table: Table, user: User, given: Mapping[str, str]) -> dict[str, list[int]]:
    """By field of the rule: the places of the columns that fill it."""
    known = [name for part in kind.duplicates.compared for name in part.fields] if kind.duplicates else []
    for name in given:
        if name not in known:
            raise Refused(
                _("“%(name)s” is not compared. There are: %(known)s.")
                % {"name": name, "known": ", ".join(known)}
            )
    found = {
        name: [
            table.header.index(column)
            for column in [source.get("column", ""), *source.get("columns", [])]
            if column
        ]
        for name, source in imports.propose(kind, table, user).mapping["fields"].items()
        if name in known and ("column" in source or "columns" in source)
    }
    return found | {
        name: [_place(table, column.strip()) for column in columns.split("+")]
        for name, columns in given.items()
    }


def _place(table: Table, name: str) -> int:
    if name not in table.header:
        raise Refused(
            _("The column “%(column)s” is missing. The file has: %(columns)s.")
            % {"column": name, "columns": ", ".join(table.header)}
        )
    return table.header.index(name)


def _others(
    header: Sequence[str], sample: Sequence[Sequence[str]], used: set[int]
) -> Iterator[tuple[str, int]]:
    """The columns beside the rule, compared by what they hold; those that never vary say nothing."""
    for place in range(len(header)):
        values = [
            cells[place].strip() for cells in sample if len(cells) == len(header) and cells[place].strip()
        ]
        if place not in used and len(set(values)) > 1:
            codes = sum(1 for value in values if _CODE.fullmatch(value))
            yield ("code" if codes * 10 >= len(values) * 9 else "text"), place


def _names_rows(sample: Sequence[Sequence[str]]) -> bool:
    """Whether the first column tells every row from the others, so that people call them by it."""
    first = [cells[0].strip() for cells in sample if cells]
    return len(first) > 1 and all(first) and len(set(first)) == len(first)
