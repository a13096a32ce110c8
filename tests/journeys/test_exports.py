"""What a list shows is taken out: format and columns chosen, waited for, downloaded, read."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from kehu.kit.tables import open_table
from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import PHONE, Visit

pytestmark = pytest.mark.journey
WORDS = {
    "en": ("Export", "Download", "Name", "Qualified"),
    "zh-hant": ("匯出", "下載", "名稱", "有望"),
    "zh-hans": ("导出", "下载", "名称", "有望"),
}
FORMATS = {"en": "csv", "zh-hant": "xlsx", "zh-hans": "parquet"}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_a_list_is_taken_out_and_the_file_is_read(
    workplace: Site, visit: Visit, tmp_path: Path, language: str
) -> None:
    button, download_word, name, stage = WORDS[language]
    visitor = visit(workplace, "saleshead", language)
    page = visitor.go("/o/lead?stage=qualified&sort=name")
    page.locator("main").get_by_role("link", name=button, exact=True).click()
    page.wait_for_url("**/o/lead/export?*")
    found = axe.violations(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(f"#format-{FORMATS[language]}").check()
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/work**")
    link = page.get_by_role("link", name=download_word)
    expect(link).to_be_visible()
    found += axe.violations(page)
    with page.expect_download() as download:
        link.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    table = open_table(path)
    rows = [dict(zip(table.header, row.cells, strict=True)) for row in table]
    assert path.suffix == f".{FORMATS[language]}"
    assert table.header[0] == name
    assert len(rows) > 100 and all(stage in row.values() for row in rows)
    assert [row[name] for row in rows] == sorted(row[name] for row in rows)
    assert not found
    assert not visitor.problems
