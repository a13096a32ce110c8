"""The general manager opens the demo: the case to the digit, in every language."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import board_of_figures as read
from tests.journeys import case
from tests.journeys.site import Site
from tests.journeys.visitor import Visit

pytestmark = pytest.mark.journey
LANGUAGES = ("en", "zh-hans", "zh-hant")


def choose(page: Page, campaign: str) -> None:
    """Pick a campaign in the menu of the dashboard."""
    page.locator("details[name=campaigns] summary").click()
    page.locator("details[name=campaigns] a", has_text=campaign).click()
    expect(page.locator("h1")).to_have_text(campaign)


def count_of(page: Page) -> int:
    """How many records the list says it holds."""
    label = page.locator(".k-filters-end")
    expect(label).to_have_text(re.compile(r"\d"))  # a narrowed list counts after it stands
    return int(re.sub(r"\D", "", label.inner_text()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dashboard_shows_the_case_in_the_middle_and_at_the_end(
    site: Site, visit: Visit, language: str
) -> None:
    manager = visit(site, "gm", language)
    today = manager.go("/")
    assert read.cards(today) == case.AT_THE_END

    middle = manager.go("/state")
    assert middle.locator("html").get_attribute("lang") == language
    assert middle.locator("input[name=as_of]").input_value() == case.MIDDLE
    assert read.cards(middle) == case.IN_THE_MIDDLE
    shares = read.by_channel(middle)
    assert {channel: shares[channel] for channel in case.SHARES} == case.SHARES

    middle.locator('.k-page-actions a[href$="as_of=now"]').click()
    expect(middle.locator("input[name=as_of]")).to_have_value(case.END)
    assert read.cards(middle) == case.AT_THE_END
    leads = {channel: counts[0] for channel, counts in read.by_channel(middle, full=True).items()}
    assert leads == case.LEADS_BY_CHANNEL


def test_money_was_spent_month_by_month_as_the_case_says(site: Site, visit: Visit) -> None:
    page = visit(site, "gm").go("/state")
    spent = {row[0]: row[1] for row in read.month_table(page)}
    assert spent == {"2010-06": "1 M", "2010-07": "1 M", "2010-08": "2 M"}


def test_the_launch_of_2009_has_its_three_tables(site: Site, visit: Visit) -> None:
    page = visit(site, "gm").go("/state")
    choose(page, "Launch 2009")
    assert read.week_table(page, "bookings", "region") == case.table("bookings_by_week_region")
    assert read.week_table(page, "visits", "region") == case.table("visits_by_week_region")
    assert read.week_table(page, "spend", "medium") == case.table("media_spend_by_week")
    assert read.cards(page)[:3] == (7_143, 500, 100)


def test_figures_lead_to_as_many_records_as_they_count(site: Site, visit: Visit) -> None:
    manager = visit(site, "gm")
    page = manager.go("/state")
    shown = read.figures(page)
    website = [
        figure for figure in shown if figure.where.get("channel") == "website" and figure.metric != "spend"
    ]
    assert len(website) >= 3
    booked = next(figure for figure in shown if figure.metric == "bookings" and "region" in figure.where)
    for figure in (*website, booked):
        expected = read.number(figure.title or figure.text)
        assert count_of(manager.go(figure.href)) == expected, figure
    lead = manager.page.locator("table[data-rows] tbody tr").first
    lead.locator("a.k-title").click()
    expect(manager.page.locator("kehu-panel #record")).to_be_visible()


def test_the_sign_in_asks_for_the_right_password(site: Site, visit: Visit) -> None:
    stranger = visit(site)
    page = stranger.go("/o/lead")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    page.locator("#id_login").fill("gm")
    page.locator("#id_password").fill("not the password")
    page.locator("#id_password").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    stranger.sign_in("gm")
    expect(page.locator("h1")).to_contain_text("邱振嵐")
