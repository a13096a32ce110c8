"""Several rows of a list changed at once: selected, looked at, done, taken back; in each language, and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import PHONE, Visit

pytestmark = pytest.mark.journey
BOXES = "input[data-select]"
BAR = "kehu-selection"


def owners(page: Page) -> list[str]:
    return [row.inner_text() for row in page.locator("table[data-rows] tbody tr").all()[:3]]


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_rows_are_selected_tried_out_changed_and_taken_back(
    workplace: Site, visit: Visit, language: str
) -> None:
    visitor = visit(workplace, "marketing", language)
    page = visitor.go("/o/lead?stage=qualified")
    before = owners(page)
    bar = page.locator(BAR)
    expect(bar).to_be_hidden()
    page.locator(BOXES).nth(0).click()
    page.locator(BOXES).nth(2).click(modifiers=["Shift"])
    expect(bar.locator("[data-count]")).to_contain_text("3")
    assert not axe.violations(page)
    bar.locator("[data-bulk=assign]").click()
    owner = page.get_by_role("combobox")
    owner.last.fill("姚靜宜")
    page.get_by_role("option").first.click()
    page.locator(".k-form-foot .btn-primary").click()
    expect(page.locator("table tbody tr")).to_have_count(3)
    assert not axe.violations(page)
    page.locator("[name=confirmed]").click()
    expect(page.locator("kehu-toast form")).to_be_visible()
    expect(page.locator(BAR)).to_be_hidden()
    assert owners(page) != before
    page.locator("kehu-toast form button").first.click()
    expect(page.locator("kehu-toast").last).to_be_visible()
    assert owners(visitor.go("/o/lead?stage=qualified")) == before


def test_a_selection_is_kept_from_page_to_page_and_all_that_fit_may_be_meant(
    site: Site, visit: Visit
) -> None:
    page = visit(site, "marketing").go("/o/lead")
    page.locator(BOXES).nth(1).check()
    page.locator("a[rel=next]").click()
    page.locator(BOXES).nth(0).check()
    expect(page.locator(f"{BAR} [data-count]")).to_have_text("2 selected")
    page.locator("a[rel=prev]").click()
    expect(page.locator(BOXES).nth(1)).to_be_checked()
    page.locator("input[data-select-page]").check()
    page.locator(f"{BAR} [data-all]").click()
    page.locator(f"{BAR} [data-bulk=delete]").click()
    expect(page.locator("main")).to_contain_text("The first 100 were tried out")
    page.go_back()
    page.keyboard.press("Escape")
    expect(page.locator(BAR)).to_be_hidden()


def test_on_a_phone_the_bar_stays_above_the_dock(site: Site, visit: Visit) -> None:
    page = visit(site, "marketing", viewport=PHONE, is_mobile=True, has_touch=True).go("/o/lead")
    page.locator(BOXES).nth(0).tap()
    button = page.locator(f"{BAR} [data-bulk=assign]")
    expect(button).to_be_in_viewport(ratio=1)
    button.tap()
    expect(page.locator("form#form")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_what_was_deleted_is_selected_in_the_bin_looked_at_and_brought_back(
    workplace: Site, visit: Visit, language: str
) -> None:
    page = visit(workplace, "admin", language).go("/o/task")
    for place in range(3):
        page.locator(BOXES).nth(place).check()
    page.locator(f"{BAR} [data-bulk=delete]").click()
    page.locator("[name=confirmed]").click()
    expect(page.locator("kehu-toast form")).to_be_visible()
    page.goto("/bin?kind=task")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(3)
    page.locator("input[data-select-page]").check()
    expect(page.locator(f"{BAR} [data-count]")).to_contain_text("3")
    assert not axe.violations(page)
    page.locator(f"{BAR} [data-bulk=restore]").click()
    expect(rows).to_have_count(3)
    assert not axe.violations(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("main form .btn-primary").click()
    undo = page.locator("kehu-toast form button").first
    expect(undo).to_be_visible()
    expect(page.locator(BOXES)).to_have_count(0)
    undo.click()
    page.goto("/bin?kind=task")
    expect(rows).to_have_count(3)
    for place in range(3):  # cards have no head to select a page by
        page.locator(BOXES).nth(place).check()
    page.locator(f"{BAR} [data-bulk=restore]").click()
    page.locator("main form .btn-primary").click()
    expect(page.locator(BOXES)).to_have_count(0)


@pytest.mark.parametrize(
    "place", ["/o/opportunity/board", "/o/task/calendar", "/o/lead/chart", "/o/lead?group=stage"]
)
def test_every_look_leads_to_the_export_of_what_it_asks_for(site: Site, visit: Visit, place: str) -> None:
    page = visit(site, "saleshead").go(place)
    page.locator("main a[href*='/export?']").click()
    page.wait_for_url("**/export?*")
    expect(page.locator("[name=format]").first).to_be_checked()
