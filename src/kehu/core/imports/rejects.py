"""The error file: the rejected rows as they came, with the reason, ready to be corrected and imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from kehu.kit.tables import Row
from kehu.kit.tables.writers import guarded

BOM = "\ufeff"


@dataclass(frozen=True)
class Reject:
    row: Row
    problem: str


class Rejects:
    """Appends to the error file; `size` is how much of it stands for sure, what lies behind is cut off."""

    def __init__(self, path: Path, header: Sequence[str], *, size: int = 0) -> None:
        self.path, self.header, self.size = path, list(header), size
        if size and path.exists():
            with path.open("rb+") as file:
                file.truncate(size)
        elif path.exists():
            path.unlink()

    def add(self, rejected: Sequence[Reject]) -> int:
        """Write the rejects of one chunk; returns the size of the file behind them."""
        if not rejected:
            return self.size
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        if not self.size:
            text.write(BOM)
            writer.writerow([*map(guarded, self.header), _("row"), _("problem")])
        for reject in rejected:
            cells = [*reject.row.cells, *[""] * len(self.header)][: len(self.header)]
            writer.writerow([*map(guarded, cells), reject.row.number, guarded(reject.problem)])
        self.path.parent.mkdir(parents=True, exist_ok=True)
        data = text.getvalue().encode()
        with self.path.open("ab") as file:
            file.write(data)
        self.size += len(data)
        return self.size
