"""The page of one channel as tables and a picture, each figure with the address of its records."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kehu.core.templatetags import formats
from kehu.core.templatetags.formats import percent
from kehu.planning.dashboard.channel.figures import COUNTS, OVER, PLANNED, RATES, ChannelState
from kehu.planning.dashboard.channel.gap import CLOSING, DELAY, FACTORS, LEADS, PER_MONEY, QUALIFYING, SPEND
from kehu.planning.dashboard.sentences import money
from kehu.warehouse import drill
from kehu.warehouse.catalog import catalog
from kehu.warehouse.metrics import BLANK, MONEY

LAST_DAY = timedelta(days=6)
STAGES = (*COUNTS, *OVER)
COSTS = tuple(metric for metric in OVER if metric not in RATES)
# The figure of the state that a factor of the gap stands on.
BEHIND = {
    SPEND: "spend",
    PER_MONEY: "cost_per_lead",
    LEADS: "leads",
    QUALIFYING: "lead_to_qualified",
    CLOSING: "qualified_to_sale",
}


class ChannelDrawing:
    """Draws one channel's state."""

    def __init__(self, state: ChannelState) -> None:
        self.state = state

    def link(self, metric: str, **where: str) -> str:
        """The records behind a figure of this channel, campaign and day."""
        conditions = {"campaign": self.state.campaign.name, "channel": self.state.name, **where}
        return drill.url(metric, where=conditions, as_of=self.state.as_of)

    def text(self, metric: str, value: Decimal | None) -> str:
        if value is None:
            return formats.NOTHING
        if metric in RATES:
            return percent(value)
        if metric in COSTS or catalog().metric(metric).unit == MONEY:
            return money(value, self.state.campaign.currency)
        return f"{value:,.0f}"

    def stages(self) -> list[dict[str, Any]]:
        """Every stage, amount, cost and rate: what is there, what should be by then, and how that compares."""
        found = []
        for metric in STAGES:
            value = self.state.value(metric, self.state.actual)
            ingredients = OVER.get(metric, (metric,))
            if any(name not in self.state.actual for name in ingredients):
                continue
            expected = self.state.value(metric, self.state.expected)
            found.append(
                {
                    "label": catalog().metric(metric).label,
                    "value": self.text(metric, value),
                    "url": self.link(metric) if value is not None else "",
                    "expected": self.text(metric, expected),
                    "expected_url": self.link(PLANNED[ingredients[0]]) if expected is not None else "",
                    **self._comparison(metric, value, expected),
                }
            )
        return found

    def _comparison(self, metric: str, value: Decimal | None, expected: Decimal | None) -> dict[str, Any]:
        if value is None or not expected:
            return {"difference": formats.NOTHING}
        ratio = value / expected
        found: dict[str, Any] = {"difference": formats.signed(percent(ratio - 1), ratio - 1)}
        if metric == "spend":
            return found
        quality = 2 - ratio if metric in COSTS else ratio
        look = "good" if quality >= 1 else "warn" if quality >= Decimal("0.9") else "bad"
        words = {"good": _("reached"), "warn": _("nearly there"), "bad": _("behind")}
        if metric in OVER:
            words = {"good": _("better"), "warn": _("nearly as planned"), "bad": _("worse")}
        return {**found, "look": look, "word": words[look]}

    def reasons(self) -> dict[str, Any]:
        """The effects of each factor on leads, qualified leads and sales, with their sums; empty without a plan."""
        metrics = {"leads": "leads", "qualified": "qualified_leads", "sales": "sales"}
        gaps = {
            str(catalog().metric(metrics[name]).label): parts for name, parts in self.state.gaps().items()
        }
        rows = [
            {
                "label": factor_label(factor),
                "note": self.finding(factor),
                "cells": [effect(parts.get(factor)) for parts in gaps.values()],
            }
            for factor in FACTORS
            if any(parts.get(factor) for parts in gaps.values())
        ]
        totals = [effect(sum(parts.values())) for parts in gaps.values()]
        return {"columns": list(gaps), "rows": rows, "totals": totals}

    def finding(self, factor: str) -> str:
        """What a factor is and what the plan reckons with."""
        if factor == DELAY:
            return _("leads of the last four weeks have had less time")
        metric = BEHIND[factor]
        numbers = {
            "actual": self.text(metric, self.state.value(metric, self.state.actual)),
            "planned": self.text(metric, self.state.value(metric, self.state.expected)),
        }
        return _("%(actual)s, planned %(planned)s") % numbers

    def weeks(self) -> list[dict[str, Any]]:
        """Week by week: leads, qualified leads, sales and spend beside what was to be expected."""
        found = []
        for row in self.state.weeks:
            day = row["week"]
            cells = [
                {
                    "text": self._plain(row.get(metric)),
                    "url": self.link(metric, week=day) if row.get(metric) else "",
                    "expected": self._plain(row[PLANNED[metric]]) if PLANNED[metric] in row else "",
                    "expected_url": self.link(PLANNED[metric], week=day) if row.get(PLANNED[metric]) else "",
                }
                for metric in self.week_metrics
            ]
            number = row.get("week_number")
            found.append(
                {
                    "number": number if number is None else int(number),
                    "day": date_format(date.fromisoformat(day), "m-d"),
                    "cells": cells,
                }
            )
        return found

    @property
    def week_metrics(self) -> list[str]:
        return [metric for metric in COUNTS if metric != "revenue" and metric in self.state.actual]

    def week_columns(self) -> list[str]:
        return [str(catalog().metric(metric).label) for metric in self.week_metrics]

    def _plain(self, value: Any) -> str:
        return f"{Decimal(str(value or 0)):,.0f}"

    def picture(self, metric: str) -> dict[str, Any] | None:
        """Actual as bars, expected as a line, by week; of a week that is not over no whole week is expected."""
        rows = self.state.weeks
        if not rows or metric not in rows[0]:
            return None
        bars = {
            "type": "bar",
            "name": str(catalog().metric(metric).label),
            "data": [float(row[metric] or 0) for row in rows],
            "barMaxWidth": 28,
        }
        series: list[dict[str, Any]] = [bars]
        if PLANNED[metric] in rows[0]:
            series.append(
                {
                    "type": "line",
                    "name": _("Expected"),
                    "data": [
                        float(row[PLANNED[metric]] or 0) if self._is_over(row) else None for row in rows
                    ],
                    "symbol": "none",
                    "lineStyle": {"type": "dashed", "width": 2},
                }
            )
        names = [date_format(date.fromisoformat(row["week"]), "m-d") for row in rows]
        return {
            "size": "small",
            "label": bars["name"],
            "options": {
                "xAxis": {"type": "category", "data": names},
                "yAxis": {"type": "value", "axisLabel": {"formatter": {"$format": "short"}}},
                "series": series,
            },
        }

    def _is_over(self, row: dict[str, Any]) -> bool:
        return date.fromisoformat(row["week"]) + LAST_DAY <= self.state.as_of

    def places(self, dimension: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """The channel by medium or region: counts, spend where it is booked so, and the share of the leads."""
        named = [row for row in rows if row[dimension] != BLANK]
        spends = any(row.get("spend") for row in named)
        metrics = [name for name in self.week_metrics if name != "spend" or spends]
        shown = [row for row in rows if any(row.get(name) for name in metrics)]
        shown.sort(key=lambda row: (row[dimension] == BLANK, -(row.get("leads") or 0), row[dimension]))
        return {
            "heading": catalog().dimension(dimension).label,
            "columns": [catalog().metric(name).label for name in metrics],
            "rows": [self._place(dimension, row, metrics) for row in shown],
        }

    def _place(self, dimension: str, row: dict[str, Any], metrics: list[str]) -> dict[str, Any]:
        total = self.state.actual.get("leads")
        value = row[dimension]
        return {
            "label": catalog().dimension(dimension).text(value),
            "share": percent(Decimal(row["leads"]) / total, 0) if total and "leads" in row else "",
            "cells": [
                {
                    "label": catalog().metric(name).label,
                    "value": row.get(name) or 0,
                    "short": name == "spend",
                    "url": self.link(name, **{dimension: value}) if row.get(name) else "",
                }
                for name in metrics
            ],
        }


def effect(value: int | None) -> dict[str, Any]:
    """A signed number of leads or sales and whether it helps; a dash where the factor is none of the figure's."""
    if value is None:
        return {"text": formats.NOTHING, "look": ""}
    look = "good" if value > 0 else "bad" if value < 0 else ""
    return {"text": formats.signed(f"{value:,}", value), "look": look}


def factor_label(factor: str) -> str:
    return {
        SPEND: _("Money spent"),
        PER_MONEY: _("Leads for the money"),
        LEADS: _("Number of leads"),
        QUALIFYING: _("Share that qualifies"),
        CLOSING: _("Share that buys"),
        DELAY: _("Delay"),
    }[factor]
