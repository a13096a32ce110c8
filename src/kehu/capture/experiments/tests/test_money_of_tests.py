"""Money as the measure of a test: per person, also those who brought none."""

import math

import pytest

from kehu.capture.experiments.analysis import analyse

LINES = ["arm,won,paid", "a,1,10", "a,0,", "a,0,0", "b,1,30", "b,1,20", "b,0,NULL"]


def test_who_brought_nothing_counts(sample):
    money = analyse(sample(LINES, money="paid"), control="a").money
    assert [(arm.n, arm.total, arm.value) for arm in money.arms] == [(3, 10, 10 / 3), (3, 50, 50 / 3)]
    # By hand: variances 33.33 and 233.33, standard error 9.4281.
    against = money.arms[1].against
    assert against.method == "welch"
    assert against.score == pytest.approx(13.3333 / 9.4281, rel=1e-4)
    assert 0.2 < against.p < 0.3


def test_amounts_are_read_as_their_column_writes_them(sample):
    lines = ["arm;won;paid", "a;1;1.234,50", "a;0;", "b;1;NT$ 3.000,00", "b;0;12,5"]
    money = analyse(sample(lines, money="paid")).money
    assert [arm.total for arm in money.arms] == [1234.5, 3012.5]


def test_a_negative_or_unreadable_amount_is_left_out_and_told(sample):
    lines = [*LINES, "a,1,-5", "b,0,inf", "b,0,much"]
    found = sample(lines, money="paid")
    assert {each.reason: (each.rows, each.first) for each in found.dropped} == {
        "money_negative": (1, 8),
        "money_unreadable": (2, 9),
    }
    assert found.units == 9
    money = analyse(found).money
    assert ([arm.n for arm in money.arms], money.left_out) == ([3, 3], 3)


def test_equal_amounts_have_no_test(sample):
    money = analyse(sample(["arm,won,paid", "a,1,5", "a,0,5", "b,1,5", "b,0,5"], money="paid")).money
    assert money.arms[1].against.p is None
    assert math.isinf(money.arms[1].against.interval[1])
    assert money.verdict == "no winner yet"
