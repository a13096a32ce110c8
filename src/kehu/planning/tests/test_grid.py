import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.core.errors import Refused
from kehu.planning.backward import Figures, PlanNumbers, Row, backward_plan, recompute
from kehu.planning.tests.histories import CAR_LAUNCH

RATES = {"lead_to_qualified": 0.07, "qualified_to_sale": 0.2}
PLAN = backward_plan(revenue=700_000_000, price=700_000, rates=RATES, history=CAR_LAUNCH, step=10).numbers
COSTED = recompute(PLAN, "spend", 10_000_000)


def locked(*cells, numbers=COSTED):
    return replace(numbers, locked=frozenset(cells))


def test_a_new_target_pulls_every_figure_and_keeps_the_rates():
    after = recompute(COSTED, "revenue", 1_400_000_000)

    assert (after.total("units"), after.total("qualified")) == (2000, 10_000)
    assert (after.total("lead_to_qualified"), after.total("price")) == (Fraction("0.07"), 700_000)
    assert after.total("spend") == 20_000_000


def test_new_leads_pull_the_target_with_them():
    assert recompute(COSTED, "leads", COSTED.total("leads") * 2).total("revenue") == 1_400_000_000


def test_a_better_rate_keeps_the_need_and_saves_leads_and_money():
    after = recompute(COSTED, "lead_to_qualified", "14 %")

    assert (after.total("revenue"), after.total("qualified")) == (700_000_000, 5000)
    assert after.total("leads") == COSTED.total("leads") / 2
    assert after.total("spend") == 5_000_000


def test_a_new_price_needs_other_units_for_the_same_revenue():
    after = recompute(COSTED, "price", 350_000)

    assert (after.total("revenue"), after.total("units")) == (700_000_000, 2000)


def test_with_the_target_locked_the_rate_beside_the_leads_gives_way():
    after = recompute(locked("revenue"), "leads", 100_000)

    assert (after.total("revenue"), after.total("qualified")) == (700_000_000, 5000)
    assert after.total("lead_to_qualified") == Fraction("0.05")


def test_a_locked_rate_passes_the_pressure_on_to_the_next():
    after = recompute(locked("revenue", "lead_to_qualified"), "leads", 100_000)

    assert (after.total("qualified"), after.total("units")) == (7000, 1000)


def test_the_price_gives_way_only_when_no_rate_can():
    cells = locked("revenue", "lead_to_qualified", "qualified_to_sale")

    assert recompute(cells, "leads", COSTED.total("leads") * 2).total("price") == 350_000


def test_when_everything_on_the_way_is_locked_the_edit_is_refused():
    cells = locked("revenue", "lead_to_qualified", "qualified_to_sale", "price")
    with pytest.raises(Refused, match="locked"):
        recompute(cells, "leads", 1000)


def test_a_rate_over_locked_leads_raises_the_figures_above():
    after = recompute(locked("leads", "price"), "lead_to_qualified", "14 %")

    assert (after.total("leads"), after.total("revenue")) == (COSTED.total("leads"), 1_400_000_000)


def test_a_channel_moves_the_totals_and_leaves_the_others():
    after = recompute(COSTED, "website.leads", 0)

    assert after.total("leads") == COSTED.total("leads") - COSTED.cell("website.leads")
    assert after.cell("print.leads") == COSTED.cell("print.leads")


def test_other_channels_make_room_under_a_locked_target():
    after = recompute(locked("revenue"), "website.leads", 0)

    assert after.total("revenue") == 700_000_000
    assert after.cell("print.leads") > COSTED.cell("print.leads")


def test_a_locked_channel_is_held_while_the_others_take_the_change():
    after = recompute(locked("website.*"), "revenue", 1_400_000_000)

    assert after.row("website") == COSTED.row("website")
    assert after.total("revenue") == 1_400_000_000


def test_a_channels_rate_changes_its_own_need_for_leads():
    after = recompute(COSTED, "print.lead_to_qualified", "14%")

    assert after.cell("print.leads") == COSTED.cell("print.leads") / 2
    assert after.total("qualified") == COSTED.total("qualified")


