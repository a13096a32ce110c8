"""What every page offers: filter, sort, keys, palette, search, board, undo, errors, language and look."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.visitor import Visit

pytestmark = pytest.mark.journey
ROWS = "table[data-rows] tbody tr"


def names(page: Page) -> list[str]:
    return page.locator(f"{ROWS} a.k-title").all_inner_texts()


def test_a_list_is_filtered_sorted_paged_and_walked_by_keyboard(site: Site, visit: Visit) -> None:
    page = visit(site, "marketing").go("/o/lead")
    page.locator(".k-filters [data-filter=stage] summary").click()
    page.locator(".k-filters [data-filter=stage]").get_by_role("link", name="Qualified").click()
    expect(page).to_have_url(re.compile("stage=qualified"))
    stages = page.locator(f"{ROWS} td[data-kind=meter]").all_inner_texts()
    assert {stage.strip() for stage in stages} == {"Qualified"}
    page.get_by_role("link", name="Score").click()
    expect(page).to_have_url(re.compile("sort=-?score"))
    expect(page.locator("th[aria-sort]")).to_contain_text("Score")

    first = names(page)
    page.locator(".k-pager a, nav.k-pager a").last.click()
    expect(page).to_have_url(re.compile("page="))
    assert names(page) and names(page) != first
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    chosen = page.locator(f"{ROWS}[aria-selected=true]")
    expect(chosen).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("kehu-panel #record")).to_contain_text(chosen.locator("a.k-title").inner_text())
    page.keyboard.press("Escape")
    expect(page.locator("kehu-panel[data-open]")).to_have_count(0)


def test_the_palette_goes_anywhere(site: Site, visit: Visit) -> None:
    page = visit(site, "gm").go("/")
    page.keyboard.press("Control+k")
    page.locator("dialog.k-palette input").fill("Receipts")
    expect(page.locator("dialog.k-palette [role=option][aria-selected=true]")).to_contain_text("Receipts")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/o/receipt$"))


def test_two_chinese_characters_find(site: Site, visit: Visit) -> None:
    page = visit(site, "gm", "zh-hant").go("/")
    page.keyboard.press("/")
    page.keyboard.type("淑媛")
    page.keyboard.press("Enter")
    hits = page.locator(".k-hits a")
    expect(hits.first).to_be_visible()
    assert all("淑媛" in text for text in hits.all_inner_texts())


def test_a_card_moves_by_mouse_and_by_keyboard(workplace: Site, visit: Visit) -> None:
    page = visit(workplace, "rep1").go("/o/opportunity/board")
    columns = page.locator(".k-board-column")
    source, target = columns.nth(1), columns.nth(2)
    card = source.locator(".k-board-card").first
    moved = card.get_attribute("data-move") or ""
    card.drag_to(target.locator(".k-board-head"))
    expect(page.locator("kehu-toast").first).to_be_visible()
    expect(target.locator(f'[data-move="{moved}"]')).to_have_count(1)

    menu = target.locator(f'[data-move="{moved}"] details.k-menu')
    menu.locator("summary").press("Enter")
    key = source.get_attribute("data-key")
    menu.locator(f'button[value="{key}"]').press("Enter")
    expect(source.locator(f'[data-move="{moved}"]')).to_have_count(1)


def test_what_was_deleted_comes_back_from_the_toast(workplace: Site, visit: Visit) -> None:
    page = visit(workplace, "marketing").go("/o/lead?stage=potential")
    page.goto(page.locator(ROWS).first.get_attribute("data-url") or "")
    address = page.url
    page.get_by_role("button", name="Delete").click()
    page.locator("#confirm button[value=yes]").click()
    toast = page.locator("kehu-toast")
    expect(toast).to_contain_text("recycle bin")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("kehu-toast")).to_contain_text("Taken back")
    page.goto(address)
    expect(page.get_by_role("button", name="Delete")).to_be_visible()


def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(workplace: Site, visit: Visit) -> None:
    somebody = visit(workplace, "marketing")
    somebody.expects(422)
    page = somebody.go("/o/lead/new")
    page.locator("[name=company_name]").fill("試航企業社")
    page.locator("[name=email]").fill("not an address")
    page.locator("form#form .k-form-foot button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=company_name]")).to_have_value("試航企業社")


def test_language_and_look_are_kept_with_the_person(workplace: Site, visit: Visit) -> None:
    page = visit(workplace, "analyst").go("/")
    page.locator(".k-top details summary").nth(0).click()
    page.locator('.k-top button[value="zh-hans"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.locator(".k-top details summary").nth(1).click()
    page.locator('.k-top button[value="dark"]').click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_load_state("networkidle")

    again = visit(workplace)
    again.sign_in("analyst")
    expect(again.page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(again.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
