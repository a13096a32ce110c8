"""The script on a page of another origin: what a stranger does there is seen here."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kehu.testing.postgres import free_port
from tests.journeys.site import Site
from tests.journeys.visitor import Visit

pytestmark = pytest.mark.journey
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
PAGE = """<!doctype html><title>The new iXX</title>{line}
<a id="brochure" href="/brochure.pdf" download>Brochure</a> <a id="next" href="/next.html">Next</a>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def foreign(folder: Path, port: int) -> Iterator[str]:
    """A web site that is not ours."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()


def test_what_a_stranger_does_on_another_origin_is_seen_here(
    workplace: Site, visit: Visit, browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    with foreign(tmp_path, port) as origin:
        keeper = visit(workplace, "marketing").go("/o/site/new")
        keeper.get_by_label("Name").fill("Showroom pages")
        keeper.get_by_label("Allowed origins").fill(origin)
        keeper.locator("main form button.btn-primary").last.click()
        line = keeper.locator("code", has_text="<script").first.inner_text()
        assert "kehu.js" in line and 'data-consent="ask"' in line
        (tmp_path / "index.html").write_text(PAGE.format(line=line))
        (tmp_path / "next.html").write_text(PAGE.format(line=line).replace("The new iXX", "Its price"))
        (tmp_path / "brochure.pdf").write_bytes(b"%PDF-1.4")

        context = browser.new_context(user_agent=AGENT)
        page = context.new_page()
        page.goto(f"{origin}/?utm_source=news&utm_medium=cpc&utm_campaign=spring", wait_until="networkidle")
        assert page.evaluate("localStorage.length") == 0
        page.evaluate("kehu('consent', true)")
        who = page.evaluate("kehu('touches').visitor")
        assert who and page.evaluate("JSON.parse(localStorage.kehu).v") == who
        with page.expect_download():
            page.click("#brochure")
        page.evaluate("history.pushState({}, '', '/?step=2')")
        page.evaluate("kehu('event', {name: 'configured', colour: 'red'})")
        page.wait_for_timeout(800)
        page.click("#next")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("kehu('touches').visitor") == who
        assert page.evaluate("kehu('touches').first.utm.campaign") == "spring"
        page.wait_for_timeout(800)
        assert context.cookies() == []
        context.close()

        story = keeper.locator("table", has_text="Newest events")
        for _again in range(20):
            keeper.reload()
            if story.count() and "Its price" in story.inner_text():
                break
            keeper.wait_for_timeout(500)
        for told in ("Its price", "The new iXX", "Download", "configured"):
            expect(story).to_contain_text(told)
