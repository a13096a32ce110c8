"""The boss on a phone: nothing is wider than the screen, everything can be reached."""

import pytest
from playwright.sync_api import expect

from tests.journeys.site import Site
from tests.journeys.visitor import PHONE, Visit

pytestmark = pytest.mark.journey
PAGES = (
    "/", "/state", "/state?as_of=now", "/o/lead", "/o/lead/board", "/o/opportunity/board", "/o/campaign",
    "/imports", "/o/lead/import", "/o/plan", "/o/plan/1", "/plans/1/v1", "/plans/1/compare", "/o/channel/1",
    "/o/target", "/state/2/channel/1", "/o/lead/new", "/search?q=淑媛", "/accounts/password/change/", "/accounts/2fa/",
)  # fmt: skip
SCROLLS = ".k-table-wrap, kehu-board, .k-tabs, .k-switch, svg, .visually-hidden"
WIDER = """scrolls => [...document.querySelectorAll("main *")]
  .filter(part => part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(scrolls))
  .slice(0, 3).map(part => part.outerHTML.slice(0, 120))"""


def test_no_page_is_wider_than_the_phone(site: Site, visit: Visit) -> None:
    boss = visit(site, "marketing", viewport=PHONE, is_mobile=True, has_touch=True)
    wide = {}
    for path in PAGES:
        page = boss.go(path)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        if width > PHONE["width"]:
            wide[path] = (width, page.evaluate(WIDER, SCROLLS))
    assert not wide


def test_the_drawer_opens_leads_on_and_closes(site: Site, visit: Visit) -> None:
    page = visit(site, "gm", viewport=PHONE, is_mobile=True, has_touch=True).go("/")
    drawer = page.locator("#nav")
    expect(drawer).not_to_be_in_viewport()
    page.locator("[data-nav-open]").tap()
    expect(drawer).to_be_in_viewport()
    page.locator("[data-nav-close]").tap()
    expect(drawer).not_to_be_in_viewport()
    page.locator("[data-nav-open]").tap()
    drawer.get_by_role("link", name="Leads").tap()
    expect(page.locator("h1")).to_have_text("Leads")
    row = page.locator("table[data-rows] tbody tr").first
    name = row.locator("a.k-title").inner_text()
    row.locator("a.k-title").tap()
    expect(page.locator("h1")).to_have_text(name)


def test_a_menu_opens_from_the_foot_of_the_screen_whole_and_easy_to_hit(site: Site, visit: Visit) -> None:
    page = visit(site, "saleshead", viewport=PHONE, is_mobile=True, has_touch=True).go("/o/opportunity")
    row = page.locator("table[data-rows] a.k-title").first
    for menu in (".k-filters .k-menu", "#list-bar .k-menu", ".k-top .k-menu"):
        page.locator(f"{menu} > summary >> visible=true").first.tap()
        sheet = page.locator(".k-menu-list:popover-open")
        entry = sheet.locator("a, button").last
        entry.scroll_into_view_if_needed()
        box, hit = sheet.bounding_box(), entry.bounding_box()
        assert box and hit
        assert (box["x"], box["width"]) == (0, PHONE["width"])
        assert abs(box["y"] + box["height"] - PHONE["height"]) <= 1 and hit["height"] >= 44
        # What lies behind is closed to touch: the tap takes the sheet away and nothing else.
        row.dispatch_event("click")
        expect(sheet).to_have_count(0)
        expect(page.locator("h1")).to_have_text("Opportunities")
