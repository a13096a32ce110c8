from __future__ import annotations

import pytest

from kehu.capture.experiments.analysis import analyse
from kehu.capture.experiments.reading import Asked, read


@pytest.fixture
def sample(tmp_path):
    """The people of a file that holds these lines."""

    def written(lines, arm="arm", outcomes=("won",), encoding="utf-8", **columns):
        path = tmp_path / "test.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        return read(path, Asked(arm, tuple(outcomes), **columns))

    return written


@pytest.fixture
def analysed(sample):
    """What a test of these sizes says: NAME=(people, of whom with the outcome)."""

    def told(options=None, **arms):
        lines = ["arm,won"]
        for arm, (people, won) in arms.items():
            lines += [f"{arm},{int(number < won)}" for number in range(people)]
        return analyse(sample(lines), **(options or {}))

    return told
