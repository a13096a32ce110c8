"""Looking at a running test each day: how often a difference is seen that is none, over hundreds of tests."""

import math

import numpy as np
import pytest

from kehu.capture.experiments.compare import sample_ratio
from kehu.capture.experiments.sequential import Tally, follow, ratio_course

ALPHA = 0.05
# Were the error just alpha, four standard deviations above it would be reached once in thirty thousand runs.
TESTS = 400
MOST = ALPHA + 4 * math.sqrt(ALPHA * (1 - ALPHA) / TESTS)


def of_rates(generator, daily, rate, days):
    people = np.cumsum(np.full(days, daily))
    events = np.cumsum(generator.binomial(daily, rate, days))
    return [Tally.of_rate(int(n), int(k)) for n, k in zip(people, events, strict=True)]


def of_money(generator, daily, rate, days, scale=1.0):
    """Few pay, and some of them a hundred times what others do."""
    paid = generator.binomial(1, rate, (days, daily)) * generator.lognormal(3, 1.2, (days, daily)) * scale
    columns = (np.count_nonzero(paid, axis=1), paid.sum(axis=1), (paid**2).sum(axis=1))
    sums = zip(*(np.cumsum(column) for column in columns), strict=True)
    return [Tally(daily * (day + 1), int(k), float(s), float(q)) for day, (k, s, q) in enumerate(sums)]


@pytest.mark.parametrize(
    "rate, daily, of_control, planned",
    [
        (0.1, 100, 100, 0),
        (0.02, 300, 300, 2000),
        (0.5, 40, 40, 500),
        (0.05, 30, 270, 0),
        (0.004, 500, 500, 20_000),
    ],
)
def test_where_there_is_no_difference_hardly_any_is_seen(rate, daily, of_control, planned):
    generator = np.random.default_rng(20101231)
    wrong = sum(
        follow(
            of_rates(generator, daily, rate, 40), of_rates(generator, of_control, rate, 40),
            alpha=ALPHA, planned=planned,
        ).decided is not None
        for _ in range(TESTS)
    )  # fmt: skip
    assert wrong / TESTS <= MOST


def test_the_same_looks_with_an_ordinary_p_are_wrong_several_times_as_often():
    """What the sequence is for: were this not so, the test above could not fail."""
    generator = np.random.default_rng(20101231)
    n = 100 * np.arange(1, 41)
    one, other = (generator.binomial(100, 0.1, (TESTS, 40)).cumsum(axis=1) for _ in range(2))
    both = (one + other) / (2 * n)
    z = (one - other) / n / np.sqrt(both * (1 - both) * 2 / n)
    wrong = (np.abs(z) > 1.96).any(axis=1).mean()
    assert wrong > 3 * ALPHA


@pytest.mark.parametrize("rate, daily", [(0.05, 200), (0.3, 50)])
def test_money_of_few_large_buyers_is_not_mistaken_for_a_difference(rate, daily):
    generator = np.random.default_rng(4)
    wrong = sum(
        follow(
            of_money(generator, daily, rate, 30), of_money(generator, daily, rate, 30), alpha=ALPHA, money=True
        ).decided is not None
        for _ in range(TESTS)
    )  # fmt: skip
    assert wrong / TESTS <= MOST


def test_arms_as_large_as_meant_are_hardly_ever_called_broken():
    generator = np.random.default_rng(7)
    wrong = 0
    for _ in range(TESTS):
        counts = np.cumsum(generator.multinomial(300, [0.5, 0.3, 0.2], 40), axis=0)
        wrong += ratio_course(counts.tolist(), [0.5, 0.3, 0.2])[-1] < 0.001
    assert wrong <= 2


def test_a_real_difference_is_seen_nearly_always_before_twice_the_planned_size():
    generator = np.random.default_rng(11)
    days = []
    for _ in range(60):
        course = follow(
            of_rates(generator, 100, 0.13, 100),
            of_rates(generator, 100, 0.10, 100),
            alpha=ALPHA,
            planned=3000,
        )
        if course.verdict == "better":
            days.append(course.decided)
    assert len(days) >= 55
    assert np.median(days) < 60


def test_no_difference_is_said_once_any_that_matters_is_out_of_the_question():
    generator = np.random.default_rng(3)
    course = follow(
        of_rates(generator, 2000, 0.1, 40), of_rates(generator, 2000, 0.1, 40),
        alpha=ALPHA, planned=20_000, margin=0.01,
    )  # fmt: skip
    assert course.verdict == "no difference"
    look = course.looks[course.decided]
    assert -0.01 < look.tight[0] < look.difference < look.tight[1] < 0.01


def test_a_broken_split_is_seen_within_days():
    counts = [[520 * day, 480 * day] for day in range(1, 22)]
    course = ratio_course(counts, [0.5, 0.5])
    assert course == sorted(course, reverse=True)
    assert course[-1] < 0.001
    assert sample_ratio(counts[-1], [0.5, 0.5]) < 0.001


def test_on_the_first_days_nothing_is_said():
    one, other = [Tally.of_rate(50, 30)], [Tally.of_rate(50, 3)]
    course = follow(one, other, alpha=ALPHA)
    assert (course.verdict, course.decided, course.looks[0].interval) == ("no winner yet", None, None)
    assert follow([Tally.of_rate(0, 0)], [Tally.of_rate(0, 0)], alpha=ALPHA).decided is None


def test_an_arm_that_nobody_answers_loses():
    course = follow([Tally.of_rate(3000, 0)], [Tally.of_rate(3000, 300)], alpha=ALPHA)
    assert course.verdict == "worse"


def test_what_was_seen_stays_seen():
    """The error was spent when it was said; later days do not take it back."""
    one = [Tally.of_rate(1000, 200), Tally.of_rate(2000, 210)]
    other = [Tally.of_rate(1000, 100), Tally.of_rate(2000, 205)]
    course = follow(one, other, alpha=ALPHA)
    assert (course.verdict, course.decided) == ("better", 0)
    assert course.looks[1].p == course.looks[0].p
