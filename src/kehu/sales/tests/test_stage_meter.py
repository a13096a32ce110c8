"""How far a stage is, as its meter shows it."""

from __future__ import annotations

import pytest

from kehu.sales.models.pipeline import Stage


@pytest.mark.parametrize(
    ("probability", "kind", "meter"),
    [
        (10, "open", (1, 5, "")),
        (20, "open", (1, 5, "")),
        (50, "open", (3, 5, "")),
        (90, "open", (5, 5, "")),
        (100, "won", (5, 5, "won")),
        (0, "lost", (0, 5, "lost")),
    ],
)
def test_a_stage_fills_its_meter_by_its_probability(
    probability: int, kind: str, meter: tuple[int, int, str]
) -> None:
    assert Stage(probability=probability, kind=kind).meter == meter
