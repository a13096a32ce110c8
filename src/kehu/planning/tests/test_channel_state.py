"""The page of one channel: expected against actual, why it differs, and the records behind every figure."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from kehu.campaigns.models import Channel
from kehu.core.access import roles
from kehu.planning.dashboard.channel.drawing import ChannelDrawing
from kehu.planning.dashboard.channel.figures import channel_state
from kehu.planning.dashboard.channel.sentences import sentences
from kehu.planning.tests.company import person
from kehu.planning.tests.test_campaign_state import approved_plan, boss, campaign, market

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["boss", "campaign", "market"]
END = date(2010, 12, 31)


def website(market, boss, day=END):
    return channel_state(market, Channel.objects.get(code="website"), as_of=day, user=boss)


def test_a_channel_is_held_against_its_own_part_of_the_plan(monkeypatch, market, boss):
    approved_plan(monkeypatch, market, boss)
    rows = {str(row["label"]): row for row in ChannelDrawing(website(market, boss)).stages()}

    assert (rows["Leads"]["value"], rows["Leads"]["expected"]) == ("4", "24,500")
    assert rows["Leads"]["word"] == "behind"
    assert "2,500" in rows["Cost per lead"]["value"]
    assert rows["Lead to qualified"]["value"] == "25%"
    assert rows["Lead to qualified"]["word"] == "better"


def test_the_reasons_sum_to_the_whole_difference(monkeypatch, market, boss):
    approved_plan(monkeypatch, market, boss)
    state = website(market, boss)
    gaps = state.gaps()

    assert sum(gaps["leads"].values()) == 4 - 24_500
    assert sum(gaps["sales"].values()) == -state.expected["sales"]
    assert gaps["leads"]["spend"] < 0
    assert gaps["leads"]["leads_per_money"] < 0


def test_the_sentences_say_the_result_and_then_the_main_reason(monkeypatch, market, boss):
    approved_plan(monkeypatch, market, boss)
    found = [line.text for line in sentences(website(market, boss))]

    assert found[0].startswith("4 of the 24,500 leads that were expected by then are here (0.0%), and 0 of")
    assert found[1].startswith("The main reason that it is behind: 0% of the qualified leads buy where")


def test_nothing_is_compared_and_nothing_explained_where_no_plan_is_in_force(client, market, boss):
    client.force_login(boss)
    page = client.get(address(market)).content.decode()

    assert "No plan was in force on this day" in page
    assert "Expected by then" not in page


def test_every_figure_of_the_page_leads_to_a_list(monkeypatch, client, market, boss):
    approved_plan(monkeypatch, market, boss)
    client.force_login(boss)
    page = client.get(f"{address(market)}?as_of=2010-06-30").content.decode()
    links = {unescape(link) for link in re.findall(r'href="(/o/[^"]*figure=[^"]*)"', page)}

    assert len(links) > 20
    for link in links:
        assert "figure.as_of=2010-06-30" in link
        assert client.get(link).status_code == 200, link


def test_the_day_stays_in_the_address(monkeypatch, client, market, boss):
    approved_plan(monkeypatch, market, boss)
    client.force_login(boss)
    page = client.get(f"/state/{market.pk}?as_of=2010-06-30").content.decode()
    (link,) = re.findall(rf'href="({address(market)}\?as_of=2010-06-30)"', page)
    channel = client.get(link).content.decode()

    assert f'href="/state/{market.pk}?as_of=2010-06-30"' in channel
    assert 'value="2010-06-30"' in channel


def test_a_live_page_asks_for_its_part_alone(client, market, boss):
    client.force_login(boss)
    part = client.get(address(market), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert "Against the plan" in part


@pytest.mark.parametrize("role", [roles.SALES_REP, roles.SERVICE_AGENT])
def test_whoever_does_not_see_the_spending_does_not_get_the_page(client, market, role):
    client.force_login(person(role))
    assert client.get(address(market)).status_code == 404


def test_a_channel_that_there_is_not_answers_like_one_that_may_not_be_seen(client, market, boss):
    client.force_login(boss)
    assert client.get(f"/state/{market.pk}/channel/999999").status_code == 404


def address(market) -> str:
    return f"/state/{market.pk}/channel/{Channel.objects.get(code='website').pk}"
