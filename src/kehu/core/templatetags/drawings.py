"""Small drawings in SVG: attributes only, since the content security policy allows no inline style."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SEGMENT, GAP, HEIGHT = 12, 3, 8
SPARK_WIDTH, SPARK_HEIGHT = 100, 30


@lru_cache(maxsize=256)
def segments(done: int, total: int, state: str = "") -> SafeString:
    """`total` short bars, the first `done` filled; `state` is won, lost or empty."""
    total = max(1, min(12, total))
    on = {"won": "k-won", "lost": "k-lost"}.get(state, "k-on")
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="{}" rx="2"/>',
        ((on if place < done else "", place * (SEGMENT + GAP), SEGMENT, HEIGHT) for place in range(total)),
    )
    width = total * (SEGMENT + GAP) - GAP
    return format_html(
        '<svg viewBox="0 0 {} {}" width="{}" aria-hidden="true">{}</svg>', width, HEIGHT, width, bars
    )


def spark(values: Sequence[Any]) -> SafeString:
    """A line through the values over a faint area; gaps (None) are left out."""
    points = [(place, float(value)) for place, value in enumerate(values) if value is not None]
    if len(points) < 2:
        return SafeString("")
    low, high = min(0.0, *(value for _place, value in points)), max(value for _place, value in points)
    across, up = SPARK_WIDTH / (len(values) - 1), (SPARK_HEIGHT - 3) / ((high - low) or 1)
    line = [f"{place * across:.1f},{SPARK_HEIGHT - 1.5 - (value - low) * up:.1f}" for place, value in points]
    ends = f"{points[-1][0] * across:.1f},{SPARK_HEIGHT} {points[0][0] * across:.1f},{SPARK_HEIGHT}"
    return format_html(
        '<svg class="k-spark" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<polygon class="k-spark-area" points="{} {}"/><polyline class="k-spark-line" points="{}"/></svg>',
        SPARK_WIDTH,
        SPARK_HEIGHT,
        " ".join(line),
        ends,
        " ".join(line),
    )
