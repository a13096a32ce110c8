"""Somebody types a person who is known already: the form says so, why, and leads there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import PHONE, Visit

pytestmark = pytest.mark.journey

WORDS = {
    "en": ("Is it already here?", "Name: the same", "Phone: the same"),
    "zh-hans": ("可能已有相同记录", "名称相同", "电话相同"),
    "zh-hant": ("可能已有相同紀錄", "名稱相同", "電話相同"),
}


def known(page) -> tuple[str, str]:
    """The name and number of a lead of the demo, as its form holds them."""
    links = page.locator("tbody a[href^='/o/lead/']")
    found = re.match(r"/o/lead/\d+", links.first.get_attribute("href") or "")
    assert found
    page.goto(f"{found[0]}/edit")
    return page.locator("#id_name").input_value(), page.locator("#id_phone").input_value()


@pytest.mark.parametrize("language", WORDS)
def test_the_form_names_the_record_and_the_reason_and_leads_there(
    site: Site, visit: Visit, language: str
) -> None:
    page = visit(site, "admin", language).go("/o/lead")
    name, number = known(page)
    page.goto("/o/lead/new")
    warning = page.locator(".k-form-asks")
    expect(warning).to_be_empty()
    page.locator("#id_name").press_sequentially(name)
    page.locator("#id_phone").press_sequentially(number)
    for text in WORDS[language]:
        expect(warning).to_contain_text(text)
    assert not axe.violations(page)
    with page.context.expect_page() as opened:
        warning.get_by_role("link", name=name).first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(name)
    opened.value.close()
    page.locator("#id_name").fill("")
    page.locator("#id_phone").fill("")
    expect(warning).to_be_empty()


def test_on_a_phone_the_warning_stands_above_the_bar(site: Site, visit: Visit) -> None:
    page = visit(site, "admin", viewport=PHONE).go("/o/lead")
    name, number = known(page)
    page.goto("/o/lead/new")
    page.locator("#id_phone").press_sequentially(number)
    warning = page.locator(".k-form-asks .k-alert")
    expect(warning).to_contain_text(name)
    bar = page.locator(".k-bottom").bounding_box()
    box = warning.bounding_box()
    assert bar and box and box["y"] + box["height"] <= bar["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