def test_unknown_spend_can_be_typed_and_sets_the_cost_of_every_channel():
    assert PLAN.total("spend") is None
    assert COSTED.cell("print.cost_per_lead") == 10_000_000 / PLAN.total("leads")
    assert recompute(PLAN, "print.cost_per_lead", 50).cell("print.spend") == 50 * PLAN.cell("print.leads")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("radio.leads", 10),
        ("lunches", 10),
        ("units", 0),
        ("units", "many"),
        ("lead_to_qualified", 0),
        ("lead_to_qualified", 1.5),
        ("print.leads", -1),
        ("price", -5),
        ("website.price", 0),
    ],
)
def test_an_impossible_edit_is_refused_in_a_sentence(cell, value):
    with pytest.raises(Refused):
        recompute(COSTED, cell, value)


def test_a_locked_rate_that_the_mix_would_move_is_refused():
    mixed = recompute(COSTED, "print.lead_to_qualified", "14%")
    with pytest.raises(Refused, match="locked"):
        recompute(locked("lead_to_qualified", numbers=mixed), "print.leads", 1)


fractions = st.integers(1, 100).map(lambda n: Fraction(n, 100))
rows = st.lists(
    st.tuples(st.integers(1, 10**5), fractions, fractions, st.integers(1, 999)), min_size=1, max_size=7
)
grids = rows.map(
    lambda items: PlanNumbers(
        tuple(
            Row(
                f"c{i}",
                Fraction(leads),
                {
                    "price": Fraction(cost * 7),
                    "qualified_to_sale": second,
                    "lead_to_qualified": first,
                    "cost_per_lead": Fraction(cost),
                },
            )
            for i, (leads, first, second, cost) in enumerate(items)
        )
    )
)
FIELDS = [*COSTED.chain.figures, *COSTED.chain.links]
cells = st.tuples(st.sampled_from(["", "c0."]), st.sampled_from(FIELDS)).map("".join)
factors = st.tuples(st.integers(1, 9), st.integers(1, 9)).map(lambda pair: Fraction(*pair))
locks = st.frozensets(st.sampled_from([*FIELDS, "c1.*"]), max_size=3)


@given(numbers=grids, cell=cells, factor=factors)
def test_an_edit_taken_back_restores_the_grid(numbers, cell, factor):
    before = numbers.cell(cell)
    try:
        after = recompute(numbers, cell, before * factor)
    except Refused:
        return
    assert after.cell(cell) == before * factor
    assert recompute(after, cell, before) == numbers


@given(numbers=grids, cell=cells, factor=factors, held=locks)
def test_what_is_locked_never_changes_and_what_is_typed_stands(numbers, cell, factor, held):
    grid = replace(numbers, locked=held)
    typed = numbers.cell(cell) * factor
    try:
        after = recompute(grid, cell, typed)
    except Refused:
        return
    assert after.cell(cell) == typed
    assert all(after.cell(name) == grid.cell(name) for name in held if not name.endswith("*"))
    assert after.row("c1") == grid.row("c1") or "c1.*" not in held
    assert all(
        row.links[rate] <= 1 for row in after.rows for rate in ("qualified_to_sale", "lead_to_qualified")
    )


@given(numbers=grids, cell=cells, factor=factors)
def test_the_chain_holds_after_every_edit(numbers, cell, factor):
    try:
        after = recompute(numbers, cell, numbers.cell(cell) * factor)
    except Refused:
        return
    for upper, link, lower in zip(
        after.chain.figures, after.chain.links, after.chain.figures[1:], strict=False
    ):
        if link != "cost_per_lead":
            assert after.total(upper) == after.total(lower) * after.total(link)


def test_an_edit_of_a_large_plan_is_computed_in_a_blink():
    row = COSTED.rows[0]
    large = replace(COSTED, rows=tuple(replace(row, code=f"c{i}") for i in range(100)))
    start = time.perf_counter()
    Figures.of(recompute(large, "revenue", 123_456_789))
    assert time.perf_counter() - start < 1
