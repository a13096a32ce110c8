"""Reads the figures off the campaign dashboard: links say what a figure counts, whatever language labels are in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

LINKS = """links => links.map(link => ({
  href: link.getAttribute("href"),
  text: link.innerText.trim(),
  title: link.title,
  row: link.closest("tr")?.querySelector("th")?.innerText.trim() ?? "",
}))"""


@dataclass(frozen=True)
class Shown:
    """One linked figure: its text, its fuller text, the first word of its row, and what its address asks for."""

    text: str
    title: str
    row: str
    metric: str
    where: dict[str, str]
    href: str


def figures(page: Page) -> list[Shown]:
    """Every figure of the page's tables that leads to records."""
    found = []
    for link in page.locator("table.k-table td a").evaluate_all(LINKS):
        query = {name: values[0] for name, values in parse_qs(urlsplit(link["href"]).query).items()}
        where = {name.removeprefix("figure."): value for name, value in query.items() if "." in name}
        found.append(
            Shown(link["text"], link["title"], link["row"], query.get("figure", ""), where, link["href"])
        )
    return found


def number(text: str) -> int:
    return int(re.sub(r"[^\d-]", "", text))


def cards(page: Page) -> tuple[int, int, int, int]:
    """Of the five figures at the top: leads, qualified leads, sales, cost per sale."""
    leads, qualified, sales, _revenue, cost = page.locator(".k-figure-value").all_inner_texts()
    return number(leads), number(qualified), number(sales), number(cost)


def by_channel(page: Page, *, full: bool = False) -> dict[str, tuple[int, ...]]:
    """Percent of leads, qualified leads and customers by channel; with `full` the counts."""
    rows: dict[str, tuple[int, ...]] = {}
    for figure in figures(page):
        channel = figure.where.get("channel")
        if channel and figure.text.endswith("%"):
            rows[channel] = (*rows.get(channel, ()), number(figure.title if full else figure.text))
    return rows


def week_table(page: Page, metric: str, across: str) -> dict[tuple[int, str], int]:
    """The cells of a week × something table by the number of the week and the code of the column."""
    return {
        (int(figure.row.split()[0]), figure.where[across]): number(figure.text)
        for figure in figures(page)
        if figure.metric == metric and across in figure.where and "week" in figure.where
    }


def month_table(page: Page) -> list[list[str]]:
    """The rows of the table under the chart of spend against sales."""
    return page.locator(".k-chart-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))"
    )
