"""Where the published data sets lie: KEHU_REAL_DATA, else beside the repository.

Tests hold examples of their own and run everywhere; where a set is present they read it too.
"""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE = Path(__file__).parents[5] / "shared" / "data" / "real"


def real_files(*parts: str) -> list[Path]:
    """The files that match the last part in a set's folder; none, and pytest -rP says so, where the set is absent."""
    folder = Path(os.environ.get("KEHU_REAL_DATA", _BESIDE)).joinpath(*parts[:-1])
    found = sorted(folder.glob(parts[-1]))
    if not found:
        print(
            f"{'/'.join(parts)} is not there, so it was not read: set KEHU_REAL_DATA to the folder of the sets."
        )
    return found
