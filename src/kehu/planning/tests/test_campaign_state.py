"""The campaign's state as of a day, from a small market whose figures are counted by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kehu.campaigns.actions import record_spend
from kehu.campaigns.models import Channel
from kehu.core.access import roles
from kehu.core.models import Company, User
from kehu.leads import actions as leads
from kehu.leads.models import LADDER, ScoringModel, ScoringRule
from kehu.planning import actions
from kehu.planning.dashboard import figures
from kehu.planning.dashboard.drawing import Drawing
from kehu.planning.dashboard.sentences import sentences
from kehu.planning.tests.company import car_campaign, car_plan, draft, person, stored, with_budget
from kehu.warehouse import feed, store
from kehu.warehouse.engine import Answer

pytestmark = pytest.mark.django_db(transaction=True)


def at(day: int, month: int = 6) -> datetime:
    return datetime(2010, month, day, 12, tzinfo=UTC)


@pytest.fixture
def campaign():
    return with_budget(car_campaign())


@pytest.fixture
def boss():
    return person()


@pytest.fixture
def market(campaign, boss):
    """Four leads of the website, one of live events; two qualify; 10,000 spent."""
    model = stored(ScoringModel(number=1, name="1", threshold=4, state="in_force", in_force_from=at(1, 1)))
    for kind, points in LADDER.items():
        stored(ScoringRule(scoring_model=model, touch_kind=kind, points=points))
    administrator = User.objects.create_user("administrator", name="A", role=roles.ADMINISTRATOR)
    website, events = Channel.objects.get(code="website"), Channel.objects.get(code="live_events")
    for day in range(1, 5):
        kind = "contact_form" if day == 1 else "download"
        capture(campaign, website, at(day), kind, administrator)
    capture(campaign, events, at(20, 9), "showroom_visit", administrator)
    record_spend(
        campaign=campaign, channel=website, day=date(2010, 6, 3), amount=Decimal(10_000), by=administrator
    )
    store.forget()
    feed.rebuild()
    return campaign


def capture(campaign, channel, moment, kind, by):
    values = {
        "name": "王小明",
        "captured_at": moment,
        "first_kind": kind,
        "channel": channel,
        "campaign": campaign,
    }
    return leads.capture(values=values, by=by)


def test_nothing_dated_after_the_day_counts(market, boss):
    early = figures.state(market, as_of=date(2010, 6, 30), user=boss)
    late = figures.state(market, as_of=date(2010, 12, 31), user=boss)

    assert (early.totals["leads"], early.totals["qualified_leads"]) == (4, 1)
    assert (late.totals["leads"], late.totals["qualified_leads"]) == (5, 2)
    assert early.totals["spend"] == Decimal(10_000)
    assert early.totals["cost_per_sale"] is None


def test_visits_stand_in_the_week_and_region_where_they_happened(market, boss):
    state = figures.state(market, as_of=date(2010, 12, 31), user=boss)

    assert state.visits.total == 1
    assert state.visits.weeks == [(16, date(2010, 9, 14))]


def test_a_week_without_anything_between_two_others_is_shown():
    answer = Answer(
        ["week", "week_number", "region", "bookings"],
        [("2010-06-01", 1, "North", 2), ("2010-06-08", 2, "North", 0), ("2010-06-15", 3, "North", 1)],
        {"bookings": 3},
        "",
        {},
    )
    table = figures.week_table("bookings", "region", answer)

    assert [number for number, _week in table.weeks] == [1, 2, 3]
    assert table.row_total(date(2010, 6, 8)) == 0
    assert table.total == 3


def test_each_channel_is_held_against_what_it_should_have_brought_by_now(monkeypatch, market, boss):
    approved_plan(monkeypatch, market, boss)
    state = figures.state(market, as_of=date(2010, 12, 31), user=boss)
    rows = {row["label"]: row for row in Drawing(state).sources()}

    assert rows["Website"]["pace"]["expected"] == 24_500
    assert rows["Website"]["pace"]["missing"] == 24_496
    assert next(iter(rows)) == "Website", "the channel that is furthest behind stands first"


def test_sentences_say_the_result_first_and_then_what_explains_it(monkeypatch, market, boss):
    approved_plan(monkeypatch, market, boss)
    found = [line.text for line in sentences(figures.state(market, as_of=date(2010, 12, 31), user=boss))]

    assert found[0] == "Sales are short: 0 of the 1,000 that the plan expects by then (0%)."
    assert "5 are here" in found[1]
    assert "71,430" in found[1]
    assert "The most is missing from Website: 24,496 leads of the 24,500" in found[2]


def test_before_the_end_the_pace_of_four_weeks_is_carried_on(monkeypatch, market, boss):
    approved_plan(monkeypatch, market, boss)
    found = sentences(figures.state(market, as_of=date(2010, 6, 30), user=boss))

    assert "it will be about 0 by 2010-12-31; the target is 1,000" in found[0].text


def test_without_a_plan_the_figures_stand_alone(market, boss):
    state = figures.state(market, as_of=date(2010, 12, 31), user=boss)

    assert state.planned.version is None
    assert sentences(state) == []
    assert next(card["label"] for card in Drawing(state).cards()) == "Leads"


def test_a_figure_leads_to_its_records(client, market, boss):
    client.force_login(boss)
    state = figures.state(market, as_of=date(2010, 6, 30), user=boss)
    link = Drawing(state).cards()[1]["url"]

    page = client.get(link).content.decode()
    assert "1 record" in page
    assert "2010-06-30" in page


def test_whoever_does_not_see_the_spending_does_not_get_the_page(client, market):
    client.force_login(person(roles.SALES_REP))
    assert client.get(f"/state/{market.pk}").status_code == 404


def test_the_page_says_what_is_wrong_with_a_day(client, market, boss):
    client.force_login(boss)
    answer = client.get(f"/state/{market.pk}?as_of=yesterday")

    assert answer.status_code == 422
    assert "2010-08-31" in answer.content.decode()


def test_the_page_opens_on_the_companys_day_and_now_is_one_click_away(client, market, boss):
    Company.objects.update_or_create(pk=1, defaults={"opening_day": date(2010, 6, 30)})
    client.force_login(boss)
    page = client.get("/state", follow=True).content.decode()

    assert 'value="2010-06-30"' in page
    assert "as_of=now" in page


def test_live_pages_hear_only_of_news(client, market, boss):
    client.force_login(boss)
    cursor = client.get("/live?cursor=").json()["cursor"]

    assert client.get(f"/live?cursor={cursor}").status_code == 204


def approved_plan(monkeypatch, campaign, boss):
    plan = car_plan(monkeypatch, campaign, boss)
    actions.approve(version=draft(plan), by=boss, in_force_from=date(2010, 6, 1))
    feed.refresh()
