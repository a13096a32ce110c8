"""Building a filter, keeping it as a view, choosing columns, opening groups: in three languages."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.visitor import Visit

pytestmark = pytest.mark.journey
LANGUAGES = ("zh-hans", "zh-hant", "en")


def choose(page: Page, name: str, value: str) -> None:
    """Choose, and wait until the editor has been drawn for what was chosen."""
    with page.expect_response(re.compile("/filter")):
        page.locator(f"[name={name}]").select_option(value)
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def build(page: Page) -> None:
    """Leads of one region with a score of at least four, by the editor alone."""
    page.locator("[data-filter-open]").click()
    choose(page, "field_0-0", "score")
    choose(page, "op_0-0", "gte")
    page.locator("[name=value_0-0]").fill("4")
    page.locator("[name=do][value='add:0']").click()
    choose(page, "field_0-1", "region")
    choice = page.locator(".k-filter-row kehu-lookup input[role=combobox]")
    choice.click()
    expect(page.locator(".k-filter-row [role=option]").first).to_be_visible()
    choice.press("ArrowDown")
    choice.press("Enter")
    expect(choice).not_to_have_value("")
    page.locator(".k-filter-editor .btn-primary").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filter_is_built_shown_in_words_and_kept_as_a_view(
    workplace: Site, visit: Visit, language: str
) -> None:
    page = visit(workplace, "marketing", language).go("/o/lead?view=0")
    build(page)
    expect(page).to_have_url(re.compile("where="))
    chips = page.locator(".k-filters .k-chip[data-on]")
    expect(chips).to_have_count(2)
    assert {int(text) for text in page.locator("td[data-kind=number]").all_inner_texts()} <= {4, 5}

    name = uuid4().hex[:8]
    page.locator("#list-bar .k-menu > summary").first.click()
    page.locator("#view-name").fill(name)
    page.locator(".k-view-menu .btn-primary").click()
    expect(page).to_have_url(re.compile(r"view=\d+"))
    expect(page.locator("#list-bar summary").first).to_contain_text(name)

    chips.first.locator("a").click()
    expect(chips).to_have_count(1)


def test_columns_are_chosen_and_stay(workplace: Site, visit: Visit) -> None:
    page = visit(workplace, "analyst").go("/o/lead?view=0")
    page.locator("#list-bar summary", has_text="Columns").click()
    page.locator(".k-columns [value='add:channel.code']").click()
    expect(page.locator(".k-columns ol")).to_contain_text("Channel › Code")
    page.locator(".k-columns .btn-primary").click()
    expect(page.locator("thead")).to_contain_text("Channel › Code")
    page.goto(page.url)
    expect(page.locator("thead")).to_contain_text("Channel › Code")


def test_groups_open_and_the_same_filter_drives_every_look(site: Site, visit: Visit) -> None:
    page = visit(site, "marketing").go("/o/lead?score-from=5&group=channel")
    page.locator("[data-expand]").first.click()
    expect(page.locator(".k-group-rows tbody tr").first).to_be_visible()
    for look in ("Board", "Calendar", "Chart"):
        page.locator(".k-switch").get_by_role("link", name=look, exact=True).click()
        expect(page.locator(".k-filters .k-chip[data-on]")).to_have_count(1)
