"""The planner: the numbers of the case, one of them changed, a new version approved and compared."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.visitor import Visit, Visitor

pytestmark = pytest.mark.journey


def cell(page: Page, name: str) -> str:
    return page.locator(f'[id="cell-{name}"]').input_value()


def chain(page: Page) -> dict[str, str]:
    return {name: cell(page, name) for name in ("revenue", "price", "units", "qualified", "leads")}


def type_into(page: Page, name: str, text: str, other: str, becomes: str) -> None:
    """Write a number into the chain and wait until another one has followed."""
    field = page.locator(f'[id="cell-{name}"]')
    field.fill(text)
    field.press("Enter")
    expect(page.locator(f'[id="cell-{other}"]')).to_have_value(becomes)


def open_plan(visitor: Visitor) -> Page:
    page = visitor.go("/o/plan")
    page.locator("table[data-rows] tbody a.k-title").first.click()
    page.locator("#panel-body a.btn-primary", has_text="planner").click()
    expect(page.locator("#planner")).to_be_visible()
    return page


def test_a_plan_follows_every_number_and_goes_through_its_versions(workplace: Site, visit: Visit) -> None:
    planner = visit(workplace, "marketing")
    page = open_plan(planner)
    page.locator("#plan-versions").scroll_into_view_if_needed()
    page.locator("table", has=page.get_by_text("In force from")).locator("a.k-title", has_text="1").click()
    expect(page.locator("#cell-revenue")).not_to_be_editable()
    assert chain(page) == {
        "revenue": "700,000,000", "price": "700,000", "units": "1,000", "qualified": "5,000", "leads": "71,430",
    }  # fmt: skip
    expect(page.locator("#planner")).to_contain_text("7,000")  # goals that contradict each other are named

    page.get_by_role("button", name="New version").click()
    expect(page.locator("#cell-revenue")).to_be_editable()
    type_into(page, "revenue", "1,400,000,000", "units", "2,000")
    assert cell(page, "qualified") == "10,000"
    leads = int(cell(page, "leads").replace(",", ""))
    assert 142_860 - 7 * 10 <= leads <= 142_860 + 7 * 10

    page.get_by_role("button", name="Undo last edit").click()
    expect(page.locator("#cell-units")).to_have_value("1,000")
    assert cell(page, "leads") == "71,430"
    type_into(page, "units", "1,100", "revenue", "770,000,000")

    page.locator("#cell-units").fill("many")
    planner.expects(422)
    page.locator("#cell-units").press("Enter")
    expect(page.locator("#refusal")).to_be_visible()
    expect(page.locator("#cell-units")).to_have_attribute("aria-invalid", "true")
    page.locator("#cell-units").press("Escape")
    expect(page.locator("#refusal")).to_have_count(0)
    expect(page.locator("#cell-units")).to_have_value("1,100")

    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("kehu-toast").first).to_contain_text("submitted")
    address = page.url

    manager = visit(workplace, "gm").go(address)
    manager.locator("details.k-menu summary", has_text="Approve").click()
    manager.get_by_role("button", name="Approve this version").click()
    expect(manager.locator("kehu-toast").first).to_contain_text("approved")
    manager.get_by_role("link", name="Compare").click()
    manager.locator("#left").select_option("1")
    expect(manager.locator("#left")).to_have_value("1")
    changed = manager.locator("tr.k-plan-changed", has_text="770,000,000")
    expect(changed).to_contain_text("700,000,000")
    expect(changed).to_contain_text("+10")


def test_the_state_leads_to_the_page_that_says_why_a_channel_is_behind(site: Site, visit: Visit) -> None:
    page = visit(site, "gm").go("/state?as_of=2010-08-31")
    page.get_by_role("link", name="Website").click()
    expect(page.locator("h1")).to_have_text("Website in iXX")
    expect(page.locator("input[name=as_of]")).to_have_value("2010-08-31")
    expect(page.locator(".k-brief")).to_contain_text("949 of the 10,533 leads")
    reasons = page.get_by_role("region", name="Why it differs").locator("tbody tr")
    effects = [
        int(row.locator("td").first.inner_text().replace(",", "").replace("−", "-"))
        for row in reasons.all()
        if row.locator("td").first.inner_text() != "–"
    ]
    *parts, whole = effects
    assert sum(parts) == whole == 949 - 10_533
    expect(page.locator("kehu-chart canvas").first).to_be_visible()
    page.get_by_role("region", name="By region").get_by_role("link", name="305").click()
    expect(page.locator(".k-faint", has_text="305 records").first).to_be_visible()
    page.go_back()
    page.locator("details[name=channels] summary").click()
    page.get_by_role("link", name="Live events").click()
    expect(page.locator("h1")).to_have_text("Live events in iXX")
    expect(page.locator("input[name=as_of]")).to_have_value("2010-08-31")


def test_versions_are_compared_by_the_money_that_has_moved(site: Site, visit: Visit) -> None:
    page = visit(site, "gm").go("/plans/1/compare?left=1&right=2")
    changed = page.locator("tr.k-plan-changed")
    expect(changed.filter(has_text="Share of Digital")).to_contain_text("+3 points")
    expect(changed.filter(has_text="Share of Other")).to_contain_text("−3 points")
    events = page.locator("tbody", has=page.locator("th", has_text="Live events"))
    expect(events.locator("tr", has_text="Leads").last).to_contain_text("10,260")
