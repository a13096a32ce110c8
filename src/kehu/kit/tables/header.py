"""Which row names the columns: reports put a title, a period or a filter before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from django.utils.translation import gettext, ngettext

from kehu.kit.tables.model import TableError

LOOKED_AT = 60


def find_header(
    records: Iterable[tuple[int, list[str]]], given: int | None = None
) -> tuple[int, list[str], str]:
    """Number and cells of the row that names the columns, and what speaks for it.

    It is the first row that reaches at least half as far as most rows do. `given` is a row that a person named.
    Nothing (0) where the file holds nothing.
    """
    filled = ((number, cells) for number, cells in records if any(cell.strip() for cell in cells))
    if given is not None:
        found = next(((number, cells) for number, cells in filled if number >= given), None)
        if found is None or found[0] != given:
            raise TableError(
                gettext("Row %(row)s is empty, so it names no columns.") % {"row": given}, row=given
            )
        return given, found[1], gettext("Row %(row)s was chosen.") % {"row": given}
    looked_at = list(islice(filled, LOOKED_AT))
    if not looked_at:
        return 0, [], ""
    usual = Counter(reach(cells) for _number, cells in looked_at).most_common()
    most = max(width for width, count in usual if count == usual[0][1])
    place = next((place for place, (_number, cells) in enumerate(looked_at) if 2 * named(cells) >= most), 0)
    number, cells = looked_at[place]
    return number, cells, _told(number, place)


def reach(cells: Sequence[str]) -> int:
    """How far to the right the row holds anything."""
    return max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)


def named(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _told(number: int, before: int) -> str:
    if not before:
        return gettext("Row %(row)s is the first that holds anything.") % {"row": number}
    return ngettext(
        "Row %(row)s is the first as wide as the table; %(count)s row before it is left out.",
        "Row %(row)s is the first as wide as the table; %(count)s rows before it are left out.",
        before,
    ) % {"row": number, "count": before}
