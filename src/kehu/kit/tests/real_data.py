"""Where the real data sets lie: KEHU_REAL_DATA, else beside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[5] / "shared" / "data" / "real"


def real_data(*parts: str) -> Path:
    """The path of a set; where the sets are absent the test says so and does not run."""
    path = Path(os.environ.get("KEHU_REAL_DATA", _BESIDE)).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"The real data set {'/'.join(parts)} is not here; KEHU_REAL_DATA names its folder.")
    return path
