from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.core.errors import Refused
from kehu.planning.backward import AGGREGATE, CHANNEL, ChannelHistory, backward_plan
from kehu.planning.tests.histories import CAR_LAUNCH, CAR_LEADS, CAR_PLAN, MARKETPLACE

CAR = {
    "revenue": 700_000_000,
    "price": 700_000,
    "rates": {"lead_to_qualified": 0.07, "qualified_to_sale": "20 %"},
}


def rounded(plan, name):
    return plan.figures.totals[name].rounded


@pytest.mark.parametrize("method", [CHANNEL, AGGREGATE])
def test_the_car_launch_needs_1000_units_5000_qualified_and_71430_leads(method):
    plan = backward_plan(**CAR, history=CAR_LAUNCH, step=10, method=method)

    assert (rounded(plan, "units"), rounded(plan, "qualified"), rounded(plan, "leads")) == (1000, 5000, 71430)
    assert {code: row["leads"].rounded for code, row in plan.figures.rows.items()} == CAR_PLAN
    assert plan.figures.totals["leads"].exact == Fraction(5000) / Fraction(7, 100)


def test_the_mix_may_be_given_instead_of_a_history():
    plan = backward_plan(**CAR, mix=CAR_LEADS, step=10)

    assert {code: row["leads"].rounded for code, row in plan.figures.rows.items()} == CAR_PLAN


def test_aggregate_scales_the_whole_history():
    plan = backward_plan(revenue=1_000_000, history=MARKETPLACE, method=AGGREGATE)

    assert round(plan.figures.totals["units"].exact, 2) == Fraction("1244.0")
    assert round(plan.figures.totals["leads"].exact, 2) == Fraction("11819.43")
    assert rounded(plan, "leads") == 11820
    assert any("other_publicities" in note and "65" in note for note in plan.notes)


def test_by_channel_leaves_out_a_channel_without_revenue_and_says_so():
    plan = backward_plan(revenue=1_000_000, history=MARKETPLACE)
    leads = {code: round(row["leads"].exact, 2) for code, row in plan.figures.rows.items()}

    assert round(plan.figures.totals["units"].exact, 2) == Fraction("1239.56")
    assert round(plan.figures.totals["leads"].exact, 2) == Fraction("11723.40")
    assert leads["organic_search"] == Fraction("3392.18")
    assert leads["paid_search"] == Fraction("2343.20")
    assert leads["social"] == Fraction("1994.53")
    assert leads["email"] == Fraction("728.37")
    assert "other_publicities" not in leads
    assert [row.code for row in plan.left_out] == ["other_publicities"]
    assert any("other_publicities" in note and "3" in note for note in plan.notes)
    assert plan.figures.totals["spend"] is None


def test_a_given_price_brings_back_the_channel_without_revenue():
    plan = backward_plan(revenue=1_000_000, price=800, history=MARKETPLACE)

    assert "other_publicities" in plan.figures.rows
    assert plan.figures.totals["units"].exact == 1250


def test_without_history_one_row_stands_for_all_channels():
    plan = backward_plan(**CAR)

    assert rounded(plan, "leads") == 71429
    assert list(plan.figures.rows) == [""]
    assert len(plan.notes) == 2


def test_lead_to_sale_alone_plans_without_qualified_leads():
    plan = backward_plan(revenue=1000, price=10, rates={"lead_to_sale": 0.5})

    assert plan.figures.totals["leads"].exact == 200
    assert "qualified" not in plan.figures.totals


def test_spend_follows_the_cost_per_lead_of_the_history():
    history = [
        ChannelHistory("fair", 100, sales=10, revenue=Decimal(1000), spend=Decimal(500)),
        ChannelHistory("web", 100, sales=10, revenue=Decimal(1000)),
    ]
    plan = backward_plan(revenue=4000, history=history)

    assert plan.figures.totals["spend"].exact == 1000
    assert plan.figures.rows["web"]["spend"] is None
    assert any("web" in note for note in plan.notes)


