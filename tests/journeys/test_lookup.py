"""A long choice of records, typed into: by keyboard, by two Chinese characters, without JavaScript, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import PHONE, Visit

pytestmark = pytest.mark.journey


def test_a_record_is_found_by_two_characters_and_chosen_by_keyboard(site: Site, visit: Visit) -> None:
    page = visit(site, "rep1").go("/o/contact/new")
    account = page.get_by_role("combobox", name="Account")
    chosen = page.locator("select[name=account]")
    account.click()
    expect(account).to_have_attribute("aria-expanded", "true")
    options = page.get_by_role("option")
    known = options.first.evaluate("option => option.firstChild.textContent")
    account.fill(known[:2])
    expect(options.first).to_contain_text(known[:2])
    assert not axe.violations(page)
    account.press("ArrowDown")
    account.press("ArrowUp")
    expect(options.first).to_have_attribute("aria-selected", "true")
    name = options.first.evaluate("option => option.firstChild.textContent")
    account.press("Enter")
    expect(account).to_have_value(name)
    expect(account).to_have_attribute("aria-expanded", "false")
    assert chosen.input_value().isdigit()

    account.fill("zzzz")
    expect(page.get_by_role("listbox")).to_contain_text("Nothing found")
    account.press("Escape")
    expect(account).to_have_value(name)
    account.fill("")
    account.press("Tab")
    assert chosen.input_value() == ""


def test_on_a_phone_the_offers_stay_on_the_screen(site: Site, visit: Visit) -> None:
    page = visit(site, "rep1", viewport=PHONE, is_mobile=True, has_touch=True).go("/o/contact/new")
    page.get_by_role("combobox", name="Account").tap()
    box = page.get_by_role("listbox").bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]


def test_without_javascript_the_first_ones_are_a_plain_select(site: Site, visit: Visit) -> None:
    visitor = visit(site, java_script_enabled=False)
    page = visitor.page
    page.goto("/accounts/login/")
    page.locator("#id_login").fill("rep1")
    page.locator("#id_password").fill("kehu-demo-2010")
    page.locator("main form button.btn-primary, form.k-stack button.btn-primary").first.click()
    page.goto("/o/contact/new")
    page.locator("select[name=account]").select_option(index=2)
    assert page.locator("select[name=account]").input_value().isdigit()
