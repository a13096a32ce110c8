from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehu.core.errors import Refused
from kehu.planning.backward import Figures, backward_plan, recompute
from kehu.planning.backward.phases import PhaseBudget, phase_conflict, with_phase_costs
from kehu.planning.backward.plan import cost_conflict
from kehu.planning.backward.weeks import spread_over_weeks, week_of
from kehu.planning.tests.histories import CAR_LAUNCH, CAR_PLAN

TUESDAY = 1
RATES = {"lead_to_qualified": 0.07, "qualified_to_sale": 0.2}
PLAN = backward_plan(revenue=700_000_000, price=700_000, rates=RATES, history=CAR_LAUNCH, step=10).numbers
CLASSES = {
    "live_events": "traditional",
    "website": "digital",
    "telephone": "traditional",
    "print": "traditional",
    "digital_ads": "digital",
    "bought_lists": "other",
    "outdoor": "traditional",
}
PHASES = [
    PhaseBudget(
        "1",
        date(2010, 6, 1),
        date(2010, 8, 31),
        Decimal(4_000_000),
        {"digital": Decimal("0.07"), "traditional": Decimal("0.90"), "other": Decimal("0.03")},
        {"2010-06": Decimal(1_000_000), "2010-07": Decimal(1_000_000), "2010-08": Decimal(2_000_000)},
    ),
    PhaseBudget(
        "2",
        date(2010, 9, 1),
        date(2010, 12, 31),
        Decimal(6_000_000),
        {"digital": Decimal("0.10"), "traditional": Decimal("0.90")},
    ),
]
PERIOD = {"starts_on": date(2010, 6, 1), "ends_on": date(2010, 12, 31), "first_weekday": TUESDAY}


def total(lines, name, **where):
    return sum(
        getattr(line, name) or 0
        for line in lines
        if all(getattr(line, key) == value for key, value in where.items())
    )


@pytest.mark.parametrize("weekday", range(7))
def test_a_week_starts_on_the_weekday_that_the_plan_names(weekday):
    start = week_of(date(2010, 6, 3), weekday)

    assert start.weekday() == weekday
    assert 0 <= (date(2010, 6, 3) - start).days < 7


def test_lines_sum_to_the_plan_of_every_channel():
    lines = spread_over_weeks(PLAN, **PERIOD)

    assert {code: total(lines, "leads", channel=code) for code in CAR_PLAN} == CAR_PLAN
    assert (total(lines, "qualified"), total(lines, "sales"), total(lines, "revenue")) == (
        5000,
        1000,
        700_000_000,
    )
    assert all(line.spend is None for line in lines)
    assert len({line.week for line in lines}) == 31


def test_what_is_expected_by_a_day_follows_the_days_that_have_passed():
    lines = spread_over_weeks(PLAN, **PERIOD)
    passed = [line for line in lines if line.starts_on <= date(2010, 6, 28)]

    assert abs(total(passed, "leads") - 71430 * 28 / 214) < len(CAR_PLAN)


def test_phases_give_the_money_by_class_and_month():
    numbers = with_phase_costs(PLAN, CLASSES, PHASES)
    lines = spread_over_weeks(numbers, phases=PHASES, classes=CLASSES, **PERIOD)

    assert numbers.total("spend") == 10_000_000
    assert (total(lines, "spend", phase="1"), total(lines, "spend", phase="2")) == (4_000_000, 6_000_000)
    digital = total(lines, "spend", phase="1", channel="website") + total(
        lines, "spend", phase="1", channel="digital_ads"
    )
    assert abs(digital - 280_000) <= 2
    assert total(lines, "spend", phase="2", channel="bought_lists") == 0
    june = [line for line in lines if line.starts_on < date(2010, 6, 29)]
    assert abs(total(june, "spend") - 1_000_000 * 28 / 30) < 10


def test_a_week_that_two_phases_share_has_a_line_for_each():
    lines = spread_over_weeks(PLAN, phases=PHASES, classes=CLASSES, **PERIOD)
    shared = [line.phase for line in lines if line.week == date(2010, 8, 31) and line.channel == "print"]

    assert shared == ["1", "2"]


def test_the_plan_names_the_goals_that_contradict_each_other():
    numbers = with_phase_costs(PLAN, CLASSES, PHASES)

    assert "10,000,000 for 1,000 units is 10,000 each, but the goal is 7,000" in cost_conflict(
        numbers, Decimal(7000)
    )
    assert cost_conflict(numbers, Decimal(10_000)) is None
    assert phase_conflict(numbers, PHASES) is None
    assert "20,000,000" in phase_conflict(recompute(numbers, "revenue", 1_400_000_000), PHASES)


@pytest.mark.parametrize(
    "phases",
    [
        [PhaseBudget("late", date(2010, 6, 1), date(2011, 1, 31))],
        [PhaseBudget("back", date(2010, 7, 1), date(2010, 6, 1))],
        [PhaseBudget("debt", date(2010, 6, 1), date(2010, 6, 30), Decimal(-1))],
        [PhaseBudget("more", date(2010, 6, 1), date(2010, 6, 30), Decimal(1), {"digital": Decimal("1.5")})],
        [
            PhaseBudget("a", date(2010, 6, 1), date(2010, 6, 30)),
            PhaseBudget("b", date(2010, 6, 30), date(2010, 7, 30)),
        ],
    ],
)
def test_phases_that_do_not_fit_are_refused(phases):
    with pytest.raises(Refused):
        spread_over_weeks(PLAN, phases=phases, **PERIOD)


def test_money_for_a_class_without_a_channel_is_refused():
    phase = PhaseBudget("1", date(2010, 6, 1), date(2010, 6, 30), Decimal(9), {"radio": Decimal(1)})
    with pytest.raises(Refused, match="radio"):
        with_phase_costs(PLAN, CLASSES, [phase])


def test_a_plan_that_ends_before_it_starts_is_refused():
    with pytest.raises(Refused):
        spread_over_weeks(PLAN, starts_on=date(2010, 6, 2), ends_on=date(2010, 6, 1))


@given(
    first=st.dates(date(2010, 1, 1), date(2010, 6, 30)),
    days=st.integers(0, 250),
    weekday=st.integers(0, 6),
    spend=st.integers(1, 10**8),
)
def test_lines_always_sum_to_the_rounded_figures(first, days, weekday, spend):
    numbers = recompute(PLAN, "spend", spend)
    last = date.fromordinal(first.toordinal() + days)
    middle = date.fromordinal(first.toordinal() + days // 2)
    phase = PhaseBudget("half", first, middle, Decimal(5))
    lines = spread_over_weeks(numbers, starts_on=first, ends_on=last, first_weekday=weekday, phases=[phase])

    figures = Figures.of(numbers)
    for code, row in figures.rows.items():
        assert total(lines, "leads", channel=code) == row["leads"].rounded
        assert total(lines, "sales", channel=code) == row["units"].rounded
        assert total(lines, "spend", channel=code) == row["spend"].rounded
    assert total(lines, "spend") == figures.totals["spend"].rounded
    assert all(line.week.weekday() == weekday for line in lines)