def test_a_history_with_more_sales_than_qualified_leads_is_read_from_lead_to_sale():
    history = [ChannelHistory("web", 100, sales=10, qualified=5, revenue=Decimal(1000))]

    assert "qualified" not in backward_plan(revenue=1000, history=history).figures.totals


@pytest.mark.parametrize(
    "wrong",
    [
        {"revenue": 0},
        {"revenue": -1},
        {"revenue": "much"},
        {"price": 0},
        {"step": 0},
        {"method": "guess"},
        {"rates": {"lead_to_qualified": 0, "qualified_to_sale": 0.2}},
        {"rates": {"lead_to_qualified": 1.01, "qualified_to_sale": 0.2}},
        {"rates": {"lead_to_lunch": 0.2}},
        {"rates": {"lead_to_qualified": 0.1, "qualified_to_sale": 0.2, "lead_to_sale": 0.5}},
        {"history": [], "price": None},
        {"history": [], "rates": {"qualified_to_sale": 0.2}},
        {"history": [ChannelHistory("web", 0)]},
        {"history": [ChannelHistory("web", 10)], "price": None},
        {"mix": {"radio": 1}, "price": None},
        {"mix": {"website": -1}},
    ],
)
def test_what_cannot_be_planned_is_refused_in_a_sentence(wrong):
    with pytest.raises(Refused) as refusal:
        backward_plan(**{**CAR, "history": CAR_LAUNCH, **wrong})
    assert str(refusal.value).endswith(".")


histories = st.lists(
    st.tuples(st.integers(1, 5000), st.integers(0, 400), st.integers(0, 100_000), st.integers(0, 9000)),
    min_size=1,
    max_size=8,
).map(
    lambda rows: [
        ChannelHistory(f"c{i}", leads, sales=min(sales, leads), revenue=Decimal(money), spend=Decimal(spend))
        for i, (leads, sales, money, spend) in enumerate(rows)
    ]
)
methods = st.sampled_from([CHANNEL, AGGREGATE])
steps = st.sampled_from([1, 5, 10, 100, 1000])


def planned(**arguments):
    try:
        return backward_plan(**arguments)
    except Refused:
        return None


@given(history=histories, revenue=st.integers(1, 10**10), method=methods, step=steps)
def test_parts_sum_to_totals_and_totals_cover_the_need(history, revenue, method, step):
    plan = planned(revenue=revenue, history=history, method=method, step=step)
    if plan is None:
        return
    figures = plan.figures
    assert figures.totals["revenue"].exact == revenue
    for name, total in figures.totals.items():
        unit = step if name == "leads" else 1
        parts = [row[name] for row in figures.rows.values()]
        assert sum(part.exact for part in parts) == total.exact
        assert sum(part.rounded for part in parts) == total.rounded
        assert 0 <= total.rounded - total.exact < unit
        assert all(abs(part.rounded - part.exact) < 2 * unit for part in parts)
    assert all(row["leads"].rounded % step == 0 for row in figures.rows.values())


@given(
    history=histories, revenue=st.integers(1, 10**9), more=st.integers(1, 10**9), method=methods, step=steps
)
def test_more_revenue_never_needs_less(history, revenue, more, method, step):
    small = planned(revenue=revenue, history=history, method=method, step=step)
    large = planned(revenue=revenue + more, history=history, method=method, step=step)
    if small is None:
        return
    for name, total in small.figures.totals.items():
        assert large.figures.totals[name].exact >= total.exact
        assert large.figures.totals[name].rounded >= total.rounded


@given(rate=st.integers(1, 99), better=st.integers(1, 99))
def test_a_better_rate_never_needs_more_leads(rate, better):
    low, high = sorted((rate, better))
    needs = [
        backward_plan(**{**CAR, "rates": {"lead_to_sale": f"{percent}%"}}).figures.totals["leads"].rounded
        for percent in (low, high)
    ]
    assert needs[0] >= needs[1]
