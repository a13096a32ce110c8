"""A list from elsewhere comes in: recognised, previewed, watched, its rejects corrected, and taken back."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import PHONE, Visit

pytestmark = pytest.mark.journey
WORDS = {
    "en": ("Import", "create", "Undo the import", "undone"),
    "zh-hant": ("匯入", "新增", "復原匯入", "已復原"),
    "zh-hans": ("导入", "新建", "撤销导入", "已撤销"),
}


def written(folder: Path, language: str) -> Path:
    """A list in Big5 with semicolons and two lines before its columns; one address is none."""
    path = folder / f"名單-{language}.csv"
    rows = [["客戶名單匯出"], [], ["姓名", "手機", "電子郵件", "建立時間", "備註"]]
    mark = sorted(WORDS).index(language)
    rows += [
        [
            f"王小明{n}",
            f"0912{mark}{n:05d}",
            f"w{mark}{n}@example.com" if n else "none",
            f"{n % 28 + 1}/6/2010",
            "<b>x</b>",
        ]
        for n in range(300)
    ]
    with path.open("w", encoding="big5", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


def upload(page: Page, path: Path) -> None:
    page.locator("#id_file").set_input_files(path)
    page.locator("#id_file").press("Tab")
    page.locator("main form .btn-primary").press("Enter")
    page.wait_for_url("**/imports/files/*")


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_file_is_brought_in_corrected_and_taken_back(
    workplace: Site, visit: Visit, tmp_path: Path, language: str
) -> None:
    button, create, undo, undone = WORDS[language]
    visitor = visit(workplace, "marketing", language)
    page = visitor.go("/o/lead")
    page.locator("main").get_by_role("link", name=button, exact=True).click()
    found = axe.violations(page)
    upload(page, written(tmp_path, language))
    expect(page.locator("#id_encoding")).to_have_value("big5")
    expect(page.locator("#id_header_row")).to_have_value("3")
    expect(page.locator("#field-1")).to_have_value("phone")
    found += axe.violations(page)

    # A choice brings what belongs to it, and the keyboard stays where it was.
    page.locator("#field-3").select_option("")
    expect(page.locator("#format-captured_at")).to_have_count(0)
    page.locator("#field-3").focus()
    page.locator("#field-3").select_option("captured_at")
    expect(page.locator("#format-captured_at")).to_have_value("dmy")
    expect(page.locator("#field-3")).to_be_focused()
    page.locator("#mapping .btn-primary").click()

    expect(page.locator("tbody tr").nth(1)).to_contain_text(create)
    expect(page.locator("tbody tr").first).to_contain_text("none")
    found += axe.violations(page)
    page.locator("form[action$=begin] button").click()
    expect(page.locator("a[href*='batch=']")).to_be_visible()
    found += axe.violations(page)
    with page.expect_download() as download:
        page.locator("a[download]").click()
    errors = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "none" in errors
    run = page.url

    page.locator("a[href*='batch=']").click()
    expect(page.locator("table[data-rows] tbody tr").first).to_contain_text("王小明")
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(errors.replace("none", f"w{language}@example.com"), encoding="utf-8")
    visitor.go("/o/lead/import")
    upload(page, corrected)
    expect(page.locator("#field-3")).to_have_value("captured_at")
    page.locator("#mapping .btn-primary").click()
    page.locator("form[action$=begin] button").click()
    expect(page.locator("a[href*='batch=']")).to_be_visible()

    for address in (page.url, run):
        visitor.go(address)
        page.get_by_role("button", name=undo).click()
        page.locator("dialog[open] button.btn-danger, dialog[open] button.btn-primary").first.click()
        expect(page.locator("main .k-pill").first).to_have_text(undone)
    assert not found, "\n".join(found)


def test_the_wizard_fits_a_phone_and_the_dark(workplace: Site, visit: Visit, tmp_path: Path) -> None:
    visitor = visit(workplace, "campaign", "zh-hant", viewport=PHONE, is_mobile=True, has_touch=True).look(
        "dark"
    )
    page = visitor.go("/o/lead/import")
    found, wide = axe.violations(page), []
    upload(page, written(tmp_path, "zh-hant"))
    for step in ("mapping", "preview"):
        found += axe.violations(page)
        if page.evaluate("document.scrollingElement.scrollWidth") > PHONE["width"]:
            wide.append(step)
        if step == "mapping":
            page.locator("#mapping .btn-primary").click()
            page.wait_for_url("**/preview")
    found += axe.violations(visitor.go("/imports"))
    assert not found, "\n".join(found)
    assert not wide
