"""A record beside its list, and the palette that acts on selected rows; in each language, and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import PHONE, Visit

pytestmark = pytest.mark.journey
ROWS = "table[data-rows] tbody tr[data-id]"
OPEN = "kehu-panel[data-open]"
PLACE = re.compile(r"#beside=/o/lead/\d+$")


def chosen(page: Page) -> str:
    return page.locator(f"{ROWS}[aria-selected=true] a.k-title").inner_text()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_a_record_beside_its_list_goes_on_is_edited_and_taken_back(
    workplace: Site, visit: Visit, language: str
) -> None:
    visitor = visit(workplace, "marketing", language)
    visitor.expects(422)
    page, edited = visitor.go("/o/lead?stage=qualified"), f"Edited beside in {language}"
    names = page.locator(f"{ROWS} a.k-title").all_inner_texts()
    page.locator(f"{ROWS} a.k-title").first.click()
    head = page.locator("kehu-panel [data-panel-name]")
    expect(head).to_have_text(names[0])
    expect(page.locator("#panel-body")).to_be_focused()
    expect(page.locator("[data-panel-step='-1']")).to_have_attribute("aria-disabled", "true")
    page.locator("[data-panel-step='1']").click()
    expect(head).to_have_text(names[1])
    page.keyboard.press("j")
    expect(head).to_have_text(names[2])
    page.keyboard.press("k")
    expect(head).to_have_text(names[1])
    assert chosen(page) == names[1]
    assert not axe.violations(page)

    page.locator("#panel-body a[href$='/edit']").click()
    page.locator("#panel-body #form [name=name]").fill("")
    page.locator("#panel-body .k-form-foot .btn-primary").click()
    expect(page.locator("#panel-body .k-errors, #panel-body [aria-invalid=true]").first).to_be_visible()
    page.locator("#panel-body #form [name=name]").fill(edited)
    page.locator("#panel-body .k-form-foot .btn-primary").click()
    expect(head).to_have_text(edited)
    expect(page.locator(f"{ROWS}[aria-selected=true] a.k-title")).to_have_text(edited)
    expect(page.locator("kehu-toast")).to_have_count(1)
    page.reload()
    expect(head).to_have_text(edited)
    page.locator("#panel-body form[action$='/delete'] button").click()
    page.locator("#confirm button[value=yes]").click()
    expect(page.locator(ROWS).nth(1).locator("a.k-title")).to_have_text(names[2])
    page.locator("kehu-toast form button").first.click()
    expect(page).to_have_url(PLACE)
    expect(head).to_have_text(edited)


def test_back_and_escape_close_the_panel_and_the_address_opens_it(site: Site, visit: Visit) -> None:
    visitor = visit(site, "marketing")
    page = visitor.go("/o/lead")
    link = page.locator(f"{ROWS} a.k-title").nth(1)
    link.click()
    expect(page).to_have_url(PLACE)
    page.keyboard.press("j")
    page.go_back()
    expect(page.locator(OPEN)).to_have_count(0)
    expect(page).to_have_url(re.compile("/o/lead$"))
    link.click()
    expect(page.locator("#panel-body #record")).to_be_visible()
    address = page.url
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/o/lead$"))
    expect(link).to_be_focused()
    other = visitor.tab(address)
    expect(other.locator("#panel-body #record")).to_be_visible()
    other.keyboard.press("Escape")
    expect(other).to_have_url(re.compile("/o/lead$"))
    visitor.expects(404)
    for wrong in (
        "/o/lead#beside=/o/lead/999999999",
        "/o/lead#beside=/o/lead",
        "/o/lead#beside=//evil.example/o/lead/1",
    ):
        stranger = visitor.tab(wrong)
        stranger.wait_for_load_state("networkidle")
        expect(stranger.locator(OPEN)).to_have_count(0)


def test_on_a_phone_a_record_is_a_page(site: Site, visit: Visit) -> None:
    visitor = visit(site, "marketing", viewport=PHONE, is_mobile=True, has_touch=True)
    page = visitor.go("/o/lead")
    address = page.locator(f"{ROWS} a.k-title").first.get_attribute("href")
    page.evaluate("address => { location.hash = `beside=${address}` }", address)
    expect(page).to_have_url(re.compile(f"{address}$"))


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("phone", [False, True])
def test_the_palette_does_what_the_toolbar_does(site: Site, visit: Visit, language: str, phone: bool) -> None:
    options = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if phone else {}
    page = visit(site, "marketing", language, **options).go("/o/lead")
    for place in range(3):
        page.locator("input[data-select]").nth(place).check()
    if phone:
        page.locator(".k-top details.k-menu:visible").last.locator("summary").tap()
        page.locator("[data-palette-open]:visible").tap()
    else:
        page.keyboard.press("Control+k")
    doings = page.locator("dialog.k-palette [data-press]")
    expect(doings.first).to_be_in_viewport(ratio=1)
    buttons = page.locator("kehu-selection [data-bulk]:not([hidden])").all_inner_texts()
    assert [one.strip() for one in doings.all_inner_texts()] == [one.strip() for one in buttons]
    expect(page.locator("dialog.k-palette .k-palette-title").first).to_contain_text("3")
    assert not axe.violations(page)
    page.locator("dialog.k-palette input").fill(page.locator("[data-press=assign]").inner_text().strip())
    expect(page.locator("dialog.k-palette-list[aria-busy]")).to_have_count(0)
    expect(page.locator("[data-press=assign][aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/o/lead/many/assign\?ids=\d+%2C\d+%2C\d+"))
