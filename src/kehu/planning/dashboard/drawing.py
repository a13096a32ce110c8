"""The state of a campaign as cards, charts and tables, each with the address of its records."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kehu.core.templatetags import formats
from kehu.core.templatetags.formats import percent
from kehu.kit.amounts import shorten
from kehu.planning import queries
from kehu.planning.dashboard.figures import State, Table
from kehu.planning.dashboard.sentences import money
from kehu.warehouse import drill
from kehu.warehouse.catalog import catalog

FUNNEL = (("leads", "leads"), ("qualified_leads", "qualified"), ("opportunities", ""), ("sales", "sales"))


class Drawing:
    """Draws one state. `link` gives the records behind a figure of this campaign and day."""

    def __init__(self, state: State) -> None:
        self.state = state

    def link(self, metric: str, **where: str) -> str:
        conditions = {"campaign": self.state.campaign.name, **where}
        return drill.url(metric, where=conditions, as_of=self.state.as_of)

    def label(self, metric: str) -> str:
        return str(catalog().metric(metric).label)

    def cards(self) -> list[dict[str, Any]]:
        """Five figures: leads, qualified, sales, money, cost per sale, each against what should be there by now."""
        return [
            card
            for card in (
                self._count("leads", "leads"),
                self._count("qualified_leads", "qualified"),
                self._count("sales", "sales"),
                self._amount("revenue", "revenue"),
                self._cost(),
            )
            if card
        ]

    def _count(self, metric: str, planned: str) -> dict[str, Any] | None:
        return self._card(metric, planned, lambda value: f"{value:,.0f}")

    def _amount(self, metric: str, planned: str) -> dict[str, Any] | None:
        card = self._card(metric, planned, lambda value: shorten(value, get_language() or "en"))
        received = self.state.totals.get("received")
        if card and received is not None:
            card["note"] = _("received %(amount)s") % {"amount": shorten(received, get_language() or "en")}
        return card

    def _card(self, metric: str, planned: str, text: Callable[[Any], str]) -> dict[str, Any] | None:
        value = self.state.totals.get(metric)
        if value is None:
            return None
        card: dict[str, Any] = {"label": self.label(metric), "value": text(value), "url": self.link(metric)}
        expected = self.state.planned.by_now.get(planned)
        if expected and round(expected):
            share = Decimal(value) / expected
            against = (
                _("of %(planned)s expected by now")
                if self.state.is_now
                else _("of %(planned)s expected by then")
            )
            card |= {
                "delta": _("%(share)s reached") % {"share": percent(share)},
                "meaning": "good" if share >= 1 else "warn" if share >= Decimal("0.9") else "bad",
                "against": against % {"planned": text(round(expected))},
                "progress": float(min(share, Decimal(1))),
            }
        return card

    def _cost(self) -> dict[str, Any] | None:
        value = self.state.totals.get("cost_per_sale")
        if "spend" not in self.state.totals:
            return None
        currency = self.state.campaign.currency
        card: dict[str, Any] = {
            "label": self.label("cost_per_sale"),
            "value": money(value, currency) or None,
            "note": self._spent(),
            "url": self.link("spend"),
        }
        version, whole = self.state.planned.version, self.state.planned.whole
        if value is not None and version and whole.get("sales") and whole.get("spend"):
            planned = whole["spend"] / whole["sales"]
            goal = version.plan.cost_goal_per_unit or planned
            card |= {
                "delta": formats.signed(percent(Decimal(value) / planned - 1), Decimal(value) - planned),
                "meaning": "good" if value <= goal else "warn" if value <= planned else "bad",
                "against": _("against the planned %(planned)s") % {"planned": money(planned, currency)},
            }
        return card

    def _spent(self) -> str:
        """What is spent, and what of the budget is left."""
        language = get_language() or "en"
        spend, budget = self.state.totals["spend"], self.state.planned.whole.get("spend")
        if not budget:
            return _("%(amount)s spent") % {"amount": shorten(spend, language)}
        return _("%(spent)s spent, %(left)s of %(budget)s left") % {
            "spent": shorten(spend, language),
            "left": shorten(max(budget - spend, Decimal(0)), language),
            "budget": shorten(budget, language),
        }

    def funnel(self) -> list[dict[str, Any]]:
        """Steps with their width against the widest, the rate from the step before, and the plan's count."""
        steps: list[dict[str, Any]] = []
        counts = [
            (metric, planned) for metric, planned in FUNNEL if self.state.totals.get(metric) is not None
        ]
        expected = {name: self.state.planned.by_now.get(key) for name, key in counts}
        widest = max([self.state.totals[name] for name, _key in counts] + [1])
        before: int | None = None
        for metric, _planned in counts:
            value = self.state.totals[metric]
            plan = expected[metric]
            steps.append(
                {
                    "label": self.label(metric),
                    "value": value,
                    "width": round(100 * value / widest, 2),
                    "plan": round(100 * min(float(plan) / widest, 1), 2) if plan else None,
                    "planned": round(plan) if plan else None,
                    "rate": percent(value / before) if before else "",
                    "url": self.link(metric),
                }
            )
            before = value
        return steps

    def sources(self) -> list[dict[str, Any]]:
        """Each channel against what it should have brought, its shares, and what it costs; most missing first."""
        totals = self.state.totals
        planned_sum = sum(self.state.planned.leads_by_channel.values())
        dimension, pages = catalog().dimension("channel"), self._channel_pages()
        rows = []
        for row in self.state.by_channel:
            planned = self.state.planned.leads_by_channel.get(row["channel"])
            rows.append(
                {
                    "label": dimension.text(row["channel"]),
                    "url": pages.get(row["channel"], ""),
                    "leads": row.get("leads") or 0,
                    "pace": self._pace(row),
                    "shares": [
                        self._share(row, metric, totals.get(metric))
                        for metric in ("leads", "qualified_leads", "sales")
                        if metric in row
                    ],
                    "planned": planned / planned_sum if planned is not None and planned_sum else None,
                    "costs": [row[name] for name in ("spend", "cost_per_sale") if name in row],
                    "spend_url": self.link("spend", channel=row["channel"]),
                }
            )
        return sorted(rows, key=lambda row: (-row["pace"]["missing"] if row["pace"] else 0, -row["leads"]))

    def _channel_pages(self) -> dict[str, str]:
        """The page of each channel at this campaign and day, by what the metric engine calls it."""
        day = self.state.as_of.isoformat()
        return {
            name: f"{reverse('campaign-channel', args=[self.state.campaign.pk, pk])}?as_of={day}"
            for name, pk in queries.channels_called().items()
        }

    def _pace(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """How far a channel's leads are from what it should have brought by now.

        Where the whole campaign is behind, a channel that does better than the whole is only warned of.
        """
        expected = self.state.planned.channels_now.get(row["channel"])
        if not expected or round(expected) == 0 or row.get("leads") is None:
            return None
        share = Decimal(row["leads"]) / expected
        whole = self.state.planned.by_now.get("leads")
        overall = Decimal(self.state.totals.get("leads") or 0) / whole if whole else Decimal(1)
        look, word = "bad", _("far behind")
        if share >= 1:
            look, word = "good", _("reached")
        elif share >= Decimal("0.9"):
            look, word = "warn", _("nearly there")
        elif share > overall:
            look, word = "warn", _("behind")
        return {
            "expected": round(expected),
            "share": float(min(share, Decimal(1))),
            "text": percent(share),
            "look": look,
            "word": word,
            "missing": max(round(expected) - row["leads"], 0),
            "url": self.link("leads", channel=row["channel"]),
        }

    def _share(self, row: dict[str, Any], metric: str, total: Any) -> dict[str, Any]:
        share = row[metric] / total if total else None
        labels = {
            "leads": _("Share of leads"),
            "qualified_leads": _("Share of qualified leads"),
            "sales": _("Share of customers"),
        }
        return {
            "label": labels[metric],
            "value": row[metric],
            "share": share,
            "text": f"{share * 100:.0f}%" if share is not None else "",
            "url": self.link(metric, channel=row["channel"]),
        }

    def months(self) -> dict[str, Any] | None:
        """Spend as bars against sales as a line, by month."""
        rows = [row for row in self.state.by_month if row.get("spend") or row.get("sales")]
        if not rows or "spend" not in rows[0]:
            return None
        names = [row["month"] for row in rows]
        spend, sales = [float(row["spend"] or 0) for row in rows], [row["sales"] or 0 for row in rows]
        labels = (self.label("spend"), self.label("sales"), self.label("cost_per_sale"))
        options = {
            "xAxis": {"type": "category", "data": names},
            "yAxis": [
                {"type": "value", "axisLabel": {"formatter": {"$format": "short"}}},
                {"type": "value", "splitLine": {"show": False}},
            ],
            "series": [
                {"type": "bar", "name": labels[0], "data": spend, "barMaxWidth": 36},
                {"type": "line", "name": labels[1], "data": sales, "yAxisIndex": 1, "symbolSize": 7},
            ],
        }
        table = [[row["month"], row["spend"], row["sales"], row.get("cost_per_sale")] for row in rows]
        return {"options": options, "table": {"columns": [_("Month"), *labels], "rows": table}}

    def table(self, table: Table, across: str) -> dict[str, Any]:
        """A week × something table with true sums, every cell leading to its records."""
        dimension = catalog().dimension(across)
        rows = []
        for number, week in table.weeks:
            cells = [self._cell(table, across, week, name) for name in table.across]
            total = {"value": table.row_total(week), "url": self.link(table.metric, week=week.isoformat())}
            rows.append({"number": number, "week": date_format(week, "m-d"), "cells": cells, "total": total})
        return {
            "columns": [dimension.text(name) for name in table.across],
            "rows": rows,
            "totals": [
                {"value": table.column_total(name), "url": self.link(table.metric, **{across: name})}
                for name in table.across
            ],
            "total": {"value": table.total, "url": self.link(table.metric)},
            "sql": table.sql,
        }

    def _cell(self, table: Table, across: str, week: Any, name: str) -> dict[str, Any]:
        value = table.cells.get((week, name), 0)
        url = self.link(table.metric, week=week.isoformat(), **{across: name}) if value else ""
        largest = max(table.cells.values(), default=0)
        heat = 1 + int(4 * value / largest) if value and largest else 0
        return {"value": value, "url": url, "heat": min(heat, 5)}
