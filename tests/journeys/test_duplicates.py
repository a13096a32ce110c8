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


QUEUE = {
    "en": ("Search for duplicates", "Not a duplicate", "is part of"),
    "zh-hans": ("查找重复", "不是重复", "已并入"),
    "zh-hant": ("尋找重複", "不是重複", "已併入"),
}


@pytest.mark.parametrize("language", QUEUE)
def test_duplicates_are_searched_compared_merged_and_taken_apart_again(
    workplace: Site, visit: Visit, language: str
) -> None:
    search, apart, merged = QUEUE[language]
    page = visit(workplace, "admin", language).go("/duplicates/account")
    page.get_by_role("button", name=search).click()
    pairs = page.locator("[data-pair]")
    done = page.locator(".k-pill-good")
    expect(done).to_be_visible()
    page.reload()
    waiting = pairs.count()
    assert waiting > 1
    assert not axe.violations(page)
    page.keyboard.press("j")
    expect(pairs.first).to_be_focused()
    names = pairs.first.locator("a.k-title").all_inner_texts()
    page.keyboard.press("m")
    expect(page.locator(".k-merge-who")).to_have_count(2)
    expect(page.get_by_role("button", name=apart)).to_be_visible()
    assert not axe.violations(page)
    page.keyboard.press("m")
    expect(page.locator("kehu-toast")).to_contain_text(merged)
    # The next pair stands there already, with the way back for the one before.
    expect(page.locator(".k-merge-who")).to_have_count(2)
    assert "queue=1" in page.url and page.locator(".k-merge-who a").all_inner_texts() != names
    page.locator("kehu-toast form button").first.click()
    expect(page.locator("kehu-toast").last).not_to_contain_text(merged)
    page.goto("/duplicates/account")
    expect(pairs).to_have_count(waiting)


def test_a_pair_is_kept_apart_by_a_key_and_a_phone_shows_both_above_each_other(
    workplace: Site, visit: Visit
) -> None:
    page = visit(workplace, "admin", viewport=PHONE).go("/duplicates/lead")
    page.get_by_role("button", name="Search for duplicates").click()
    expect(page.locator(".k-pill-good")).to_be_visible()
    page.reload()
    pairs = page.locator("[data-pair]")
    before = pairs.count()
    assert before > 0 and page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    pairs.first.get_by_role("link", name="Compare").click()
    expect(page.locator(".k-merge")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    table = page.locator(".k-merge .k-table-wrap")
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth")
    page.go_back()
    page.keyboard.press("n")
    expect(page.locator("kehu-toast")).to_contain_text("kept apart")
    expect(pairs).to_have_count(before - 1)
