"""The editor of conditions while one types: what is written stays, the keyboard stays, several records are chosen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import Visit

pytestmark = pytest.mark.journey


def choose(page: Page, name: str, value: str) -> None:
    with page.expect_response(re.compile("/filter")):
        page.locator(f"[name='{name}']").select_option(value)
    expect(page.locator(f"[name='was_{name.removeprefix('field_')}'][value='{value}']")).to_have_count(1)


def focused(page: Page) -> str:
    return page.evaluate("() => document.activeElement.name || document.activeElement.id")


def opened(page: Page) -> Page:
    page.locator("[data-filter-open]").click()
    expect(page.locator("[name='field_0-0']")).to_be_focused()
    return page


def test_what_is_typed_while_the_answer_is_on_its_way_stays(site: Site, visit: Visit) -> None:
    page = opened(visit(site, "marketing").go("/o/lead?view=0"))
    choose(page, "field_0-0", "company_name")
    value = page.locator("[name='value_0-0']")
    value.fill("陳")

    held: list[Route] = []
    page.route(re.compile("/filter"), lambda route: held.append(route))
    page.locator("[name='op_0-0']").select_option("starts")
    value.focus()
    page.keyboard.type("大文")
    page.wait_for_timeout(100)
    held.pop().continue_()
    page.unroute_all()
    expect(page.locator("[name='op_0-0'] option[selected]")).to_have_attribute("value", "starts")
    expect(value).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("x")
    expect(value).to_have_value("陳大文x")

    # Another row may come and go meanwhile; a comparison without a value gives it back afterwards.
    page.locator("[name=do][value='add:0']").click()
    expect(page.locator("[name='field_0-1']")).to_be_focused()
    choose(page, "field_0-1", "score")
    assert focused(page) == "field_0-1"
    expect(value).to_have_value("陳大文x")
    page.locator("[name=do][value='remove:0-1']").click()
    expect(page.locator("[name='field_0-1']")).to_have_count(0)
    assert focused(page) == "do"
    for comparison in ("empty", "eq"):
        page.locator("[name='op_0-0']").select_option(comparison)
        expect(page.locator("[name='op_0-0'] option[selected]")).to_have_attribute("value", comparison)
    expect(value).to_have_value("陳大文x")


def test_several_records_are_chosen_and_taken_away_by_keyboard(site: Site, visit: Visit) -> None:
    page = opened(visit(site, "marketing").go("/o/lead?view=0"))
    choose(page, "field_0-0", "channel")
    page.locator("[name='op_0-0']").select_option("in")
    box = page.locator(".k-filter-row input[role=combobox]")
    expect(page.locator("select[multiple]")).to_have_count(1)
    expect(box).to_have_count(1)
    for _number in range(2):
        box.click()
        expect(page.locator(".k-filter-row [role=option]").first).to_be_visible()
        box.press("ArrowDown")
        box.press("Enter")
    chips = page.locator(".k-lookup-chips .k-chip")
    expect(chips).to_have_count(2)
    names = chips.locator("span").all_inner_texts()
    assert len(set(names)) == 2
    assert not axe.violations(page)
    box.press("Backspace")
    expect(chips).to_have_count(1)
    expect(chips.get_by_role("button")).to_have_accessible_name(f"Take away: {names[0]}")
    page.locator(".k-filter-editor .btn-primary").click()
    expect(page).to_have_url(re.compile("where="))
    expect(page.locator(".k-filters .k-chip[data-on]")).to_contain_text(names[0])
