"""Around one account, in three languages and on two sizes of screen: a file, a story that is read by scrolling, a name
in a note that its person hears of."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.visitor import Visit, Visitor

pytestmark = pytest.mark.journey
SIZES = [("en", 1440), ("zh-hans", 390), ("zh-hant", 1440)]
CSV = "產品,價格\niXX,700000\n".encode("utf-8-sig")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>document.title = 'owned'</script></svg>"


def account_of(page: Page) -> str:
    """The address of an account that has contacts, leads and deals around it."""
    return page.locator("a.k-title").first.get_attribute("href") or ""


@pytest.mark.parametrize(("language", "width"), SIZES)
def test_a_file_a_story_and_a_name(workplace: Site, visit: Visit, language: str, width: int) -> None:
    seller = visit(workplace, "rep1", language)
    page = seller.go("/o/account")
    address = account_of(page)
    page.set_viewport_size({"width": width, "height": 900})
    seller.go(address)

    card = page.locator("kehu-files")
    card.locator("input[type=file]").set_input_files(
        [
            {"name": f"價格-{language}.csv", "mimeType": "text/csv", "buffer": CSV},
            {"name": f"bad-{language}.svg", "mimeType": "image/svg+xml", "buffer": SVG},
        ]
    )
    link = page.locator(".k-file-name", has_text=f"價格-{language}.csv")
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("td", has_text="700000")).to_be_visible()
    seller.go(address)
    page.locator(".k-file-name", has_text=f"bad-{language}.svg").click()
    expect(page.locator("pre")).to_contain_text("<script>")
    assert page.title() != "owned"

    pk = int(address.rsplit("/", 1)[1])
    write_notes(seller, pk)
    seller.go(address)
    reads_on(page)

    seller.go(f"/o/note/new?object_type=account&object_id={pk}")
    area = page.locator("textarea[name=text]")
    area.click()
    area.press_sequentially("@saleshe", delay=30)
    expect(page.locator(".k-offers [role=option]").first).to_be_visible()
    area.press("Enter")
    expect(area).to_have_value("@saleshead ")
    area.press_sequentially(f"note {language}")
    page.locator("form#form .k-form-foot button").click()
    expect(page).to_have_url(re.compile(r"/o/note/\d+$"))

    head = visit(workplace, "saleshead", language)
    told = head.page.locator(".k-notices > li", has_text=f"note {language}")
    for _attempt in range(30):
        head.go("/notices")
        if told.count():
            break
        head.page.wait_for_timeout(500)
    expect(told).to_have_count(1)
    expect(head.page.locator("#bell .k-bell-count")).to_be_visible()


def write_notes(seller: Visitor, pk: int) -> None:
    token = seller.page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    for number in range(45):
        answer = seller.context.request.post(
            "/api/note",
            data={"text": f"entry {number}", "object_type": "account", "object_id": pk},
            headers={"X-CSRFToken": token, "Referer": seller.site.address},
        )
        assert answer.status == 201, answer.text()


def reads_on(page: Page) -> None:
    """The story goes on while one scrolls, page after page, newest first, and no entry comes twice."""
    entries = page.locator(".k-told .k-timeline > li")
    expect(entries).to_have_count(20)
    for count in (40, 60):
        page.locator(".k-told button[hx-get]").scroll_into_view_if_needed()
        expect(entries).not_to_have_count(count - 20)
    texts = [text for text in entries.all_inner_texts() if "entry " in text]
    numbers = [int(match.group(1)) for text in texts if (match := re.search(r"entry (\d+)", text))]
    assert numbers[:45] == list(range(44, -1, -1))
