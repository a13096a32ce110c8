"""From a click on a foreign page to a lead: a form is built, put onto another site, filled in there."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import axe
from tests.journeys.site import Site
from tests.journeys.visitor import PHONE, Visit

pytestmark = pytest.mark.journey


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def abroad(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Another origin, and the folder of its pages."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path
    server.shutdown()
    server.server_close()


def test_a_form_on_a_foreign_page_makes_a_lead(
    workplace: Site, visit: Visit, browser: Browser, abroad: tuple[str, Path]
) -> None:
    origin, folder = abroad
    page = visit(workplace, "marketing").go("/o/form/new")
    page.get_by_label("Name", exact=True).fill("Test drive")
    page.get_by_label("Sites that may show it").fill(origin)
    page.get_by_label("Proof of work").check()
    page.locator("main form button.btn-primary").click()
    page.get_by_role("link", name="Build the form").click()
    page.locator("#added").select_option("company_name")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#preview")).to_contain_text("Your company")
    page.get_by_role("button", name="Move “Your company” up").click()
    expect(page.locator(".k-builder-row").nth(2)).to_contain_text("Your company")
    page.locator("#heading-en").fill("Book a test drive")
    page.locator("#button-en").click()
    expect(page.locator("#preview h1")).to_have_text("Book a test drive")
    assert not axe.violations(page)
    key = page.get_by_role("link", name="Open its page").get_attribute("href")
    assert key is not None

    folder.joinpath("index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>'
        f'<script src="{workplace.address}{key}.js" async></script>'
    )
    context = browser.new_context(viewport=PHONE, locale="en-US")
    stranger = context.new_page()
    stranger.goto(f"{origin}/?utm_source=weibo&utm_medium=post&variant=B")
    frame = stranger.frame_locator("iframe")
    expect(frame.get_by_role("heading")).to_have_text("Book a test drive")
    assert stranger.locator("iframe").get_attribute("title") == "Test drive"
    stranger.wait_for_timeout(2500)  # nobody fills in a form in two seconds
    frame.get_by_label("Your name").fill("Foreign Visitor")
    frame.get_by_label("E-mail").fill("visitor@example.com")
    height = stranger.locator("iframe").evaluate("frame => frame.clientHeight")
    assert height == frame.locator("html").evaluate("page => page.offsetHeight")
    frame.get_by_role("button").click()
    expect(frame.get_by_role("status")).to_contain_text("Thank you")
    assert context.cookies() == []
    context.close()

    page = visit(workplace, "marketing").go("/o/submission")
    expect(page.locator("main tbody tr").first).to_contain_text(
        re.compile("Foreign Visitor.*Taken over", re.S)
    )
    page.goto(f"{workplace.address}/o/utm_value")
    expect(page.locator("main")).to_contain_text("weibo / post")


def test_without_a_script_and_on_a_site_that_may_not_the_form_behaves(
    workplace: Site, visit: Visit, browser: Browser, abroad: tuple[str, Path]
) -> None:
    origin, folder = abroad
    page = visit(workplace, "marketing").go("/o/form/new")
    page.get_by_label("Name", exact=True).fill("Plain")
    page.locator("main form button.btn-primary").click()
    key = page.get_by_role("link", name="Open its page").get_attribute("href")
    context = browser.new_context(java_script_enabled=False, locale="zh-TW")
    stranger = context.new_page()
    stranger.goto(f"{workplace.address}{key}")
    stranger.get_by_label("您的姓名").fill("林小姐")
    stranger.wait_for_timeout(2200)
    stranger.get_by_role("button", name="送出").click()
    stranger.get_by_label("電子郵件").fill("lin@example.com")  # the browser asked for it
    stranger.get_by_role("button", name="送出").click()
    expect(stranger.get_by_role("status")).to_contain_text("謝謝")
    context.close()
    folder.joinpath("index.html").write_text(
        f'<title>x</title><script src="{workplace.address}{key}.js" async></script>'
    )
    foreign = browser.new_page()
    foreign.goto(origin)
    expect(foreign.locator("iframe")).to_be_attached()
    foreign.wait_for_timeout(500)
    assert foreign.frames[-1].url.startswith("chrome-error")
    foreign.close()
