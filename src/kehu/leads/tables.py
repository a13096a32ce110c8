"""The answers of a what-if as rows and pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kehu.leads.queries import HIGHEST, LOWEST, Backtest, WhatIf


def channels(
    found: WhatIf, names: Mapping[int, str], link: Callable[[str, int | None], str]
) -> list[dict[str, Any]]:
    """Each channel with its counts and the ways to its leads; a channel that the user may not see has no name."""
    threshold = found.after.threshold
    return [
        {
            "label": _("(none)") if channel is None else names.get(channel, "–"),
            "part": found.part(threshold, channel),
            "urls": {side: link(side, channel) for side in ("more", "at_once", "fewer")},
        }
        for channel in found.channels()
    ]


def thresholds_chart(found: WhatIf) -> dict[str, Any]:
    """How many leads qualify at each threshold; the chosen one is filled, the line is what qualifies now."""
    steps = range(LOWEST, HIGHEST + 1)
    parts = {step: found.part(step) for step in steps}
    chosen = found.after.threshold
    now = parts[chosen].now
    bars = [
        {
            "value": parts[step].then,
            "itemStyle": {"opacity": 1 if step == chosen else 0.45},
            "label": {"fontWeight": "bold" if step == chosen else "normal"},
        }
        for step in steps
    ]
    options = {
        "legend": {"show": False},
        "xAxis": {
            "type": "category",
            "data": [str(step) for step in steps],
            "name": _("Threshold"),
            "nameLocation": "middle",
            "nameGap": 28,
        },
        "yAxis": {"type": "value", "axisLabel": {"formatter": {"$format": "short"}}},
        "series": [
            {
                "type": "bar",
                "name": _("Would qualify"),
                "data": bars,
                "barMaxWidth": 48,
                "label": {"show": True, "position": "top", "formatter": "{c}"},
                "markLine": {
                    "symbol": "none",
                    "data": [{"yAxis": now}],
                    "label": {
                        "formatter": _("now: %(count)s") % {"count": f"{now:,}"},
                        "position": "insideEndTop",
                    },
                },
            }
        ],
    }
    rows = [
        [step, parts[step].then, parts[step].more, parts[step].at_once, parts[step].fewer] for step in steps
    ]
    columns = [
        _("Threshold"),
        _("Would qualify"),
        _("Newly qualified"),
        _("At once"),
        _("No longer qualified"),
    ]
    return {"options": options, "table": {"columns": columns, "rows": rows}}


def curve(tested: Backtest, chosen: int) -> dict[str, Any]:
    """Precision, recall and F1 over the thresholds, the chosen one marked."""
    lines = tested.lines(range(LOWEST, HIGHEST + 1))
    names = {"precision": _("Precision"), "recall": _("Recall"), "f1": "F1"}
    series: list[dict[str, Any]] = [
        {
            "type": "line",
            "name": label,
            "data": [getattr(line, name) for line in lines],
            "symbolSize": 7,
            "connectNulls": True,
        }
        for name, label in names.items()
    ]
    series[0]["markLine"] = {
        "symbol": "none",
        "data": [{"xAxis": str(chosen)}],
        "label": {"formatter": _("chosen")},
    }
    return {
        "options": {
            "xAxis": {
                "type": "category",
                "data": [str(line.threshold) for line in lines],
                "name": _("Threshold"),
                "nameLocation": "middle",
                "nameGap": 28,
            },
            "yAxis": {
                "type": "value",
                "min": 0,
                "max": 1,
                "axisLabel": {"formatter": {"$format": "percent"}},
            },
            "series": series,
        }
    }


def expected(found: WhatIf, tested: Backtest) -> dict[str, Any]:
    """What the leads that would qualify at once bring by score, in sum, and how far that may be believed.

    The sum holds the scores of which any lead was decided; of the others (`unknown`) nothing is known.
    """
    rows = found.expected(tested)
    known = [row for row in rows if row.evidence.closed]
    return {
        "rows": rows,
        "known": known,
        "leads": sum(row.leads for row in known),
        "unknown": sum(row.leads for row in rows if not row.evidence.closed),
        "few": [row for row in known if row.evidence.few],
        "sales": [sum(row.sales[place] for row in known) for place in range(3)],
        "money": [sum((row.money[place] for row in known), Decimal(0)) for place in range(3)],
    }
