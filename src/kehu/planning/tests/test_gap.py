"""Why a channel is behind: effects that add up to the gap."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.planning.dashboard.channel.gap import (
    CLOSING,
    DELAY,
    LEADS,
    PER_MONEY,
    QUALIFYING,
    SPEND,
    Maturity,
    Stage,
    effects,
    gaps,
)


def test_half_the_money_at_the_planned_rates_explains_the_whole_gap():
    found = gaps(Stage(1000, 50_000, 70, 14), Stage(500, 25_000, 35, 7))

    assert found["leads"] == {SPEND: -500, PER_MONEY: 0}
    assert found["sales"] == {SPEND: -7, PER_MONEY: 0, QUALIFYING: 0, CLOSING: 0, DELAY: 0}


def test_two_factors_that_fall_alike_share_the_gap_by_halves():
    found = effects(100, 25, [(SPEND, 0.5), (PER_MONEY, 0.5)])

    assert found[SPEND] == pytest.approx(-37.5)
    assert found[PER_MONEY] == pytest.approx(-37.5)


def test_a_better_rate_makes_up_for_what_is_missing():
    found = gaps(Stage(1000, 50_000, 100, 20), Stage(500, 50_000, 100, 20))["qualified"]

    assert found[PER_MONEY] == -found[QUALIFYING] == -69
    assert sum(found.values()) == 0


def test_young_leads_are_told_from_a_lower_rate():
    found = gaps(Stage(100, 1000, 50, 10), Stage(100, 1000, 25, 5), Maturity(qualifying=0.5))

    assert found["qualified"] == {SPEND: 0, PER_MONEY: 0, QUALIFYING: 0, DELAY: -25}


@pytest.mark.parametrize(
    ("actual", "blamed"),
    [
        (Stage(0, 0, 0, 0), SPEND),
        (Stage(0, 500, 0, 0), PER_MONEY),
        (Stage(40, 500, 0, 0), QUALIFYING),
        (Stage(40, 500, 4, 0), CLOSING),
    ],
)
def test_the_first_factor_that_fell_to_nothing_has_the_whole_gap(actual, blamed):
    found = gaps(Stage(100, 1000, 10, 2), actual)["sales"]

    assert found == {SPEND: 0, PER_MONEY: 0, QUALIFYING: 0, CLOSING: 0, DELAY: 0, blamed: -2}


@pytest.mark.parametrize("actual", [Stage(60, 0, 6, 1), Stage(60, None, 6, 1)])
def test_leads_that_cost_nothing_are_counted_without_money(actual):
    assert set(gaps(Stage(100, 1000, 10, 2), actual)["leads"]) == {LEADS}


def test_nothing_is_explained_where_nothing_was_expected():
    assert gaps(Stage(0, 0, 0, 0), Stage(5, 10, 1, 1)) == {}


def test_sales_without_a_qualified_lead_are_not_explained():
    assert set(gaps(Stage(100, 1000, 10, 2), Stage(40, 500, 0, 1))) == {"leads", "qualified"}


counts = st.integers(1, 100_000)


@given(counts, counts, counts, counts, counts, counts, st.floats(0.2, 1))
def test_the_effects_sum_to_the_gap_whatever_the_figures(leads, spend, qualified, more, money, fewer, late):
    expected, actual = Stage(leads, spend, qualified, 7), Stage(more, money, fewer, 3)
    found = gaps(expected, actual, Maturity(late, late))

    assert sum(found["leads"].values()) == more - leads
    assert sum(found["qualified"].values()) == fewer - qualified
    assert sum(found["sales"].values()) == -4
    assert all(math.isfinite(part) for parts in found.values() for part in parts.values())
