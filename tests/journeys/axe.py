"""What axe-core finds on a page. It is injected through the developer tools, so the policy of the page stays whole."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.journeys.site import ROOT

SOURCE = ROOT / "node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")
RUN = """axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(
  ({id, impact, help, nodes}) => ({id, impact, help, where: nodes.map(node => node.target.join(" "))})))"""


@cache
def source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """The serious and critical findings, one line each with the first places."""
    tools = page.context.new_cdp_session(page)
    try:
        tools.send("Runtime.evaluate", {"expression": source()})
        answer: Any = tools.send(
            "Runtime.evaluate", {"expression": RUN, "awaitPromise": True, "returnByValue": True}
        )
    finally:
        tools.detach()
    assert "exceptionDetails" not in answer, answer
    found = answer["result"]["value"]
    return [
        f"{page.url}: {item['id']} ({item['impact']}): {item['help']} at {'; '.join(item['where'][:4])}"
        for item in found
        if item["impact"] in GRAVE
    ]
