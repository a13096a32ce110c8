"""A list changed by keyboard and double click, in each language."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import Visit

pytestmark = pytest.mark.journey
ROWS = "table[data-rows] tbody tr"


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_cells_are_changed_by_keyboard_and_double_click_and_taken_back(
    workplace: Site, visit: Visit, language: str
) -> None:
    visitor = visit(workplace, "marketing", language)
    page = visitor.go("/o/lead?stage=qualified")
    row = page.locator(ROWS).first
    before = row.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(row.locator("input[data-select]")).to_be_checked()
    page.keyboard.press("e")
    control = row.locator("form[data-cell] :is(input:not([type=hidden]), select)").first
    expect(control).to_be_focused()
    assert not axe.violations(page)
    page.keyboard.press("Escape")
    expect(page.locator("form[data-cell]")).to_have_count(0)
    assert row.inner_text() == before
    page.keyboard.press("e")
    expect(control).to_be_focused()
    page.keyboard.press("Tab")
    expect(row.locator("form[data-cell] [name=channel]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("form[data-cell]")).to_have_count(0)
    headings = page.locator("table[data-rows] thead th").all()
    at = next(at for at, one in enumerate(headings) if one.get_attribute("data-edit") == "captured_at")
    row.locator("> *").nth(at).dblclick()
    expect(row.locator("form[data-cell] [name=captured_at]")).to_be_focused()
    expect(page.locator("kehu-panel[data-open]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("form[data-cell]")).to_have_count(0)
    page.keyboard.press("e")
    expect(control).to_be_focused()
    control.fill("Changed in place")
    control.press("Enter")
    expect(page.locator("kehu-toast form")).to_be_visible()
    expect(row).to_contain_text("Changed in place")
    expect(row.locator("input[data-select]")).to_be_checked()
    page.locator("kehu-toast form button").first.click()
    page.wait_for_url("**/o/lead?stage=qualified")
    expect(page.locator(ROWS).first).not_to_contain_text("Changed in place")


def test_keys_lead_everywhere_and_a_page_of_help_says_which(site: Site, visit: Visit) -> None:
    page = visit(site, "marketing").go("/o/lead")
    page.keyboard.press("?")
    help_page = page.get_by_role("dialog", name="Keyboard")
    expect(help_page).to_be_visible()
    expect(help_page).to_contain_text("Opportunities")
    assert not axe.violations(page)
    page.keyboard.press("Escape")
    expect(help_page).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("kehu-selection [data-count]")).to_have_text("1 selected")
    page.keyboard.press("a")
    page.wait_for_url("**/o/lead/many/assign*")
    page.go_back()
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/o/opportunity")
    page.go_back()
    page.keyboard.press("n")
    page.wait_for_url("**/o/lead/new")
