"""The first rows of a file with what would become of each. Everything is taken back again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from kehu.core.imports.blocks import Typist
from kehu.core.imports.chunks import Chunk
from kehu.core.imports.values import Mapping, Reader
from kehu.core.models import ImportRun, User
from kehu.core.registry import ObjectType
from kehu.kit.tables import Table

# Rows of one transaction: it holds the write lock of SQLite.
AT_ONCE = 25


@dataclass(frozen=True)
class Outcome:
    """What would become of a row: create, update, skip, or reject with its sentence."""

    number: int
    cells: list[str]
    what: str
    problem: str = ""


class _TakenBack(Exception):
    pass


def preview(kind: ObjectType, mapping: Mapping, table: Table, by: User) -> list[Outcome]:
    """Try the rows of a (short) table one by one, as an import would."""
    reader = Reader(kind, mapping, table.header, by, None)
    rows = list(table.rows())
    reader.learn_formats(row.cells for row in rows if not row.problem)
    typist = Typist(reader)
    chunk = Chunk(kind, mapping, reader, ImportRun(object_type=kind.key, actor=by))
    found: list[Outcome] = []
    try:
        for start in range(0, len(rows), AT_ONCE):
            try:
                with transaction.atomic():
                    for row in rows[start : start + AT_ONCE]:
                        result = chunk.write(typist.block([row]))
                        problem = result.rejected[0].problem if result.rejected else ""
                        what = (
                            "reject" if problem else
                            "create" if result.created else "update" if result.updated else "skip"
                        )  # fmt: skip
                        found.append(Outcome(row.number, row.cells, what, problem))
                    raise _TakenBack
            except _TakenBack:
                reader.forget_created()
    finally:
        chunk.close()
    return found
